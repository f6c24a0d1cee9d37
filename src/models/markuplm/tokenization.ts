import { TransformersError } from "../../errors.js";
import type { Tensor } from "../../tensor/index.js";
import type { BPEOptions, PostProcessor, Tokenizer } from "../../tokenizers/index.js";
import { JsonFields } from "../../tokenizers/json.js";
import { CALL_OPTIONS } from "../../tokenizers/pretrained/call-options.js";
import {
  A,
  B0,
  type BatchEncoding,
  type BytePairConfig,
  BytePairTokenizer,
  type CallOptions,
  type CallValues,
  frame,
  framing,
  type SpecialTokenFlags,
  type TextInput,
} from "../../tokenizers/pretrained/index.js";
import {
  encodeMarkedWords,
  type MarkedText,
  type WordMarks,
} from "../../tokenizers/pretrained/marked-words.js";
import { type PathNumbers, pathNumbers, unknownTag } from "./xpaths.js";

/** Fields of tokenizer_config.json that MarkupLM's tokenizer reads beside those of its kind. */
export interface MarkupLMTokenizerConfig extends BytePairConfig {
  /** The number of each kind of element; needed. */
  tags_dict?: Readonly<Record<string, number>>;
  /** How many elements of a path are kept (default 50). */
  max_depth?: number;
  /** The largest place among elements of a kind (default 1000). */
  max_width?: number;
  /** The place where there is no element (default 1001). */
  pad_width?: number;
  /** The label of tokens that have none of their own (default -100). */
  pad_token_label?: number;
  /** Whether only the first token of a node has its label (default true). */
  only_label_first_subword?: boolean;
  /** Whether offsets leave out the spaces around a token: false, the only one. */
  trim_offsets?: boolean;
}

/** Options of a call, named as in Python. */
export interface MarkupCallOptions
  extends Omit<CallOptions, "text_pair" | "text_target" | "text_pair_target"> {
  /** The nodes that the text, which is a question then, is about; or a list of nodes for each question. */
  text_pair?: readonly string[] | readonly (readonly string[])[] | null;
  /** The path of each node: "/html/body/div/li[1]". */
  xpaths: readonly string[] | readonly (readonly string[])[];
  /** The label of each node: adds `labels` (default none). */
  node_labels?: readonly number[] | readonly (readonly number[])[] | null;
}

/** What a call gives: lists of one text or of several, or tensors. */
export type MarkupEncoding = BatchEncoding<number[] | number[][] | Tensor> & {
  /** The kinds of the elements of each token's path: [sequence, max_depth], or [batch, sequence, max_depth]. */
  readonly xpath_tags_seq: number[][] | number[][][] | Tensor;
  /** Their places, likewise. */
  readonly xpath_subs_seq: number[][] | number[][][] | Tensor;
};

/** A tokenizer is called like a function: `tokenizer(["Hello", "World"], { xpaths: ["/html/h1", "/html/p[2]"] })`. */
export interface MarkupLMTokenizer {
  (text: MarkedText, options: MarkupCallOptions): MarkupEncoding;
  /** Not possible: nodes without paths are refused. */
  <const Text extends TextInput | null, const Options extends CallOptions = object>(
    text: Text,
    options?: Options,
  ): BatchEncoding<CallValues<Text, Options>>;
}

const NORMALIZED = { normalized: true };

const MARKUP_CALL_OPTIONS: ReadonlySet<string> = new Set([
  ...[...CALL_OPTIONS].filter((name) => !name.includes("target")),
  "xpaths",
  "node_labels",
]);

/**
 * MarkupLM's tokenizer: GPT-2's words of the nodes of a web page, each with its path: `<s> nodes </s>`, or `<s> question
 * </s> nodes </s>`. Equal to Transformers 4.37.2's MarkupLMTokenizerFast.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class MarkupLMTokenizer extends BytePairTokenizer implements PathNumbers {
  static override readonly tokenizerClass: string = "MarkupLMTokenizer";
  static override readonly model_input_names: readonly string[] = [
    "input_ids",
    "token_type_ids",
    "attention_mask",
  ];
  static override readonly special_token_flags: SpecialTokenFlags = {
    bos_token: NORMALIZED,
    eos_token: NORMALIZED,
    sep_token: NORMALIZED,
    cls_token: NORMALIZED,
    unk_token: NORMALIZED,
    pad_token: NORMALIZED,
    mask_token: { lstrip: true, normalized: true },
  };
  static override readonly defaults = {
    errors: "replace",
    bos_token: "<s>",
    eos_token: "</s>",
    sep_token: "</s>",
    cls_token: "<s>",
    unk_token: "<unk>",
    pad_token: "<pad>",
    mask_token: "<mask>",
    add_prefix_space: false,
    max_depth: 50,
    max_width: 1000,
    pad_width: 1001,
    pad_token_label: -100,
    only_label_first_subword: true,
    trim_offsets: false,
  } satisfies MarkupLMTokenizerConfig;

  readonly tags_dict: ReadonlyMap<string, number>;
  max_depth: number;
  max_width: number;
  pad_width: number;
  pad_token_label: number;
  only_label_first_subword: boolean;

  constructor(backend: Tokenizer, config: MarkupLMTokenizerConfig = {}) {
    const complete = { ...MarkupLMTokenizer.defaults, ...config };
    if (complete.trim_offsets) {
      throw new TransformersError(
        "UNSUPPORTED",
        "trim_offsets: true is not possible, as in Python; leave it out",
      );
    }
    super(backend, config);
    this.tags_dict = readTags(config.tags_dict);
    this.max_depth = complete.max_depth;
    this.max_width = complete.max_width;
    this.pad_width = complete.pad_width;
    this.pad_token_label = complete.pad_token_label;
    this.only_label_first_subword = complete.only_label_first_subword;
  }

  /** The kind of an element that `tags_dict` lacks. */
  get unk_tag_id(): number {
    return unknownTag(this);
  }

  /** The kind where there is no element. */
  get pad_tag_id(): number {
    return this.unk_tag_id + 1;
  }

  /** The kinds of the elements of no path. */
  get pad_xpath_tags_seq(): number[] {
    return new Array<number>(this.max_depth).fill(this.pad_tag_id);
  }

  /** The places of the elements of no path. */
  get pad_xpath_subs_seq(): number[] {
    return new Array<number>(this.max_depth).fill(this.pad_width);
  }

  /**
   * The kinds and the places of the elements of a path, "/html/body/div/li[1]/div/span[2]", each `max_depth` numbers.
   * @throws TransformersError INVALID_ARGUMENT where a place is no number.
   */
  get_xpath_seq(xpath: string): [tags: number[], subscripts: number[]] {
    return pathNumbers(xpath, this);
  }

  protected static override modelOptions(config: BytePairConfig): BPEOptions {
    return { ...super.modelOptions(config), unk_token: framing(config.unk_token) };
  }

  protected static override postProcessor(
    config: BytePairConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    const [cls, sep] = [framing(config.cls_token), framing(config.sep_token)];
    return frame(idOf, {
      single: [[cls, 0], A, [sep, 0]],
      pair: [[cls, 0], A, [sep, 0], B0, [sep, 0]],
    });
  }

  protected override get callOptions(): ReadonlySet<string> {
    return MARKUP_CALL_OPTIONS;
  }

  protected override get columnFillers(): Readonly<Record<string, unknown>> {
    const { pad_xpath_tags_seq, pad_xpath_subs_seq, pad_token_label } = this;
    return {
      xpath_tags_seq: pad_xpath_tags_seq,
      xpath_subs_seq: pad_xpath_subs_seq,
      labels: pad_token_label,
    };
  }

  protected override encodeTexts(text: TextInput, options: CallOptions): BatchEncoding<unknown> {
    const { result, rows } = encodeMarkedWords(
      this,
      text,
      { ...options },
      this.#marks(),
      this.callDefaults(),
    );
    if (options.verbose ?? true) this.warnOfLength(rows, options.max_length);
    return result;
  }

  protected override savedFields(): Record<string, unknown> {
    const { max_depth, max_width, pad_width, pad_token_label, only_label_first_subword } = this;
    return {
      ...super.savedFields(),
      max_depth,
      max_width,
      pad_width,
      pad_token_label,
      only_label_first_subword,
    };
  }

  #marks(): WordMarks<string> {
    const special = new Set([this.cls_token_id, this.sep_token_id, this.pad_token_id]);
    const none = [this.pad_xpath_tags_seq, this.pad_xpath_subs_seq] as const;
    const known = new Map<string, readonly [number[], number[]]>();
    const numbersOf = (xpath: string) => {
      const found = known.get(xpath) ?? this.get_xpath_seq(xpath);
      known.set(xpath, found);
      return found;
    };
    return {
      names: { marks: "xpaths", labels: "node_labels" },
      check(xpath, where): asserts xpath is string {
        if (typeof xpath !== "string")
          throw invalid(`${where} must be a path, "/html/body", not ${JSON.stringify(xpath)}`);
      },
      wordsOf: (question) => [question],
      columns(ids, xpaths) {
        const numbers = xpaths.map((xpath, i) => {
          if (xpath != null) return numbersOf(xpath);
          if (xpath === null || special.has(ids[i]!)) return none;
          throw invalid(
            `the token ${ids[i]} is of no node, and none of cls_token, sep_token and pad_token: it has no path`,
          );
        });
        return {
          xpath_tags_seq: numbers.map(([tags]) => [...tags]),
          xpath_subs_seq: numbers.map(([, subscripts]) => [...subscripts]),
        };
      },
      pad_token_label: this.pad_token_label,
      only_label_first_subword: this.only_label_first_subword,
      labelsAfterEmpty: true,
    };
  }
}

/** Python's name for the same class. */
export const MarkupLMTokenizerFast = MarkupLMTokenizer;
export type MarkupLMTokenizerFast = MarkupLMTokenizer;

/** @throws TransformersError CONFIG_INVALID */
function readTags(tags: unknown): ReadonlyMap<string, number> {
  if (typeof tags === "object" && tags !== null && !Array.isArray(tags)) {
    return new JsonFields(tags, "tokenizer_config.json.tags_dict").integers();
  }
  throw new TransformersError(
    "CONFIG_INVALID",
    "MarkupLM's tokenizer needs tags_dict, the number of each kind of element, in tokenizer_config.json",
  );
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", message);
}
