import { TransformersError } from "../../errors.js";
import type { Encoding, Tokenizer } from "../../tokenizers/index.js";
import { columnsToTensors } from "../../tokenizers/pretrained/batch-encoding.js";
import {
  A,
  B0,
  BatchEncoding,
  type CallOptions,
  type CallValues,
  type FramePiece,
  frame,
  type TextInput,
} from "../../tokenizers/pretrained/index.js";
import { contentOf } from "../../tokenizers/pretrained/special-tokens.js";
import { llamaNormalizer, visibleSpaces } from "../llama/converter.js";
import { LlamaTokenizer, type LlamaTokenizerConfig } from "../llama/tokenization.js";

/** Fields of tokenizer_config.json that Code Llama's tokenizer reads beside Llama's. */
export interface CodeLlamaTokenizerConfig extends LlamaTokenizerConfig {
  /** What stands in front of the text before the gap (default "▁<PRE>"). */
  prefix_token?: string | null;
  /** What stands where the model is to fill in (default "▁<MID>"). */
  middle_token?: string | null;
  /** What stands in front of the text behind the gap (default "▁<SUF>"). */
  suffix_token?: string | null;
  /** What the model ends with (default "▁<EOT>"). */
  eot_token?: string | null;
  /** What stands for the gap in a text; null: nothing does (default "<FILL_ME>"). */
  fill_token?: string | null;
  /** As in Python; only saved: `suffix_first` is an option of a call. */
  suffix_first?: boolean;
}

/** Options of a call that only Code Llama's tokenizer has. They are for single texts. */
export interface InfillingOptions extends CallOptions {
  /** The text behind the gap: another name of `text_pair`. */
  suffix?: string | null;
  /** Whether it is told to the model before the text in front of the gap (default false). */
  suffix_first?: boolean;
}

/** What is around a gap, or a text and its pair. */
interface Parts {
  readonly text: TextInput;
  readonly pair: TextInput | null;
  readonly hasGap: boolean;
}

/** It is called like a function, with options for filling gaps. */
export interface CodeLlamaTokenizer {
  <const Text extends TextInput | null, const Options extends InfillingOptions = object>(
    text: Text,
    options?: Options,
  ): BatchEncoding<CallValues<Text, Options>>;
  readonly is_fast: boolean;
}

/**
 * Code Llama's tokenizer: Llama's, and for a text with a gap `<s> ▁<PRE> before ▁<SUF> after ▁<MID>`. The gap is where
 * `<FILL_ME>` stands, or between a text and its pair. Equal to Transformers 4.37.2's CodeLlamaTokenizerFast.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the base class provides
export class CodeLlamaTokenizer extends LlamaTokenizer {
  static override readonly tokenizerClass: string = "CodeLlamaTokenizer";
  static override readonly defaults: CodeLlamaTokenizerConfig = {
    clean_up_tokenization_spaces: false,
    unk_token: "<unk>",
    bos_token: "<s>",
    eos_token: "</s>",
    prefix_token: "\u2581<PRE>",
    middle_token: "\u2581<MID>",
    suffix_token: "\u2581<SUF>",
    eot_token: "\u2581<EOT>",
    fill_token: "<FILL_ME>",
    suffix_first: false,
    add_bos_token: true,
    add_eos_token: false,
    use_default_system_prompt: false,
    sp_model_kwargs: {},
  };

  readonly prefix_token: string | null;
  readonly middle_token: string | null;
  readonly suffix_token: string | null;
  readonly eot_token: string | null;
  /** What stands for the gap in a text; null: nothing does. */
  fill_token: string | null;

  constructor(backend: Tokenizer, config: CodeLlamaTokenizerConfig = {}) {
    super(backend, config);
    const complete = this.init_kwargs as CodeLlamaTokenizerConfig;
    this.prefix_token = complete.prefix_token ?? null;
    this.middle_token = complete.middle_token ?? null;
    this.suffix_token = complete.suffix_token ?? null;
    this.eot_token = complete.eot_token ?? null;
    this.fill_token = complete.fill_token ?? null;
  }

  protected static override complete(config: CodeLlamaTokenizerConfig): CodeLlamaTokenizerConfig {
    const { prefix_token, middle_token, suffix_token, eot_token } = config;
    const given = config.additional_special_tokens ?? [];
    const known = new Set(given.map(contentOf));
    const own = [prefix_token, middle_token, suffix_token, eot_token].filter((token) => token != null);
    return { ...config, additional_special_tokens: [...given, ...own.filter((token) => !known.has(token))] };
  }

  get prefix_id(): number | null {
    return this.#idOfPart(this.prefix_token);
  }

  get middle_id(): number | null {
    return this.#idOfPart(this.middle_token);
  }

  get suffix_id(): number | null {
    return this.#idOfPart(this.suffix_token);
  }

  get eot_id(): number | null {
    return this.#idOfPart(this.eot_token);
  }

  override encode_plus(
    text: string | readonly string[],
    options: InfillingOptions = {},
  ): BatchEncoding<unknown> {
    return super.encode_plus(text, options);
  }

  /** The tokens of a text; where it has a gap, in the order in which the model is told them. */
  override tokenize(
    text: string | readonly string[],
    options: { pair?: string | readonly string[] | null; add_special_tokens?: boolean } = {},
  ): string[] {
    const { pair = null, add_special_tokens = false, ...further } = options;
    return this(text, { ...further, text_pair: pair, add_special_tokens }).tokens();
  }

  /**
   * Makes the pipeline that of texts with gaps, whose parts are a text and its pair, or with `reset` that of others.
   * Calls do it themselves.
   */
  set_infilling_processor(
    reset: boolean,
    options: { suffix_first?: boolean; add_special_tokens?: boolean } = {},
  ): void {
    const backend = this.backend_tokenizer;
    if (reset) {
      backend.normalizer = llamaNormalizer();
      this.update_post_processor();
      return;
    }
    const { suffix_first = false, add_special_tokens = true } = options;
    const [prefix, middle, suffix] = this.#partTokens();
    const token = (name: "bos_token" | "eos_token", isAsked: boolean): FramePiece[] =>
      isAsked && add_special_tokens ? [[this[name]!, 0]] : [];
    const parts = suffix_first ? [prefix, suffix, B0, middle, A] : [prefix, A, suffix, B0, middle];
    backend.normalizer = visibleSpaces();
    backend.post_processor = frame((content) => this.idOrUnknown(content), {
      single: [A],
      pair: [...token("bos_token", this.add_bos_token), ...parts, ...token("eos_token", this.add_eos_token)],
    });
  }

  protected override get callOptions(): ReadonlySet<string> {
    return new Set([...super.callOptions, "suffix", "suffix_first"]);
  }

  protected override encodeTexts(text: TextInput, options: InfillingOptions): BatchEncoding<unknown> {
    const { suffix = null, suffix_first = false, ...call } = options;
    if (typeof text !== "string" && (suffix !== null || suffix_first)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        "suffix and suffix_first are for a single text; encode texts with gaps one by one",
      );
    }
    const parts = this.#partsOf(text, suffix ?? call.text_pair ?? null);
    if (!parts.hasGap) return super.encodeTexts(parts.text, { ...call, text_pair: parts.pair });
    const { add_special_tokens = true } = call;
    this.set_infilling_processor(false, { suffix_first, add_special_tokens });
    try {
      return this.#encodeAround(parts, call);
    } finally {
      this.set_infilling_processor(true);
    }
  }

  /** Encodes what is around a gap. The pipeline puts no space in front, and the first part needs one. */
  #encodeAround({ text, pair }: Parts, options: CallOptions): BatchEncoding<unknown> {
    const encoded = super.encodeTexts(` ${text}`, {
      ...options,
      text_pair: pair,
      add_special_tokens: true,
      return_offsets_mapping: true,
      return_tensors: false,
    });
    const rows = encoded.encodings;
    for (const row of rows) leaveOutFirstUnit(row);
    const { offset_mapping, ...columns } = { ...encoded };
    const isOneRow = !options.return_overflowing_tokens;
    const offsets = isOneRow ? rows[0]!.offsets : rows.map((row) => row.offsets);
    const data = {
      ...columns,
      ...(options.return_offsets_mapping ? { offset_mapping: offsets } : {}),
    } as Parameters<typeof columnsToTensors>[0];
    return new BatchEncoding(options.return_tensors ? columnsToTensors(data, isOneRow) : { ...data }, rows);
  }

  /** As Python has it, a gap at the end of a text is none. */
  #partsOf(text: TextInput, pair: TextInput | null): Parts {
    if (typeof text !== "string" || (pair !== null && typeof pair !== "string")) {
      return { text, pair, hasGap: false };
    }
    const [before, after = pair] = pair === null ? this.#splitAtGap(text) : [text];
    return after ? { text: before, pair: after, hasGap: true } : { text: before, pair: null, hasGap: false };
  }

  #splitAtGap(text: string): readonly [before: string, after?: string] {
    const [before = "", after, ...rest] = this.fill_token === null ? [text] : text.split(this.fill_token);
    if (rest.length === 0) return after === undefined ? [before] : [before, after];
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `a text has one gap at most, and this one has ${this.fill_token} ${rest.length + 1} times`,
    );
  }

  #partTokens(): [prefix: FramePiece, middle: FramePiece, suffix: FramePiece] {
    const { prefix_token, middle_token, suffix_token } = this;
    if (prefix_token !== null && middle_token !== null && suffix_token !== null) {
      return [
        [prefix_token, 0],
        [middle_token, 0],
        [suffix_token, 0],
      ];
    }
    throw new TransformersError(
      "INVALID_ARGUMENT",
      "a text with a gap needs prefix_token, middle_token and suffix_token, which this tokenizer lacks",
    );
  }

  #idOfPart(token: string | null): number | null {
    return token === null ? null : this.convert_tokens_to_ids(token);
  }
}

/** Python's name for the same class. */
export const CodeLlamaTokenizerFast = CodeLlamaTokenizer;
export type CodeLlamaTokenizerFast = CodeLlamaTokenizer;

/** Counts the offsets of the first text from its second unit. */
function leaveOutFirstUnit({ sequenceRanges, columns }: Encoding): void {
  const [start, end] = sequenceRanges.get(0) ?? [0, 0];
  const spans = columns.spans!;
  for (let i = 2 * start; i < 2 * end; i++) spans[i] = Math.max(0, spans[i]! - 1);
}
