import { TransformersError } from "../../errors.js";
import type { Tensor } from "../../tensor/index.js";
import { CALL_OPTIONS } from "../../tokenizers/pretrained/call-options.js";
import type {
  BatchEncoding,
  CallOptions,
  CallValues,
  PreTrainedTokenizer,
  TextInput,
} from "../../tokenizers/pretrained/index.js";
import {
  encodeMarkedWords,
  type MarkedText,
  type WordMarks,
} from "../../tokenizers/pretrained/marked-words.js";
import { splitAtSpace } from "../../tokenizers/python-text/index.js";

/** Where a word stands on its page: left, top, right, bottom, from 0 to 1000 of the page's width and height. */
export type Box = readonly number[];

/** The fields of tokenizer_config.json that say what tokens of no word have. */
export interface BoxFields {
  /** The box of what begins a text (default [0, 0, 0, 0]). */
  cls_token_box: Box;
  /** The box of what ends one. */
  sep_token_box: Box;
  /** The box of padding, and of the words of a question (default [0, 0, 0, 0]). */
  pad_token_box: Box;
  /** The label of tokens that have none of their own (default -100). */
  pad_token_label: number;
  /** Whether only the first token of a word has its label (default true). */
  only_label_first_subword: boolean;
}

/** What {@link BoxFields} are where a file leaves them out, but for `sep_token_box`. */
export const BOX_DEFAULTS = {
  cls_token_box: [0, 0, 0, 0],
  pad_token_box: [0, 0, 0, 0],
  pad_token_label: -100,
  only_label_first_subword: true,
} as const;

const BOX_FIELDS = [
  "cls_token_box",
  "sep_token_box",
  "pad_token_box",
  "pad_token_label",
  "only_label_first_subword",
] as const;

/** Options of a call, named as in Python. */
export interface BoxCallOptions extends Omit<CallOptions, "text_pair" | "text_target" | "text_pair_target"> {
  /** The words that the text, which is a question then, is about; or a list of words for each question. */
  text_pair?: readonly string[] | readonly (readonly string[])[] | null;
  /** The box of each word. */
  boxes: readonly Box[] | readonly (readonly Box[])[];
  /** The label of each word: adds `labels` (default none). */
  word_labels?: readonly number[] | readonly (readonly number[])[] | null;
}

/** What a call gives: lists of one text or of several, or tensors. */
export type BoxEncoding = BatchEncoding<number[] | number[][] | Tensor> & {
  /** The box of each token: [sequence, 4], or [batch, sequence, 4]. */
  readonly bbox: Box[] | Box[][] | Tensor;
};

/** A tokenizer is called like a function: `tokenizer(["Total", "12.50"], { boxes: [[70, 80, 90, 95], [92, 80, 99, 95]] })`. */
export interface BoxCall {
  (text: MarkedText, options: BoxCallOptions): BoxEncoding;
  /** Not possible: words without boxes are refused. */
  <const Text extends TextInput | null, const Options extends CallOptions = object>(
    text: Text,
    options?: Options,
  ): BatchEncoding<CallValues<Text, Options>>;
}

/** The names of {@link BoxCallOptions}. */
const BOX_CALL_OPTIONS: ReadonlySet<string> = new Set([
  ...[...CALL_OPTIONS].filter((name) => !name.includes("target")),
  "boxes",
  "word_labels",
]);

// biome-ignore lint/suspicious/noExplicitAny: TypeScript asks for these arguments of what a mixin extends
type TokenizerClass = new (...args: any[]) => PreTrainedTokenizer;
// biome-ignore lint/suspicious/noExplicitAny: and of what it adds
type WithBoxes = new (...args: any[]) => BoxFields;

/**
 * A tokenizer of words with their boxes, on top of one of texts.
 * @param labelsAfterEmpty - See {@link WordMarks}.
 */
export function withBoxes<Base extends TokenizerClass>(
  Base: Base,
  { labelsAfterEmpty }: { labelsAfterEmpty: boolean },
): Base & WithBoxes {
  return class extends Base implements BoxFields {
    cls_token_box: Box;
    sep_token_box: Box;
    pad_token_box: Box;
    pad_token_label: number;
    only_label_first_subword: boolean;

    // biome-ignore lint/suspicious/noExplicitAny: see TokenizerClass
    constructor(...args: any[]) {
      super(...args);
      const fields = readBoxFields(this.init_kwargs);
      this.cls_token_box = fields.cls_token_box;
      this.sep_token_box = fields.sep_token_box;
      this.pad_token_box = fields.pad_token_box;
      this.pad_token_label = fields.pad_token_label;
      this.only_label_first_subword = fields.only_label_first_subword;
    }

    protected override get callOptions(): ReadonlySet<string> {
      return BOX_CALL_OPTIONS;
    }

    protected override get columnFillers(): Readonly<Record<string, unknown>> {
      return { bbox: this.pad_token_box, labels: this.pad_token_label };
    }

    protected override encodeTexts(text: TextInput, options: CallOptions): BatchEncoding<unknown> {
      const marks = boxMarks(this, labelsAfterEmpty);
      const { result, rows } = encodeMarkedWords(this, text, { ...options }, marks, this.callDefaults());
      if (options.verbose ?? true) this.warnOfLength(rows, options.max_length);
      return result;
    }

    protected override savedFields(): Record<string, unknown> {
      return { ...super.savedFields(), ...Object.fromEntries(BOX_FIELDS.map((name) => [name, this[name]])) };
    }
  };
}

/** The fields of a configuration that is complete. @throws TransformersError CONFIG_INVALID where a box is none. */
function readBoxFields(config: Readonly<Record<string, unknown>>): BoxFields {
  const fields = Object.fromEntries(BOX_FIELDS.map((name) => [name, config[name]]));
  for (const name of BOX_FIELDS.slice(0, 3)) {
    if (isBox(fields[name])) continue;
    throw new TransformersError(
      "CONFIG_INVALID",
      `${name} must be four numbers, not ${JSON.stringify(fields[name])}`,
    );
  }
  return fields as unknown as BoxFields;
}

/** A tokenizer as {@link boxMarks} sees it. */
interface BoxTokenizer extends BoxFields {
  readonly cls_token_id: number | null;
  readonly sep_token_id: number | null;
  readonly pad_token_id: number | null;
}

/** What a tokenizer does with the boxes of words. */
function boxMarks(tokenizer: BoxTokenizer, labelsAfterEmpty: boolean): WordMarks<Box> {
  const { cls_token_id, sep_token_id, pad_token_id } = tokenizer;
  const boxOf = (id: number): Box => {
    if (id === cls_token_id) return tokenizer.cls_token_box;
    if (id === sep_token_id) return tokenizer.sep_token_box;
    if (id === pad_token_id) return tokenizer.pad_token_box;
    throw invalid(
      `the token ${id} is of no word, and none of cls_token, sep_token and pad_token: it has no box`,
    );
  };
  return {
    names: { marks: "boxes", labels: "word_labels" },
    check(box, where): asserts box is Box {
      if (!isBox(box)) throw invalid(`${where} must be four numbers, not ${JSON.stringify(box)}`);
    },
    wordsOf: splitAtSpace,
    columns: (ids, boxes) => ({
      bbox: boxes.map((box, i) => [...(box ?? (box === null ? tokenizer.pad_token_box : boxOf(ids[i]!)))]),
    }),
    pad_token_label: tokenizer.pad_token_label,
    only_label_first_subword: tokenizer.only_label_first_subword,
    labelsAfterEmpty,
  };
}

function isBox(value: unknown): value is Box {
  return Array.isArray(value) && value.length === 4 && value.every((side) => typeof side === "number");
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", message);
}
