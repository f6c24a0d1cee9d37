import { TransformersError } from "../../errors.js";
import type { Tensor } from "../../tensor/index.js";
import { DecodeStream, type IdKind, type StreamBoundary } from "../decode-stream.js";
import { type BatchColumns, BatchEncoding, columnsToTensors } from "./batch-encoding.js";
import type { CallValues } from "./call.js";
import {
  type CallDefaults,
  type CallOptions,
  type PaddingChoice,
  paddingStrategy,
  refuseUnknownOptions,
  resolveStrategies,
} from "./call-options.js";
import { applyChat, type ChatOptions, type ChatResult } from "./chat/apply.js";
import { type Conversation, chooseTemplate } from "./chat/conversation.js";
import { clean_up_tokenization } from "./clean-up.js";
import type { TextInput } from "./inputs.js";
import { type EncodedInputs, padLists, toLists } from "./pad-lists.js";
import {
  prepareIds,
  type SequenceTruncation,
  type TruncatedSequences,
  truncateSequences,
} from "./prepare.js";
import { StoredTokenizer } from "./stored-tokenizer.js";
import { streamedCleanUp } from "./streamed-clean-up.js";
import { type IdSequence, toIds } from "./token-methods.js";

/** Options of `decode`. */
export interface DecodeOptions {
  /** Whether to leave special tokens out (default false). */
  skip_special_tokens?: boolean;
  /** Whether to take out spaces before punctuation (default: the tokenizer's). */
  clean_up_tokenization_spaces?: boolean | null;
}

/** Options of `pad`. */
export interface PadOptions {
  /** true or "longest", or "max_length" (default true). */
  padding?: PaddingChoice;
  max_length?: number | null;
  pad_to_multiple_of?: number | null;
  return_attention_mask?: boolean | null;
  /** Default: whether the inputs are tensors. */
  return_tensors?: boolean | null;
}

/** Options of `get_special_tokens_mask`. */
export interface SpecialTokensMaskOptions {
  /** Ids that follow the first ones (default none). */
  token_ids_1?: readonly number[] | null;
  /** Whether the ids have special tokens among them (default false). */
  already_has_special_tokens?: boolean;
}

const PAD_OPTIONS: ReadonlySet<string> = new Set<keyof PadOptions>([
  "padding",
  "max_length",
  "pad_to_multiple_of",
  "return_attention_mask",
  "return_tensors",
]);

/** Options of `prepare_for_model`: those of a call that are not about texts, and these. */
export interface PrepareOptions extends Omit<CallOptions, TextOption> {
  /** Ids that follow the first ones. */
  pair_ids?: readonly number[] | null;
  /** Whether tensors are a batch of one (default false). */
  prepend_batch_axis?: boolean;
}

type TextOption =
  | "text_pair"
  | "text_target"
  | "text_pair_target"
  | "is_split_into_words"
  | "return_offsets_mapping"
  | "offset_unit";

const PREPARE_OPTIONS: ReadonlySet<string> = new Set<keyof PrepareOptions>([
  "pair_ids",
  "prepend_batch_axis",
  "add_special_tokens",
  "padding",
  "truncation",
  "max_length",
  "stride",
  "pad_to_multiple_of",
  "padding_side",
  "return_token_type_ids",
  "return_attention_mask",
  "return_overflowing_tokens",
  "return_special_tokens_mask",
  "return_length",
  "return_tensors",
  "verbose",
]);

/** What `encode` gives. */
export type EncodedIds<Options> = Options extends { return_tensors: true }
  ? Tensor
  : Options extends { return_overflowing_tokens: true }
    ? number[][]
    : number[];

/** A tokenizer is called like a function: `tokenizer(text, options)`. */
export interface PreTrainedTokenizerBase {
  <const Text extends TextInput | null, const Options extends CallOptions = object>(
    text: Text,
    options?: Options,
  ): BatchEncoding<CallValues<Text, Options>>;
  /** Whether calls give offsets and alignments. */
  readonly is_fast: boolean;
}

/** What every tokenizer does around the way it splits texts, be it a pipeline's or a family's own. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export abstract class PreTrainedTokenizerBase extends StoredTokenizer {
  #isTargetMode = false;
  #hasWarned = false;

  /** The tokens of a text, without special tokens unless asked for. */
  abstract tokenize(text: string | readonly string[], options?: object): string[];

  /** How many special tokens a call adds to a text, or to a pair. */
  abstract num_special_tokens_to_add(pair?: boolean): number;

  /** Ids, or a pair of them, framed by the special tokens of a call. */
  abstract build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1?: readonly number[] | null,
  ): number[];

  /** The token type ids of what `build_inputs_with_special_tokens` gives. */
  abstract create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1?: readonly number[] | null,
  ): number[];

  /** Encodes one text or pair, or a batch, as `options` say, which have been checked. */
  protected abstract encodeTexts(text: TextInput, options: CallOptions): BatchEncoding<unknown>;

  /** The text of ids, before spaces are cleaned up. */
  protected abstract decodeIds(ids: readonly number[], options: DecodeOptions): string;

  /** The names of the options of a call. */
  protected abstract get callOptions(): ReadonlySet<string>;

  /** The names of the options of `decode`. */
  protected get decodeOptions(): ReadonlySet<string> {
    return new Set(["skip_special_tokens", "clean_up_tokenization_spaces"]);
  }

  /** What an id is to a stream that decodes it. */
  protected streamKind(id: number, skip_special_tokens: boolean): IdKind {
    return skip_special_tokens && this.all_special_ids.includes(id) ? "silent" : "text";
  }

  /** Called before texts are read, for families that read those that a model is to write in another way. */
  protected switchToInputMode(): void {}

  /** Called before texts that a model is to write are read: Python's `_switch_to_target_mode`. */
  protected switchToTargetMode(): void {}

  /** The ids of a text or of a list of words, with special tokens unless told otherwise. */
  encode<const Options extends CallOptions = object>(
    text: string | readonly string[],
    options?: Options,
  ): EncodedIds<Options> {
    return this.encode_plus(text, options).input_ids as EncodedIds<Options>;
  }

  /** Like a call with one text, or with one list of words. Deprecated in Python. */
  encode_plus(text: string | readonly string[], options: CallOptions = {}): BatchEncoding<unknown> {
    const isSplit = typeof text !== "string";
    return this(text, isSplit ? { ...options, is_split_into_words: true } : options);
  }

  /** Like a call with several texts; `[text, pair]` stands for a pair of them. Deprecated in Python. */
  batch_encode_plus(
    batch: readonly (string | readonly string[] | readonly (readonly string[])[])[],
    options: CallOptions = {},
  ): BatchEncoding<unknown> {
    const isText = (item: unknown) =>
      options.is_split_into_words ? Array.isArray(item) : typeof item === "string";
    const isPair = (item: unknown): item is readonly TextInput[] =>
      Array.isArray(item) && item.length === 2 && item.every(isText);
    if (!batch.every(isPair)) return this(batch as TextInput, options);
    const [text, text_pair] = [0, 1].map((which) => batch.map((pair) => pair[which]!) as TextInput);
    return this(text!, { ...options, text_pair });
  }

  /**
   * Ids without special tokens as a model takes them: cut, framed, padded, as a call does with texts. Overflow is
   * `overflowing_tokens` and `num_truncated_tokens`, as Python's own tokenizers give it.
   */
  prepare_for_model(ids: readonly number[], options: PrepareOptions = {}): BatchEncoding<unknown> {
    refuseUnknownOptions(options, PREPARE_OPTIONS);
    const defaults = this.callDefaults();
    const { truncation, padding } = resolveStrategies(options, defaults);
    const takes = (name: string) => this.model_input_names.includes(name);
    const addSpecialTokens = options.add_special_tokens ?? true;
    if (options.return_token_type_ids && !addSpecialTokens) {
      throw invalid(
        "return_token_type_ids: true means nothing with add_special_tokens: false; leave one of them out",
      );
    }
    const prepared = prepareIds(ids, options.pair_ids ?? null, this, {
      addSpecialTokens,
      truncation,
      limit: truncation?.max_length ?? padding?.length ?? null,
      typeIds: options.return_token_type_ids ?? takes("token_type_ids"),
      specialTokensMask: options.return_special_tokens_mask ?? false,
      overflow: options.return_overflowing_tokens ?? false,
    });
    if (options.verbose ?? true) this.warnOfLength([prepared.input_ids], options.max_length);
    const { columns } = padLists(prepared as unknown as EncodedInputs, {
      strategy: padding === null ? null : padding.length === null ? "longest" : "max_length",
      max_length: padding?.length ?? null,
      pad_to_multiple_of: options.pad_to_multiple_of ?? null,
      withAttentionMask: options.return_attention_mask ?? takes("attention_mask"),
      mainColumn: "input_ids",
      defaults: { ...defaults, padding_side: padding?.direction ?? defaults.padding_side },
    });
    if (options.return_length) columns.length = [(columns.input_ids as number[]).length];
    const encoded = new BatchEncoding(columns);
    return options.return_tensors
      ? encoded.convert_to_tensors({ prepend_batch_axis: options.prepend_batch_axis })
      : encoded;
  }

  /** Takes tokens away from a sequence or a pair, at the tokenizer's `truncation_side`: see {@link TruncatedSequences}. */
  truncate_sequences(
    ids: readonly number[],
    options: Omit<SequenceTruncation, "side"> & { pair_ids?: readonly number[] | null },
  ): TruncatedSequences {
    const { pair_ids = null, ...truncation } = options;
    return truncateSequences(ids, pair_ids, { ...truncation, side: this.truncation_side });
  }

  /** Pads examples that have been encoded before: one, several, or a batch; of lists or tensors. */
  pad(
    inputs: EncodedInputs | readonly EncodedInputs[] | BatchEncoding<unknown>,
    options: PadOptions = {},
  ): BatchEncoding {
    refuseUnknownOptions(options, PAD_OPTIONS);
    const strategy = paddingStrategy(options.padding ?? true);
    const defaults = this.callDefaults();
    const { padding } = resolveStrategies(
      {
        padding: strategy ?? false,
        truncation: false,
        max_length: strategy === "max_length" ? options.max_length : null,
        pad_to_multiple_of: strategy === null ? null : options.pad_to_multiple_of,
      },
      defaults,
    );
    const { lists, wereTensors } = toLists(inputs as EncodedInputs);
    const { columns, isSingle } = padLists(lists, {
      strategy,
      max_length: padding?.length ?? null,
      pad_to_multiple_of: options.pad_to_multiple_of ?? null,
      withAttentionMask: options.return_attention_mask ?? this.model_input_names.includes("attention_mask"),
      mainColumn: this.model_input_names[0] ?? "input_ids",
      defaults,
      fillers: this.columnFillers,
    });
    const data = columns as unknown as BatchColumns;
    const asTensors = options.return_tensors ?? wereTensors;
    return new BatchEncoding(asTensors ? columnsToTensors(data, isSingle) : { ...data });
  }

  /** What `pad` pads columns of the family alone with, by name. */
  protected get columnFillers(): Readonly<Record<string, unknown>> {
    return {};
  }

  /** Turns the ids of one text into text. */
  decode(ids: number | IdSequence, options: DecodeOptions = {}): string {
    refuseUnknownOptions(options, this.decodeOptions);
    const text = this.decodeIds(toIds(ids), options);
    const cleans = options.clean_up_tokenization_spaces ?? this.clean_up_tokenization_spaces;
    return cleans ? this.clean_up_tokenization(text) : text;
  }

  /** Turns the ids of several texts into texts: lists of ids, or a tensor [batch, sequence]. */
  batch_decode(
    sequences: readonly (number | IdSequence)[] | { tolist(): unknown },
    options: DecodeOptions = {},
  ): string[] {
    const rows = "tolist" in sequences ? (sequences.tolist() as number[][]) : sequences;
    return rows.map((ids) => this.decode(ids, options));
  }

  /**
   * Decodes ids as they are generated: `stream.push(id)` gives the text that is complete, `stream.end()` the rest;
   * together they are what `decode` gives. `boundary` says where text may be cut (default "grapheme").
   */
  decode_stream(options: DecodeOptions & { boundary?: StreamBoundary } = {}): DecodeStream {
    const { boundary, ...decoding } = options;
    refuseUnknownOptions(decoding, this.decodeOptions);
    const cleans = decoding.clean_up_tokenization_spaces ?? this.clean_up_tokenization_spaces;
    return new DecodeStream(
      {
        decode: (ids) => this.decodeIds(ids, decoding),
        kindOf: (id) => this.streamKind(id, decoding.skip_special_tokens ?? false),
        ...(cleans ? { finish: streamedCleanUp() } : {}),
      },
      boundary,
    );
  }

  /** Takes out the spaces that tokenization put in front of English punctuation and contractions. */
  clean_up_tokenization(text: string): string {
    return clean_up_tokenization(text);
  }

  /** 1 for each special token of what `build_inputs_with_special_tokens` gives, or among ids that have them already. */
  get_special_tokens_mask(ids: IdSequence, options: SpecialTokensMaskOptions = {}): number[] {
    refuseUnknownOptions(options, new Set(["token_ids_1", "already_has_special_tokens"]));
    const { token_ids_1 = null, already_has_special_tokens = false } = options;
    if (!already_has_special_tokens) {
      // Numbers that no token has tell the special tokens from what they frame.
      const blank = (length: number) => new Array<number>(length).fill(-1);
      const framed = this.build_inputs_with_special_tokens(
        blank(toIds(ids).length),
        token_ids_1 && blank(token_ids_1.length),
      );
      return framed.map((id) => (id === -1 ? 0 : 1));
    }
    if (token_ids_1 !== null) {
      throw invalid("already_has_special_tokens: true takes one list of ids, which holds both sequences");
    }
    const special = new Set(this.all_special_ids);
    return toIds(ids).map((id) => (special.has(id) ? 1 : 0));
  }

  /**
   * A conversation, or several, in the form that the model was trained on: ids, or text with `tokenize: false`. The
   * template is `chat_template` of the options, else the tokenizer's, else `default_chat_template`.
   * @throws TransformersError TEMPLATE_FAILED with what the template says, TEMPLATE_INVALID, TEMPLATE_LIMIT, INVALID_ARGUMENT.
   */
  apply_chat_template<
    const Given extends Conversation | readonly Conversation[],
    const Options extends ChatOptions = ChatOptions,
  >(conversation: Given, options?: Options): ChatResult<Given, Options> {
    const given: ChatOptions = options ?? {};
    const source = this.get_chat_template(given);
    const encode = (text: TextInput, call: CallOptions): BatchEncoding<unknown> => this(text, call);
    return applyChat(conversation, given, source, this.special_tokens_map, encode) as ChatResult<
      Given,
      Options
    >;
  }

  /** The template that `apply_chat_template` uses with these options. */
  get_chat_template(options: Pick<ChatOptions, "chat_template" | "tools"> = {}): string {
    const { chat_template = null, tools = null } = options;
    return chooseTemplate(this.chat_template, chat_template, tools, () => this.default_chat_template);
  }

  /** The template where files name none: ChatML, unless the family has its own. */
  get default_chat_template(): string {
    return "{% for message in messages %}<|im_start|>{{ message.role ~ '\\n' ~ message.content }}<|im_end|>{{ '\\n' }}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant{{ '\\n' }}{% endif %}";
  }

  /** The most tokens of one text, without special tokens. */
  get max_len_single_sentence(): number {
    return this.model_max_length - this.num_special_tokens_to_add(false);
  }

  /** The most tokens of a pair of texts together, without special tokens. */
  get max_len_sentences_pair(): number {
    return this.model_max_length - this.num_special_tokens_to_add(true);
  }

  /** Calls of the tokenizer within `run` read texts that a model is to write. `text_target` does it for one call. */
  as_target_tokenizer<T>(run: () => T): T {
    const leave = () => {
      this.#isTargetMode = false;
      this.switchToInputMode();
    };
    this.switchToTargetMode();
    this.#isTargetMode = true;
    let result: T;
    try {
      result = run();
    } catch (reason) {
      leave();
      throw reason;
    }
    if (result instanceof Promise) return result.finally(leave) as T;
    leave();
    return result;
  }

  /** Texts and their translations as a model takes them. Deprecated in Python: call the tokenizer with `text_target`. */
  prepare_seq2seq_batch(
    src_texts: TextInput,
    options: CallOptions & { tgt_texts?: TextInput | null; max_target_length?: number | null } = {},
  ): BatchEncoding<unknown> {
    const { tgt_texts = null, max_target_length, ...rest } = options;
    const call = { padding: "longest", truncation: true, ...rest } as const;
    const encoded: BatchEncoding<unknown> = this(src_texts, call);
    if (tgt_texts === null) return encoded;
    const { max_length = null } = call;
    const target: BatchEncoding<unknown> = this(null, {
      ...call,
      text_target: tgt_texts,
      max_length: max_target_length ?? max_length,
    });
    return encoded.with({ labels: target.input_ids });
  }

  protected override invoke(text: TextInput | null, options: CallOptions = {}): BatchEncoding<unknown> {
    refuseUnknownOptions(options, this.callOptions);
    const { text_target = null, text_pair_target = null, ...call } = options;
    if (text_target === null) {
      if (text_pair_target !== null) throw invalid("text_pair_target needs text_target");
      if (text == null) throw invalid("a tokenizer is called with a text, or with text_target");
      if (!this.#isTargetMode) this.switchToInputMode();
      return this.encodeTexts(text, call);
    }
    if (text == null && call.text_pair != null) throw invalid("text_pair needs a text");
    if (!this.#isTargetMode) this.switchToInputMode();
    const encoded = text == null ? null : this.encodeTexts(text, call);
    this.switchToTargetMode();
    try {
      const target = this.encodeTexts(text_target, { ...call, text_pair: text_pair_target });
      return encoded === null ? target : encoded.with({ labels: target.input_ids });
    } finally {
      if (!this.#isTargetMode) this.switchToInputMode();
    }
  }

  /** Says, once, that a model cannot take so many tokens, where nothing was said of a length. */
  protected warnOfLength(
    rows: readonly { readonly length: number }[],
    maxLength: number | null | undefined,
  ): void {
    if (this.#hasWarned || maxLength != null) return;
    const longest = rows.find(({ length }) => length > this.model_max_length);
    if (longest === undefined) return;
    this.#hasWarned = true;
    console.warn(
      `A text has ${longest.length} tokens and the model takes ${this.model_max_length}; use truncation: true, or verbose: false where that is meant.`,
    );
  }

  /** What the padding and truncation options of a call depend on. */
  protected callDefaults(): CallDefaults {
    const { model_max_length, padding_side, truncation_side, pad_token, pad_token_id, pad_token_type_id } =
      this;
    return { model_max_length, padding_side, truncation_side, pad_token, pad_token_id, pad_token_type_id };
  }
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", message);
}
