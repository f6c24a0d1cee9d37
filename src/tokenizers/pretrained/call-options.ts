import { TransformersError } from "../../errors.js";
import type { PaddingOptions } from "../padding.js";
import type { OffsetUnit } from "../tokenizer.js";
import {
  checkSide,
  type Side,
  TRUNCATION_STRATEGIES,
  type TruncationOptions,
  type TruncationStrategy,
} from "../truncation.js";
import type { TextInput } from "./inputs.js";

/** true or "longest": to the longest of a batch; "max_length": to `max_length`; false or "do_not_pad": not at all. */
export type PaddingChoice = boolean | "longest" | "max_length" | "do_not_pad";

/** Options of calling a tokenizer, named as in Python. */
export interface CallOptions {
  /** Texts that follow the first ones: a text, words, or one of these per text. */
  text_pair?: TextInput | null;
  /** Texts that a model is to write: their ids become `labels`, or `input_ids` where there is no other text. */
  text_target?: TextInput | null;
  /** Texts that follow those of `text_target`. */
  text_pair_target?: TextInput | null;
  /** Whether to add [CLS], [SEP] and the like (default true). */
  add_special_tokens?: boolean;
  /** true or "longest": to the longest of the batch; "max_length": to `max_length` (default false). */
  padding?: PaddingChoice;
  /** true or "longest_first": the longer of a pair is cut; or always one of them (default false, but
   * "longest_first" where `max_length` stands alone). */
  truncation?: boolean | TruncationStrategy | "do_not_truncate" | null;
  /** The length to cut and pad to, special tokens included (default: the tokenizer's model_max_length). */
  max_length?: number | null;
  /** How many tokens an overflowing part repeats of the part before it (default 0). */
  stride?: number;
  /** Whether texts are lists of words (default false). */
  is_split_into_words?: boolean;
  /** Pad up to a multiple of this (default: to any length). */
  pad_to_multiple_of?: number | null;
  /** The side that padding goes to (default: the tokenizer's). */
  padding_side?: Side | null;
  /** Whether to return `token_type_ids` (default: whether the model takes them). */
  return_token_type_ids?: boolean | null;
  /** Whether to return `attention_mask` (default: whether the model takes it). */
  return_attention_mask?: boolean | null;
  /** Whether to return the parts that truncation cut off as further rows (default false). */
  return_overflowing_tokens?: boolean;
  /** Whether to return `special_tokens_mask` (default false). */
  return_special_tokens_mask?: boolean;
  /** Whether to return `offset_mapping`: [start, end) of each token in UTF-16 units of its text (default false). */
  return_offsets_mapping?: boolean;
  /** What offsets and the alignment methods count: "utf16", so that `text.slice(start, end)` is right (the default),
   * or "codepoint", as Python's strings do. */
  offset_unit?: OffsetUnit;
  /** Whether to return `length`, the number of tokens of each row (default false). */
  return_length?: boolean;
  /** Whether to return int64 tensors [batch, sequence] and not lists (default false). */
  return_tensors?: boolean | null;
  /** Whether to warn, once for each tokenizer, of more tokens than the model takes (default true). */
  verbose?: boolean;
}

/** The names of {@link CallOptions}. */
export const CALL_OPTIONS: ReadonlySet<string> = new Set<keyof CallOptions>([
  "text_pair",
  "text_target",
  "text_pair_target",
  "add_special_tokens",
  "padding",
  "truncation",
  "max_length",
  "stride",
  "is_split_into_words",
  "pad_to_multiple_of",
  "padding_side",
  "return_token_type_ids",
  "return_attention_mask",
  "return_overflowing_tokens",
  "return_special_tokens_mask",
  "return_offsets_mapping",
  "offset_unit",
  "return_length",
  "return_tensors",
  "verbose",
]);

/** Options of older Python code, and what is said in their place. */
const RENAMED: Readonly<Record<string, string>> = {
  truncation_strategy: "use truncation",
  pad_to_max_length: 'use padding: "max_length"',
};

/** What the padding and truncation options depend on. */
export interface CallDefaults {
  model_max_length: number;
  padding_side: Side;
  truncation_side: Side;
  pad_token: string | null;
  pad_token_id: number | null;
  pad_token_type_id: number;
}

/** A model_max_length above this stands for "no limit" in Hugging Face's files. */
const NO_LIMIT = 1e20;

/** @throws TransformersError UNSUPPORTED where an option is not known here. */
export function refuseUnknownOptions(options: object, known: ReadonlySet<string> = CALL_OPTIONS): void {
  for (const [name, value] of Object.entries(options)) {
    if (known.has(name) || value === undefined) continue;
    throw new TransformersError(
      "UNSUPPORTED",
      `the option ${name} is not supported; ${RENAMED[name] ?? `supported: ${[...known].join(", ")}`}`,
    );
  }
  const { return_tensors } = options as CallOptions;
  if (return_tensors != null && typeof return_tensors !== "boolean") {
    throw new TransformersError(
      "UNSUPPORTED",
      `return_tensors is true or false here, not ${JSON.stringify(return_tensors)}: there is one kind of tensor`,
    );
  }
}

/**
 * What padding, truncation and the options beside them come to.
 * @throws TransformersError INVALID_ARGUMENT where they contradict each other, or one would have no effect.
 */
export function resolveStrategies(
  options: CallOptions,
  defaults: CallDefaults,
): { truncation: Required<TruncationOptions> | null; padding: PaddingOptions | null } {
  const padding = paddingStrategy(options.padding ?? false);
  const maxLength = options.max_length ?? null;
  const asked = options.truncation ?? (maxLength !== null && padding === null ? "longest_first" : false);
  const truncation = truncationStrategy(asked);
  refuseIdleOptions(options, padding, truncation);

  const limit = maxLength ?? (defaults.model_max_length > NO_LIMIT ? null : defaults.model_max_length);
  const multiple = options.pad_to_multiple_of ?? null;
  if (truncation !== null && padding !== null && multiple && limit !== null && limit % multiple !== 0) {
    throw invalid(`max_length ${limit} must be a multiple of pad_to_multiple_of ${multiple}`);
  }
  return {
    // Without a limit there is nothing to cut.
    truncation:
      truncation === null || limit === null
        ? null
        : {
            max_length: limit,
            strategy: truncation,
            stride: options.stride ?? 0,
            direction: defaults.truncation_side,
          },
    padding: padding === null ? null : resolvePadding(options, padding, limit, multiple, defaults),
  };
}

function resolvePadding(
  options: CallOptions,
  padding: "longest" | "max_length",
  limit: number | null,
  multiple: number | null,
  defaults: CallDefaults,
): PaddingOptions {
  if (padding === "max_length" && limit === null) {
    throw invalid('padding "max_length" needs max_length: the tokenizer has no model_max_length');
  }
  const { pad_token, pad_token_id } = defaults;
  if (pad_token === null || pad_token_id === null) {
    throw invalid("padding needs a padding token and the tokenizer has none; set tokenizer.pad_token");
  }
  return {
    length: padding === "max_length" ? limit : null,
    direction: checkSide(options.padding_side ?? defaults.padding_side, "padding_side"),
    pad_to_multiple_of: multiple,
    pad_id: pad_token_id,
    pad_type_id: defaults.pad_token_type_id,
    pad_token,
  };
}

/** null for no padding. */
export function paddingStrategy(padding: unknown): "longest" | "max_length" | null {
  if (padding === false || padding === "do_not_pad") return null;
  if (padding === true || padding === "longest") return "longest";
  if (padding === "max_length") return padding;
  throw invalid(
    `padding must be true, false, "longest", "max_length" or "do_not_pad", not ${JSON.stringify(padding)}`,
  );
}

function truncationStrategy(truncation: unknown): TruncationStrategy | null {
  if (truncation === false || truncation === "do_not_truncate") return null;
  if (truncation === true) return "longest_first";
  const found = TRUNCATION_STRATEGIES.find((strategy) => strategy === truncation);
  if (found !== undefined) return found;
  throw invalid(
    `truncation must be true, false, ${TRUNCATION_STRATEGIES.map((name) => `"${name}"`).join(", ")} or "do_not_truncate", not ${JSON.stringify(truncation)}`,
  );
}

/** Python ignores these, some with a warning. */
function refuseIdleOptions(
  options: CallOptions,
  padding: "longest" | "max_length" | null,
  truncation: TruncationStrategy | null,
): void {
  if (options.max_length != null && truncation === null && padding !== "max_length") {
    throw invalid('max_length has no effect without truncation or padding: "max_length"');
  }
  if (options.stride && truncation === null) throw invalid("stride has no effect without truncation");
  if (padding === null && options.pad_to_multiple_of) {
    throw invalid("pad_to_multiple_of has no effect without padding");
  }
  if (padding === null && options.padding_side != null) {
    throw invalid("padding_side has no effect without padding");
  }
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", message);
}
