import { TransformersError } from "../errors.js";
import type { HubOptions, SourceArgument } from "../hub/source.js";
import { AddedToken, AddedVocabulary } from "./added-vocabulary.js";
import { checkOffsetUnit, countCodePoints } from "./code-points.js";
import { DecodeStream, type IdKind, type StreamBoundary } from "./decode-stream.js";
import { type Decoder, decoderFromJson, isByteToken, joinsBytes } from "./decoders/index.js";
import { Encoding, type TokenText } from "./encoding.js";
import { type Json, JsonFields, parseJson, writeJson } from "./json.js";
import { type Model, modelFromJson } from "./models/index.js";
import { type Normalizer, normalizerFromJson } from "./normalizers/index.js";
import { completePadding, type PaddingOptions, pad, paddingFromJson, paddingToJson } from "./padding.js";
import { type PreTokenizer, preTokenizerFromJson } from "./pre-tokenizers/index.js";
import { combine } from "./processors/combine.js";
import { type PostProcessor, postProcessorFromJson } from "./processors/index.js";
import { makePipeline, type Pipeline, SequenceEncoder, type WordSink } from "./sequence-encoder.js";
import type { AsyncTexts, Texts } from "./trainers/text-counter.js";
import type { Trainer, WordCounts } from "./trainers/trainer.js";
import {
  completeTruncation,
  type TruncationOptions,
  truncationFromJson,
  truncationToJson,
} from "./truncation.js";

/** A text, or a text that has been split into words. */
export type TokenizerInput = string | readonly string[];

/** What offsets count: UTF-16 units, as positions in strings here do, or code points, as in Python. */
export type OffsetUnit = "utf16" | "codepoint";

/** Options of {@link Tokenizer.encode}. */
export interface EncodeOptions {
  /** Whether the post-processor adds its special tokens (default true). */
  add_special_tokens?: boolean;
  /** Truncation of this call; null: none (default: what `enable_truncation` said). */
  truncation?: TruncationOptions | null;
  /** Padding of this call; null: none (default: what `enable_padding` said). */
  padding?: PaddingOptions | null;
  /** What offsets count (default "utf16": `text.slice(start, end)`). */
  offset_unit?: OffsetUnit;
}

/** One input of a batch: a text, or a text or words with a second one. */
export type BatchInput = string | { readonly text: TokenizerInput; readonly pair?: TokenizerInput | null };

/** Options of a call with every choice made. */
interface Settled {
  addSpecialTokens: boolean;
  truncation: Required<TruncationOptions> | null;
  padding: Required<PaddingOptions> | null;
  spans: boolean;
  offsetUnit: OffsetUnit;
}

/** The components of a {@link Tokenizer}; what is left out is not done. */
export interface TokenizerParts {
  normalizer?: Normalizer | null;
  pre_tokenizer?: PreTokenizer | null;
  post_processor?: PostProcessor | null;
  decoder?: Decoder | null;
}

/**
 * The pipeline of a tokenizer.json: normalizer, pre-tokenizer, model, post-processor, decoder, and the tokens
 * added on top. Results equal those of the Rust library `tokenizers`, but offsets count UTF-16 units.
 */
export class Tokenizer {
  #model: Model;
  #normalizer: Normalizer | null;
  #preTokenizer: PreTokenizer | null;
  #postProcessor: PostProcessor | null;
  #decoder: Decoder | null;
  #truncation: Required<TruncationOptions> | null = null;
  #padding: Required<PaddingOptions> | null = null;
  #version = 0;
  #compiled: { readonly version: number; readonly pipeline: Pipeline } | undefined;
  readonly #added = new AddedVocabulary();
  readonly #encoder = new SequenceEncoder();
  readonly #tokenText: TokenText = (id) => this.id_to_token(id);

  constructor(model: Model, parts: TokenizerParts = {}) {
    this.#model = model;
    this.#normalizer = parts.normalizer ?? null;
    this.#preTokenizer = parts.pre_tokenizer ?? null;
    this.#postProcessor = parts.post_processor ?? null;
    this.#decoder = parts.decoder ?? null;
  }

  /**
   * Reads a tokenizer.json: its text, or the object parsed from it.
   * @throws TransformersError CORRUPT_FILE naming the malformed field, UNSUPPORTED naming an unknown component.
   */
  static from_json(json: string | object): Tokenizer {
    const value = typeof json === "string" ? parseJson(json, "tokenizer.json") : json;
    const fields = new JsonFields(value, "tokenizer.json");
    const version = fields.raw("version") ?? "1.0";
    if (version !== "1.0") {
      throw new TransformersError("UNSUPPORTED", `tokenizer.json has version ${version}; supported: 1.0`);
    }
    const part = <T>(name: string, read: (value: unknown, where: string) => T): T | null =>
      fields.raw(name) == null ? null : read(fields.raw(name), name);
    const tokenizer = new Tokenizer(modelFromJson(fields.raw("model")), {
      normalizer: part("normalizer", normalizerFromJson),
      pre_tokenizer: part("pre_tokenizer", preTokenizerFromJson),
      post_processor: part("post_processor", postProcessorFromJson),
      decoder: part("decoder", decoderFromJson),
    });
    const tokens = fields.each("added_tokens", (token, where) =>
      AddedToken.fromJson(new JsonFields(token, where)),
    );
    tokenizer.add_tokens(tokens);
    tokenizer.#truncation = part("truncation", () => truncationFromJson(fields.object("truncation")));
    tokenizer.#padding = part("padding", () => paddingFromJson(fields.object("padding")));
    return tokenizer;
  }

  /**
   * Reads a tokenizer.json: a path, in browsers a URL.
   * @throws TransformersError FILE_NOT_FOUND, and what `from_json` throws.
   */
  static async from_file(path: string): Promise<Tokenizer> {
    const { readTextAt } = await import("../hub/files.js");
    return Tokenizer.from_json(await readTextAt(path));
  }

  /**
   * Reads the tokenizer.json of a folder or a repository of the Hub, with the options of the Hub.
   * @throws TransformersError FILE_NOT_FOUND, and what `from_json` throws.
   */
  static async from_pretrained(from: SourceArgument, options: HubOptions = {}): Promise<Tokenizer> {
    const [{ readText }, { openSource }] = await Promise.all([
      import("../hub/files.js"),
      import("../hub/storage/index.js"),
    ]);
    return Tokenizer.from_json(await readText(await openSource(from, options), "tokenizer.json"));
  }

  /** Writes a tokenizer.json, indented unless told otherwise. */
  async save(path: string, pretty = true): Promise<void> {
    const { publishTextAt } = await import("../hub/files.js");
    await publishTextAt(path, this.to_json(pretty));
  }

  /** The tokenizer as the text of a tokenizer.json. */
  to_json(pretty = false): string {
    const part = (component: { toJson(): Json } | null) => component?.toJson() ?? null;
    return writeJson(
      {
        version: "1.0",
        truncation: this.#truncation && truncationToJson(this.#truncation),
        padding: this.#padding && paddingToJson(this.#padding),
        added_tokens: this.#added.entries().map(([id, token]) => ({ id, ...token.toJson() })),
        normalizer: part(this.#normalizer),
        pre_tokenizer: part(this.#preTokenizer),
        post_processor: part(this.#postProcessor),
        decoder: part(this.#decoder),
        model: this.#model.toJson(),
      },
      pretty,
    );
  }

  /** Changes with everything that may change what `encode` gives. */
  get version(): number {
    return this.#version;
  }

  get model(): Model {
    return this.#model;
  }

  set model(model: Model) {
    this.#version++;
    this.#model = model;
  }

  get normalizer(): Normalizer | null {
    return this.#normalizer;
  }

  set normalizer(normalizer: Normalizer | null) {
    this.#version++;
    this.#normalizer = normalizer;
    this.#added.refresh(normalizer);
  }

  get pre_tokenizer(): PreTokenizer | null {
    return this.#preTokenizer;
  }

  set pre_tokenizer(preTokenizer: PreTokenizer | null) {
    this.#version++;
    this.#preTokenizer = preTokenizer;
  }

  get post_processor(): PostProcessor | null {
    return this.#postProcessor;
  }

  set post_processor(postProcessor: PostProcessor | null) {
    this.#version++;
    this.#postProcessor = postProcessor;
  }

  get decoder(): Decoder | null {
    return this.#decoder;
  }

  set decoder(decoder: Decoder | null) {
    this.#decoder = decoder;
  }

  /** Whether special tokens in a text are read as ordinary text (default false). */
  get encode_special_tokens(): boolean {
    return this.#added.encodeSpecialTokens;
  }

  set encode_special_tokens(value: boolean) {
    this.#version++;
    this.#added.encodeSpecialTokens = value;
  }

  get truncation(): Readonly<Required<TruncationOptions>> | null {
    return this.#truncation;
  }

  get padding(): Readonly<Required<PaddingOptions>> | null {
    return this.#padding;
  }

  /** Truncates what `encode` gives from now on. @throws TransformersError INVALID_ARGUMENT */
  enable_truncation(options: TruncationOptions): void {
    const complete = completeTruncation(options);
    const room = complete.max_length - (this.#postProcessor?.addedTokens(false) ?? 0);
    if (room < complete.stride) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `stride ${complete.stride} is longer than the ${room} tokens that max_length ${complete.max_length} leaves beside special tokens`,
      );
    }
    this.#version++;
    this.#truncation = complete;
  }

  no_truncation(): void {
    this.#version++;
    this.#truncation = null;
  }

  /** Pads what `encode` and `encode_batch` give from now on. @throws TransformersError INVALID_ARGUMENT */
  enable_padding(options: PaddingOptions = {}): void {
    const complete = completePadding(options);
    this.#version++;
    this.#padding = complete;
  }

  no_padding(): void {
    this.#version++;
    this.#padding = null;
  }

  /** Encodes a text, or a pair of texts, with offsets. */
  encode(text: TokenizerInput, pair?: TokenizerInput | null, options: EncodeOptions = {}): Encoding {
    return this.#encode(text, pair ?? null, this.#settle(options, true));
  }

  /** Like `encode`, faster: the result has no offsets. */
  encode_fast(text: TokenizerInput, pair?: TokenizerInput | null, options: EncodeOptions = {}): Encoding {
    return this.#encode(text, pair ?? null, this.#settle(options, false));
  }

  /** Only the ids of a text: no special tokens, truncation or padding. The fastest way. */
  encode_ids(text: string): Int32Array {
    const { ids } = this.#encoder.run(text, this.#pipeline(), { words: false, spans: false, texts: false });
    return ids.slice();
  }

  /** Encodes texts and pairs, padded together where padding is on. */
  encode_batch(inputs: readonly BatchInput[], options: EncodeOptions = {}): Encoding[] {
    return this.#encodeBatch(inputs, this.#settle(options, true));
  }

  /** Like `encode_batch`, faster: the results have no offsets. */
  encode_batch_fast(inputs: readonly BatchInput[], options: EncodeOptions = {}): Encoding[] {
    return this.#encodeBatch(inputs, this.#settle(options, false));
  }

  /** Pads encodings together: as `options` say, else as `enable_padding` did. */
  pad(encodings: readonly Encoding[], options?: PaddingOptions | null): Encoding[] {
    const { padding } = this.#settle(options === undefined ? {} : { padding: options }, false);
    return padding === null ? [...encodings] : pad(encodings, padding, this.#tokenText);
  }

  /** Turns ids into text; ids that no token has are left out. */
  decode(ids: ArrayLike<number>, options: { skip_special_tokens?: boolean } = {}): string {
    const skip = options.skip_special_tokens ?? true;
    const tokens: string[] = [];
    for (const id of Array.from(ids)) {
      const token = this.id_to_token(id);
      if (token !== undefined && !(skip && this.#added.isSpecial(token))) tokens.push(token);
    }
    return this.#decoder === null ? tokens.join(" ") : this.#decoder.decodeChain(tokens).join("");
  }

  decode_batch(
    sequences: readonly ArrayLike<number>[],
    options: { skip_special_tokens?: boolean } = {},
  ): string[] {
    return sequences.map((ids) => this.decode(ids, options));
  }

  /**
   * Decodes ids as they are generated: `stream.push(id)` gives the text that is complete, `stream.end()` the rest.
   */
  decode_stream(options: { skip_special_tokens?: boolean; boundary?: StreamBoundary } = {}): DecodeStream {
    const { boundary, ...decoding } = options;
    const { skip_special_tokens = true } = decoding;
    return new DecodeStream(
      {
        decode: (ids) => this.decode(ids, { skip_special_tokens }),
        kindOf: (id) => this.streamKind(id, skip_special_tokens),
      },
      boundary,
    );
  }

  /** What an id is to a {@link DecodeStream}: open where `ByteFallback` joins bytes, silent where decoding skips it. */
  streamKind(id: number, skip_special_tokens: boolean): IdKind {
    const token = this.id_to_token(id);
    if (token === undefined || (skip_special_tokens && this.#added.isSpecial(token))) return "silent";
    return isByteToken(token) && joinsBytes(this.#decoder) ? "open" : "text";
  }

  token_to_id(token: string): number | undefined {
    return this.#added.idOf(token) ?? this.#model.token_to_id(token);
  }

  id_to_token(id: number): string | undefined {
    return this.#added.token(id)?.content ?? this.#model.id_to_token(id);
  }

  /** Tokens and their ids. */
  get_vocab(with_added_tokens = true): Map<string, number> {
    const vocab = this.#model.get_vocab();
    if (with_added_tokens) for (const [id, token] of this.#added.entries()) vocab.set(token.content, id);
    return vocab;
  }

  get_vocab_size(with_added_tokens = true): number {
    if (!with_added_tokens) return this.#model.get_vocab_size();
    return this.#added
      .entries()
      .reduce(
        (size, [, token]) => (this.#model.token_to_id(token.content) === undefined ? size + 1 : size),
        this.#model.get_vocab_size(),
      );
  }

  /** The added tokens by id. */
  get_added_tokens_decoder(): Map<number, AddedToken> {
    return new Map(this.#added.entries());
  }

  /** Adds tokens; returns how many were new or changed. */
  add_tokens(tokens: readonly (string | AddedToken)[]): number {
    this.#version++;
    return this.#added.add(
      tokens.map((token) => (typeof token === "string" ? new AddedToken(token) : token)),
      this.#model,
      this.#normalizer,
    );
  }

  /** Adds special tokens, which decoding may skip; returns how many were new or changed. */
  add_special_tokens(tokens: readonly (string | AddedToken)[]): number {
    return this.add_tokens(
      tokens.map((token) =>
        typeof token === "string"
          ? new AddedToken(token, { special: true })
          : new AddedToken(token.content, { ...token.toJson(), special: true }),
      ),
    );
  }

  /**
   * Frames ids, or a pair of them, by the post-processor's special tokens, as `encode` does.
   */
  post_process(
    ids: readonly number[],
    pair_ids: readonly number[] | null = null,
    options: { add_special_tokens?: boolean } = {},
  ): Encoding {
    const first = Encoding.fromIds(ids, 0, this.#tokenText);
    const second = pair_ids === null ? undefined : Encoding.fromIds(pair_ids, 1, this.#tokenText);
    const settled = this.#settle({ ...options, truncation: null, padding: null }, false);
    return combine(first, second, settled, this.#postProcessor, this.#tokenText);
  }

  num_special_tokens_to_add(is_pair: boolean): number {
    return this.#postProcessor?.addedTokens(is_pair) ?? 0;
  }

  /** Adds the words of a text to a tally, as the model would see them, and the added tokens: what trainers count. */
  tally_words(text: string, tally: WordSink): void {
    this.#encoder.tallyWords(text, this.#pipeline(), tally);
  }

  /**
   * Replaces the model by one trained on text files, read line by line, and adds the trainer's special tokens.
   * @throws TransformersError FILE_NOT_FOUND; CORRUPT_FILE where a file is no UTF-8.
   */
  async train(files: string | readonly string[], trainer: Trainer): Promise<void> {
    const paths = typeof files === "string" ? [files] : files;
    this.#learn(trainer, await trainer.countFiles(this, paths));
  }

  /**
   * Replaces the model by one trained on texts, or on batches of texts, and adds the trainer's special tokens.
   * `length`: how many texts there are, for the trainer's progress.
   */
  train_from_iterator(texts: Texts, trainer: Trainer, options?: { length?: number | null }): void;
  train_from_iterator(
    texts: AsyncTexts,
    trainer: Trainer,
    options?: { length?: number | null },
  ): Promise<void>;
  train_from_iterator(
    texts: Texts | AsyncTexts,
    trainer: Trainer,
    options: { length?: number | null } = {},
  ): void | Promise<void> {
    const words = trainer.countTexts(this, texts, options.length);
    if (words instanceof Promise) return words.then((counted) => this.#learn(trainer, counted));
    this.#learn(trainer, words);
  }

  #learn(trainer: Trainer, words: WordCounts): void {
    const { model, specialTokens } = trainer.train(words, this.#model);
    this.#version++;
    this.#model = model;
    this.add_special_tokens(specialTokens);
  }

  /** The components as they are run: made anew after each change. */
  #pipeline(): Pipeline {
    if (this.#compiled?.version !== this.#version) {
      const pipeline = makePipeline(this.#added, this.#normalizer, this.#preTokenizer, this.#model);
      this.#compiled = { version: this.#version, pipeline };
    }
    return this.#compiled.pipeline;
  }

  #settle(options: EncodeOptions, spans: boolean): Settled {
    const { truncation, padding } = options;
    return {
      addSpecialTokens: options.add_special_tokens ?? true,
      truncation: truncation === undefined ? this.#truncation : truncation && completeTruncation(truncation),
      padding: padding === undefined ? this.#padding : padding && completePadding(padding),
      spans,
      offsetUnit: checkOffsetUnit(options.offset_unit ?? "utf16"),
    };
  }

  #encode(text: TokenizerInput, pair: TokenizerInput | null, settled: Settled): Encoding {
    const first = this.#encodeSequence(text, 0, settled);
    const second = pair === null ? undefined : this.#encodeSequence(pair, 1, settled);
    const result = combine(first, second, settled, this.#postProcessor, this.#tokenText);
    return settled.padding === null ? result : pad([result], settled.padding, this.#tokenText)[0]!;
  }

  #encodeBatch(inputs: readonly BatchInput[], settled: Settled): Encoding[] {
    const encodings = inputs.map((input) => {
      const { text, pair } = typeof input === "string" ? { text: input, pair: null } : input;
      return this.#encode(text, pair ?? null, { ...settled, padding: null });
    });
    return settled.padding === null ? encodings : pad(encodings, settled.padding, this.#tokenText);
  }

  #encodeSequence(input: TokenizerInput, typeId: number, { spans, offsetUnit }: Settled): Encoding {
    const { ids, words, offsets, texts } = this.#encoder.run(input, this.#pipeline(), {
      words: true,
      spans,
      texts: true,
    });
    if (spans && offsetUnit === "codepoint") countCodePoints(input, offsets, words);
    return new Encoding(
      {
        ids: ids.slice(),
        type_ids: new Int32Array(ids.length).fill(typeId),
        words: words.slice(),
        spans: spans ? offsets.slice() : null,
        special_tokens_mask: new Uint8Array(ids.length),
        attention_mask: new Uint8Array(ids.length).fill(1),
        texts,
        ...(offsetUnit === "utf16" && { source: input }),
      },
      this.#tokenText,
    );
  }
}
