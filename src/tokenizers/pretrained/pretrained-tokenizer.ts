import { TransformersError } from "../../errors.js";
import type { AddedToken } from "../added-vocabulary.js";
import type { IdKind } from "../decode-stream.js";
import type { Decoder } from "../decoders/index.js";
import { Tokenizer } from "../tokenizer.js";
import type { AsyncTexts, Texts } from "../trainers/index.js";
import { type DecodeOptions, PreTrainedTokenizerBase } from "./base.js";
import type { BatchEncoding } from "./batch-encoding.js";
import { encodeCall } from "./call.js";
import { CALL_OPTIONS, type CallOptions, refuseUnknownOptions, resolveStrategies } from "./call-options.js";
import type { TextInput } from "./inputs.js";
import type { FileTexts, TokenizerConfig } from "./read-files.js";
import { unknownId, unknownToken } from "./token-methods.js";
import { renamedSpecialTokens, type TrainNewOptions, trainNew } from "./train-new.js";

/** The padding and truncation of a call, which `set_truncation_and_padding` makes the pipeline's own. */
export type LengthOptions = Pick<
  CallOptions,
  "padding" | "truncation" | "max_length" | "stride" | "pad_to_multiple_of" | "padding_side"
>;

const LENGTH_OPTIONS: ReadonlySet<string> = new Set<keyof LengthOptions>([
  "padding",
  "truncation",
  "max_length",
  "stride",
  "pad_to_multiple_of",
  "padding_side",
]);

/**
 * A tokenizer with what a model needs around it: special tokens, truncation and padding to the model's length,
 * lists or tensors by the names that models know. The options and results are those of Python's
 * PreTrainedTokenizerFast (Transformers 4.37.2), but offsets count UTF-16 units, and an option without effect
 * is an error.
 */
export class PreTrainedTokenizer extends PreTrainedTokenizerBase {
  static override readonly tokenizerClass: string = "PreTrainedTokenizerFast";

  override readonly is_fast: boolean = true;
  /** The pipeline that does the work. */
  declare readonly backend_tokenizer: Tokenizer;

  constructor(backend: Tokenizer, config: TokenizerConfig = {}) {
    const { truncation, padding } = backend;
    super(withDefaults(config, backend));
    Object.defineProperty(this, "backend_tokenizer", { value: backend });
    // What the file fixed, calls decide anew.
    if (truncation !== null) backend.no_truncation();
    if (padding !== null) backend.no_padding();
    if (config.split_special_tokens) backend.encode_special_tokens = true;
    this.#completeAddedTokens(config.added_tokens_decoder ?? new Map());
  }

  /** The pipeline that the files describe. */
  static backendFromFiles(files: FileTexts, _config: TokenizerConfig): Tokenizer {
    const json = files.get("tokenizer.json");
    if (json !== undefined) return Tokenizer.from_json(json);
    throw new TransformersError(
      "FILE_NOT_FOUND",
      `there is no tokenizer.json among ${[...files.keys()].join(", ") || "the files"}; without it, use the class of the model`,
    );
  }

  get vocab_size(): number {
    return this.backend_tokenizer.get_vocab_size(false);
  }

  get length(): number {
    return this.backend_tokenizer.get_vocab_size();
  }

  /** Tokens and their ids, added ones included. */
  get vocab(): Map<string, number> {
    return this.get_vocab();
  }

  get_vocab(): Map<string, number> {
    return this.backend_tokenizer.get_vocab();
  }

  get added_tokens_decoder(): Map<number, AddedToken> {
    return this.backend_tokenizer.get_added_tokens_decoder();
  }

  /** What joins tokens into text. */
  get decoder(): Decoder | null {
    return this.backend_tokenizer.decoder;
  }

  /** Whether the files of the family, beside tokenizer.json, can be saved. */
  get can_save_slow_tokenizer(): boolean {
    return this.vocabularyFiles().length > 0;
  }

  /** Whether special tokens in a text are read as ordinary text. */
  get split_special_tokens(): boolean {
    return this.backend_tokenizer.encode_special_tokens;
  }
  set split_special_tokens(value: boolean) {
    this.backend_tokenizer.encode_special_tokens = value;
  }

  tokenize(
    text: string | readonly string[],
    options: { pair?: string | readonly string[] | null; add_special_tokens?: boolean } = {},
  ): string[] {
    refuseUnknownOptions(options, new Set(["pair", "add_special_tokens"]));
    return this.backend_tokenizer.encode_fast(text, options.pair ?? null, {
      add_special_tokens: options.add_special_tokens ?? false,
      truncation: null,
      padding: null,
    }).tokens;
  }

  convert_tokens_to_string(tokens: readonly string[]): string {
    const { decoder } = this.backend_tokenizer;
    return decoder === null ? tokens.join(" ") : decoder.decodeChain(tokens).join("");
  }

  num_special_tokens_to_add(pair = false): number {
    return this.backend_tokenizer.num_special_tokens_to_add(pair);
  }

  build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    return this.backend_tokenizer.post_process(token_ids_0, token_ids_1).ids;
  }

  create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    return this.backend_tokenizer.post_process(token_ids_0, token_ids_1).type_ids;
  }

  /** Gives `backend_tokenizer` the truncation and padding that a call with these options has. */
  set_truncation_and_padding(options: LengthOptions): void {
    refuseUnknownOptions(options, LENGTH_OPTIONS);
    const { truncation, padding } = resolveStrategies(options, this.callDefaults());
    const backend = this.backend_tokenizer;
    if (truncation === null) backend.no_truncation();
    else backend.enable_truncation(truncation);
    if (padding === null) backend.no_padding();
    else backend.enable_padding(padding);
  }

  /**
   * Trains a tokenizer like this one on other texts, or on batches of texts: the same pipeline and special tokens, and
   * a model of the same kind with `vocab_size` tokens.
   * @throws TransformersError INVALID_ARGUMENT where the trainer has no such option, or the new vocabulary lacks a
   * token that every text gets.
   */
  train_new_from_iterator(texts: Texts, vocab_size: number, options?: TrainNewOptions): this;
  train_new_from_iterator(texts: AsyncTexts, vocab_size: number, options?: TrainNewOptions): Promise<this>;
  train_new_from_iterator(
    texts: Texts | AsyncTexts,
    vocab_size: number,
    options: TrainNewOptions = {},
  ): this | Promise<this> {
    const type = this.constructor as new (backend: Tokenizer, config: TokenizerConfig) => this;
    const config = { ...this.init_kwargs, ...renamedSpecialTokens(this.specialTokens, options) };
    const trained = trainNew(this.backend_tokenizer, texts, vocab_size, options);
    return trained instanceof Tokenizer
      ? new type(trained, config)
      : trained.then((backend) => new type(backend, config));
  }

  protected override get callOptions(): ReadonlySet<string> {
    return CALL_OPTIONS;
  }

  protected override encodeTexts(text: TextInput, options: CallOptions): BatchEncoding<unknown> {
    const encoded = encodeCall(
      this.backend_tokenizer,
      text,
      options,
      this.callDefaults(),
      this.model_input_names,
    );
    if (options.verbose ?? true) this.warnOfLength(encoded.rows, options.max_length);
    return encoded.result;
  }

  protected override decodeIds(ids: readonly number[], options: DecodeOptions): string {
    return this.backend_tokenizer.decode(ids, { skip_special_tokens: options.skip_special_tokens ?? false });
  }

  protected override streamKind(id: number, skip_special_tokens: boolean): IdKind {
    return this.backend_tokenizer.streamKind(id, skip_special_tokens);
  }

  protected override tokenizerJson(): string | null {
    return this.backend_tokenizer.to_json(true);
  }

  protected override idOf(token: string): number | null {
    return this.backend_tokenizer.token_to_id(token) ?? null;
  }

  protected override tokenOf(id: number): string {
    const token = this.backend_tokenizer.id_to_token(id);
    if (token === undefined) throw unknownId(id);
    return token;
  }

  protected override idOrUnknown(token: string): number {
    const id = this.idOf(token) ?? this.unk_token_id;
    if (id === null) throw unknownToken(token);
    return id;
  }

  protected override addTokens(tokens: readonly (string | AddedToken)[], special: boolean): number {
    return special
      ? this.backend_tokenizer.add_special_tokens(tokens)
      : this.backend_tokenizer.add_tokens(tokens);
  }

  /** Adds what tokenizer_config.json says and tokenizer.json does not. */
  #completeAddedTokens(configured: ReadonlyMap<number, AddedToken>): void {
    const known = this.added_tokens_decoder;
    const missing = [...configured]
      .sort(([a], [b]) => a - b)
      .map(([, token]) => token)
      .filter((token) => ![...known.values()].some((other) => other.equals(token) || saysMore(other, token)));
    const contents = new Set([...known.values(), ...missing].map((token) => token.content));
    const special = new Set(this.all_special_tokens);
    missing.push(...this.specialTokens.all().filter((token) => !contents.has(token.content)));
    for (const token of missing) {
      this.add_tokens(token, { special_tokens: token.special || special.has(token.content) });
    }
  }
}

/** Python's name for the same class. */
export const PreTrainedTokenizerFast = PreTrainedTokenizer;
export type PreTrainedTokenizerFast = PreTrainedTokenizer;

/** Whether a special token that is there stands for one that a file names without flags. */
function saysMore(known: AddedToken, named: AddedToken): boolean {
  return known.special && !named.special && known.content === named.content;
}

/** What tokenizer.json says of padding and truncation stands where the fields are silent. */
function withDefaults(config: TokenizerConfig, { padding, truncation }: Tokenizer): TokenizerConfig {
  return {
    ...config,
    ...(config.pad_token == null && padding !== null ? { pad_token: padding.pad_token } : {}),
    pad_token_type_id: config.pad_token_type_id ?? padding?.pad_type_id,
    padding_side: config.padding_side ?? padding?.direction,
    truncation_side: config.truncation_side ?? truncation?.direction,
  };
}
