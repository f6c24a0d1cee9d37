import { TransformersError } from "../../errors.js";
import { publishText, readTexts } from "../../hub/files.js";
import { type HubOptions, type SourceArgument, splitHubOptions } from "../../hub/source.js";
import { openSource } from "../../hub/storage/index.js";
import { type CommitInfo, type PushOptions, uploadToHub } from "../../hub/upload.js";
import { AddedToken } from "../added-vocabulary.js";
import { Tokenizer } from "../tokenizer.js";
import { checkSide, type Side } from "../truncation.js";
import { type BatchColumns, BatchEncoding, columnsToTensors } from "./batch-encoding.js";
import { type CallValues, encodeCall } from "./call.js";
import {
  type CallDefaults,
  type CallOptions,
  paddingStrategy,
  refuseUnknownOptions,
  resolveStrategies,
} from "./call-options.js";
import { clean_up_tokenization } from "./clean-up.js";
import type { TextInput } from "./inputs.js";
import { type EncodedInputs, padLists } from "./pad-lists.js";
import {
  type FileTexts,
  readConfig,
  TOKENIZER_FILES,
  type TokenizerConfig,
  writeConfig,
  writeSpecialTokensMap,
} from "./saved-files.js";
import { SpecialTokenFields } from "./special-token-fields.js";
import { SPECIAL_TOKEN_NAMES, type SpecialTokenOptions } from "./special-tokens.js";

/** What stands for "no limit" in `model_max_length`. */
const VERY_LARGE_INTEGER = 1e30;

/** Ids of one text, as a list, a typed array or a tensor. */
export type IdSequence = ArrayLike<number | bigint> | { tolist(): unknown };

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
  padding?: CallOptions["padding"];
  max_length?: number | null;
  pad_to_multiple_of?: number | null;
  return_attention_mask?: boolean | null;
  return_tensors?: boolean | null;
}

const PAD_OPTIONS = new Set([
  "padding",
  "max_length",
  "pad_to_multiple_of",
  "return_attention_mask",
  "return_tensors",
]);

/** A class whose instances a tokenizer's files make. */
interface TokenizerClass<T> {
  new (backend: Tokenizer, config: TokenizerConfig): T;
  backendFromFiles(files: FileTexts, config: TokenizerConfig): Tokenizer;
}

/** A tokenizer is called like a function: `tokenizer(text, options)`. */
export interface PreTrainedTokenizer {
  <const Text extends TextInput, const Options extends CallOptions = object>(
    text: Text,
    options?: Options,
  ): BatchEncoding<CallValues<Text, Options>>;
  /** The pipeline that does the work. */
  readonly backend_tokenizer: Tokenizer;
}

/**
 * A tokenizer with what a model needs around it: special tokens, truncation and padding to the model's length,
 * lists or tensors by the names that models know. The options and results are those of Python's
 * PreTrainedTokenizerFast (Transformers 4.37.2), but offsets count UTF-16 units, and an option without effect
 * is an error.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class PreTrainedTokenizer extends SpecialTokenFields {
  /** The class by its name in tokenizer_config.json. */
  static readonly tokenizerClass: string = "PreTrainedTokenizerFast";

  readonly is_fast = true;
  /** The fields of tokenizer_config.json that the tokenizer was made with. */
  readonly init_kwargs: Readonly<Record<string, unknown>>;
  model_max_length: number;
  clean_up_tokenization_spaces: boolean;
  model_input_names: readonly string[];
  pad_token_type_id: number;
  #paddingSide: Side;
  #truncationSide: Side;

  constructor(backend: Tokenizer, config: TokenizerConfig = {}) {
    super();
    Object.defineProperty(this, "backend_tokenizer", { value: backend });
    const { truncation, padding } = backend;
    // What the file fixed, calls decide anew.
    if (truncation !== null) backend.no_truncation();
    if (padding !== null) backend.no_padding();
    const { added_tokens_decoder, ...kept } = config;
    this.init_kwargs = kept;
    this.model_max_length = config.model_max_length ?? VERY_LARGE_INTEGER;
    this.clean_up_tokenization_spaces = config.clean_up_tokenization_spaces ?? true;
    this.model_input_names = config.model_input_names ?? ["input_ids", "token_type_ids", "attention_mask"];
    this.pad_token_type_id = config.pad_token_type_id ?? padding?.pad_type_id ?? 0;
    this.#paddingSide = checkSide(config.padding_side ?? padding?.direction ?? "right", "padding_side");
    this.#truncationSide = checkSide(
      config.truncation_side ?? truncation?.direction ?? "right",
      "truncation_side",
    );
    const pad_token = config.pad_token ?? padding?.pad_token ?? null;
    for (const name of SPECIAL_TOKEN_NAMES) {
      this.specialTokens.set(name, name === "pad_token" ? pad_token : (config[name] ?? null));
    }
    this.specialTokens.additional = config.additional_special_tokens ?? [];
    if (config.split_special_tokens) backend.encode_special_tokens = true;
    this.#completeAddedTokens(added_tokens_decoder ?? new Map());
  }

  /**
   * Reads a tokenizer from a folder or a repository of the Hub. `options` are those of the Hub, and fields that go
   * before tokenizer_config.json.
   * @throws TransformersError FILE_NOT_FOUND where the folder or the files that matter are missing.
   */
  static async from_pretrained<T>(
    this: TokenizerClass<T>,
    from: SourceArgument,
    options: TokenizerConfig & HubOptions = {},
  ): Promise<T> {
    const [hub, overrides] = splitHubOptions(options);
    return makeTokenizer(this, await readTexts(await openSource(from, hub), TOKENIZER_FILES), overrides);
  }

  /** Makes a tokenizer from the texts of its files, by name. */
  static fromFiles<T>(this: TokenizerClass<T>, files: FileTexts, overrides: TokenizerConfig = {}): T {
    return makeTokenizer(this, files, overrides);
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

  /** Writes the files of the tokenizer into a folder, as Python does. Returns their paths. */
  async save_pretrained(folder: string): Promise<string[]> {
    return Promise.all([...this.toFiles()].map(([name, text]) => publishText(folder, name, text)));
  }

  /** Uploads the files of the tokenizer to a repository of the Hub, which is made where there is none. */
  push_to_hub(repo_id: string, options: PushOptions = {}): Promise<CommitInfo> {
    const files = [...this.toFiles()].map(([path, content]) => ({ path, content }));
    return uploadToHub(repo_id, "tokenizer", files, options);
  }

  /** The texts of the files of the tokenizer, by name. */
  toFiles(): Map<string, string> {
    const backend = this.backend_tokenizer;
    const added = backend.get_added_tokens_decoder();
    const config = {
      ...this.init_kwargs,
      clean_up_tokenization_spaces: this.clean_up_tokenization_spaces,
      model_max_length: Number.isSafeInteger(this.model_max_length)
        ? this.model_max_length
        : BigInt(this.model_max_length),
      tokenizer_class: (this.constructor as typeof PreTrainedTokenizer).tokenizerClass,
    };
    const files = new Map([
      ["tokenizer_config.json", writeConfig(config, added, this.specialTokens)],
      ["special_tokens_map.json", writeSpecialTokensMap(this.specialTokens)],
      ...this.vocabularyFiles(),
    ]);
    const further = [...added].filter(([id]) => id >= this.vocab_size);
    if (files.has("vocab.txt") && further.length > 0) {
      const entries = further.map(([id, token]) => [token.content, id] as const);
      entries.sort(([a], [b]) => (a < b ? -1 : 1));
      files.set("added_tokens.json", `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
    }
    if (this.writesTokenizerJson) files.set("tokenizer.json", backend.to_json(true));
    return files;
  }

  get padding_side(): Side {
    return this.#paddingSide;
  }
  set padding_side(side: string) {
    this.#paddingSide = checkSide(side, "padding_side");
  }

  get truncation_side(): Side {
    return this.#truncationSide;
  }
  set truncation_side(side: string) {
    this.#truncationSide = checkSide(side, "truncation_side");
  }

  /** The number of tokens of the model, without added ones. */
  get vocab_size(): number {
    return this.backend_tokenizer.get_vocab_size(false);
  }

  /** The number of tokens, added ones included: Python's `len(tokenizer)`. */
  get length(): number {
    return this.backend_tokenizer.get_vocab_size();
  }

  /** Tokens and their ids, added ones included. */
  get_vocab(): Map<string, number> {
    return this.backend_tokenizer.get_vocab();
  }

  /** The added tokens and their ids. */
  get_added_vocab(): Map<string, number> {
    return new Map([...this.added_tokens_decoder].map(([id, token]) => [token.content, id]));
  }

  get added_tokens_decoder(): Map<number, AddedToken> {
    return this.backend_tokenizer.get_added_tokens_decoder();
  }

  /** The ids of a text, with special tokens unless told otherwise. */
  encode(text: string | readonly string[], options: CallOptions = {}): number[] {
    const isSplit = typeof text !== "string";
    const encoded: BatchEncoding<unknown> = this(text, {
      ...options,
      ...(isSplit ? { is_split_into_words: true } : {}),
    });
    if (options.return_tensors || options.return_overflowing_tokens) {
      throw new TransformersError(
        "UNSUPPORTED",
        "encode gives one list of ids; for tensors or overflow, call the tokenizer",
      );
    }
    return encoded.input_ids as number[];
  }

  /** Turns the ids of one text into text. */
  decode(ids: number | IdSequence, options: DecodeOptions = {}): string {
    refuseUnknownOptions(options, new Set(["skip_special_tokens", "clean_up_tokenization_spaces"]));
    const text = this.backend_tokenizer.decode(toIds(ids), {
      skip_special_tokens: options.skip_special_tokens ?? false,
    });
    const cleans = options.clean_up_tokenization_spaces ?? this.clean_up_tokenization_spaces;
    return cleans ? clean_up_tokenization(text) : text;
  }

  /** Turns the ids of several texts into texts: lists of ids, or a tensor [batch, sequence]. */
  batch_decode(
    sequences: readonly IdSequence[] | { tolist(): unknown },
    options: DecodeOptions = {},
  ): string[] {
    const rows = "tolist" in sequences ? (sequences.tolist() as number[][]) : sequences;
    return rows.map((ids) => this.decode(ids, options));
  }

  /** The tokens of a text, without special tokens unless asked for. */
  tokenize(
    text: string | readonly string[],
    options: { pair?: string | readonly string[] | null; add_special_tokens?: boolean } = {},
  ): string[] {
    refuseUnknownOptions(options, new Set(["pair", "add_special_tokens"]));
    return this.backend_tokenizer.encode_fast(text, options.pair ?? null, {
      add_special_tokens: options.add_special_tokens ?? false,
    }).tokens;
  }

  /** @throws TransformersError INVALID_ARGUMENT where a token is unknown and there is no unk_token. */
  convert_tokens_to_ids(token: string): number;
  convert_tokens_to_ids(tokens: readonly string[]): number[];
  convert_tokens_to_ids(tokens: string | readonly string[]): number | number[] {
    if (typeof tokens !== "string") return tokens.map((token) => this.convert_tokens_to_ids(token));
    const id = this.idOf(tokens) ?? this.unk_token_id;
    if (id !== null) return id;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${JSON.stringify(tokens)} is not in the vocabulary, and the tokenizer has no unk_token`,
    );
  }

  /** @throws TransformersError INVALID_ARGUMENT where no token has the id. */
  convert_ids_to_tokens(id: number): string;
  convert_ids_to_tokens(ids: IdSequence, options?: { skip_special_tokens?: boolean }): string[];
  convert_ids_to_tokens(
    ids: number | IdSequence,
    options: { skip_special_tokens?: boolean } = {},
  ): string | string[] {
    const special = new Set(options.skip_special_tokens ? this.all_special_ids : []);
    const tokens = toIds(ids)
      .filter((id) => !special.has(id))
      .map((id) => {
        const token = this.backend_tokenizer.id_to_token(id);
        if (token !== undefined) return token;
        throw new TransformersError("INVALID_ARGUMENT", `no token has the id ${id}`);
      });
    return typeof ids === "number" ? tokens[0]! : tokens;
  }

  /** Joins tokens as decoding does. */
  convert_tokens_to_string(tokens: readonly string[]): string {
    const { decoder } = this.backend_tokenizer;
    return decoder === null ? tokens.join(" ") : decoder.decodeChain(tokens).join("");
  }

  /** How many special tokens a call adds to a text, or to a pair. */
  num_special_tokens_to_add(pair = false): number {
    return this.backend_tokenizer.num_special_tokens_to_add(pair);
  }

  /** 1 for each special token among ids that have them already, 0 for others. */
  get_special_tokens_mask(ids: IdSequence, options: { already_has_special_tokens: true }): number[] {
    if (options?.already_has_special_tokens !== true) {
      throw new TransformersError(
        "UNSUPPORTED",
        "get_special_tokens_mask needs already_has_special_tokens: true; a call gives the mask by return_special_tokens_mask",
      );
    }
    const special = new Set(this.all_special_ids);
    return toIds(ids).map((id) => (special.has(id) ? 1 : 0));
  }

  /** Adds tokens to the vocabulary; returns how many were new. */
  add_tokens(
    tokens: string | AddedToken | readonly (string | AddedToken)[],
    options: { special_tokens?: boolean } = {},
  ): number {
    const list = typeof tokens === "string" || tokens instanceof AddedToken ? [tokens] : tokens;
    return options.special_tokens
      ? this.backend_tokenizer.add_special_tokens(list)
      : this.backend_tokenizer.add_tokens(list);
  }

  /** Sets special tokens by name and adds those that are new; returns how many were. */
  add_special_tokens(
    tokens: SpecialTokenOptions,
    options: { replace_additional_special_tokens?: boolean } = {},
  ): number {
    refuseUnknownOptions(tokens, new Set([...SPECIAL_TOKEN_NAMES, "additional_special_tokens"]));
    const special = this.specialTokens;
    const added: AddedToken[] = [];
    // Ids are given in the order in which the tokens are named.
    for (const name of Object.keys(tokens) as (keyof SpecialTokenOptions)[]) {
      if (name !== "additional_special_tokens") {
        special.set(name, tokens[name] ?? null);
        const token = special.get(name);
        if (token !== undefined) added.push(token);
        continue;
      }
      const kept = options.replace_additional_special_tokens === false ? special.additional : [];
      const known = new Set(kept.map((token) => token.content));
      special.additional = tokens[name] ?? [];
      const further = special.additional.filter((token) => !known.has(token.content));
      special.additional = [...kept, ...further];
      added.push(...further);
    }
    return this.backend_tokenizer.add_special_tokens(added);
  }

  /** Pads examples that have been encoded before: one, several, or a batch. */
  pad(
    inputs: EncodedInputs | readonly EncodedInputs[] | BatchEncoding<unknown>,
    options: PadOptions = {},
  ): BatchEncoding {
    refuseUnknownOptions(options, PAD_OPTIONS);
    const strategy = paddingStrategy(options.padding ?? true);
    const defaults = this.#defaults();
    const { padding } = resolveStrategies(
      {
        padding: strategy ?? false,
        truncation: false,
        max_length: strategy === "max_length" ? options.max_length : null,
        pad_to_multiple_of: strategy === null ? null : options.pad_to_multiple_of,
      },
      defaults,
    );
    const { columns, isSingle } = padLists(inputs as EncodedInputs, {
      strategy,
      max_length: padding?.length ?? null,
      pad_to_multiple_of: options.pad_to_multiple_of ?? null,
      withAttentionMask: options.return_attention_mask ?? this.model_input_names.includes("attention_mask"),
      mainColumn: this.model_input_names[0] ?? "input_ids",
      defaults,
    });
    const data = columns as unknown as BatchColumns;
    return new BatchEncoding(options.return_tensors ? columnsToTensors(data, isSingle) : { ...data });
  }

  /** Whether tokenizer.json can say what the pipeline does. */
  protected get writesTokenizerJson(): boolean {
    return true;
  }

  /** The files of the vocabulary beside tokenizer.json. */
  protected vocabularyFiles(): [string, string][] {
    return [];
  }

  protected override idOf(token: string): number | null {
    return this.backend_tokenizer.token_to_id(token) ?? null;
  }

  protected override invoke(text: TextInput, options: CallOptions = {}): BatchEncoding<unknown> {
    return encodeCall(this.backend_tokenizer, text, options, this.#defaults(), this.model_input_names);
  }

  #defaults(): CallDefaults {
    const { model_max_length, padding_side, truncation_side, pad_token, pad_token_id, pad_token_type_id } =
      this;
    return { model_max_length, padding_side, truncation_side, pad_token, pad_token_id, pad_token_type_id };
  }

  /** Adds what tokenizer_config.json says and tokenizer.json does not. */
  #completeAddedTokens(configured: ReadonlyMap<number, AddedToken>): void {
    const known = this.added_tokens_decoder;
    const missing = [...configured]
      .sort(([a], [b]) => a - b)
      .map(([, token]) => token)
      .filter((token) => ![...known.values()].some((other) => other.equals(token)));
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

function makeTokenizer<T>(type: TokenizerClass<T>, files: FileTexts, overrides: TokenizerConfig): T {
  const config = { ...readConfig(files), ...overrides };
  return new type(type.backendFromFiles(files, config), config);
}

function toIds(ids: number | IdSequence): number[] {
  if (typeof ids === "number") return [ids];
  const list = "tolist" in ids ? (ids.tolist() as ArrayLike<number>) : ids;
  return Array.from(list as ArrayLike<number | bigint>, Number);
}
