import { TransformersError } from "../../errors.js";
import { AddedToken } from "../../tokenizers/index.js";
import { JsonFields, parseJson } from "../../tokenizers/json.js";
import {
  type FileContent,
  type FileTexts,
  type IdSequence,
  type PythonDecodeOptions,
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  type TokenTable,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { lower, strip, upper } from "../../tokenizers/python-text/index.js";
import { requiredText, writeVocabJson } from "../../tokenizers/vocabulary-files/index.js";
import { type CharOffset, collapse, type WordOffset, wordsOf } from "./ctc.js";

/** Fields of tokenizer_config.json that Wav2Vec2's tokenizer reads beside those of every tokenizer. */
export interface Wav2Vec2CTCTokenizerConfig extends TokenizerConfig {
  /** The token between words (default "|"). */
  word_delimiter_token?: string;
  /** What decoding writes for it (default " "). */
  replace_word_delimiter_char?: string;
  /** Whether decoded text is in lower case, and text that is encoded is taken to upper case (default false). */
  do_lower_case?: boolean;
  /** Which of the vocabularies, where vocab.json has one for each language (default: it has one alone). */
  target_lang?: string | null;
}

const DEFAULTS = {
  bos_token: "<s>",
  eos_token: "</s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
  do_lower_case: false,
  word_delimiter_token: "|",
  replace_word_delimiter_char: " ",
  target_lang: null,
} as const;

/** Options of `decode`. */
export interface Wav2Vec2DecodeOptions extends PythonDecodeOptions {
  /** Whether tokens that follow each other and are the same count once (default true). */
  group_tokens?: boolean;
  /** Whether to say where each character was heard (default false). */
  output_char_offsets?: boolean;
  /** Whether to say where each word was heard (default false). */
  output_word_offsets?: boolean;
}

/** What `decode` gives where offsets are asked for. They count time steps of the model. */
export interface Wav2Vec2CTCTokenizerOutput {
  text: string;
  char_offsets?: CharOffset[];
  word_offsets?: WordOffset[];
}

type Ids = ReadonlyMap<string, number>;

/** The vocabulary of vocab.json, or those of its languages, of which one is in use. */
class Vocabularies implements TokenTable {
  readonly all: Ids | ReadonlyMap<string, Ids>;
  #current: VocabTable;

  constructor(all: Ids | ReadonlyMap<string, Ids>, language: string | null) {
    this.all = all;
    this.#current = new VocabTable(this.of(language));
  }

  /** @throws TransformersError INVALID_ARGUMENT where there is no such language. */
  of(language: string | null): Ids {
    const value = language === null ? this.all : this.all.get(language);
    if (value instanceof Map && [...value.values()].every((id) => typeof id === "number"))
      return value as Ids;
    const languages = [...this.all].flatMap(([name, ids]) => (typeof ids === "number" ? [] : [name]));
    throw new TransformersError(
      "INVALID_ARGUMENT",
      languages.length === 0
        ? `vocab.json has one vocabulary and none for the language "${language}"`
        : `vocab.json has a vocabulary for each language: target_lang must be one of ${languages.join(", ")}, not ${JSON.stringify(language)}`,
    );
  }

  select(language: string): void {
    this.#current = new VocabTable(this.of(language));
  }

  get size(): number {
    return this.#current.size;
  }

  idOf(token: string): number | undefined {
    return this.#current.idOf(token);
  }

  tokenOf(id: number): string | undefined {
    return this.#current.tokenOf(id);
  }

  entries(): Iterable<readonly [string, number]> {
    return this.#current.entries();
  }
}

/**
 * The tokenizer of models that spell what they hear by CTC: Wav2Vec2, HuBERT, WavLM and their like. Each character is
 * a token; decoding takes what is repeated and the padding between out. Equal to Transformers 4.37.2's
 * Wav2Vec2CTCTokenizer, but that `convert_tokens_to_string` gives the text alone.
 */
export class Wav2Vec2CTCTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "Wav2Vec2CTCTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.json" };

  /** Whether decoded text is in lower case. */
  do_lower_case: boolean;
  word_delimiter_token: string;
  readonly replace_word_delimiter_char: string;
  readonly #vocabularies: Vocabularies;
  #language: string | null;

  constructor(vocabulary: Ids | ReadonlyMap<string, Ids>, config: Wav2Vec2CTCTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    const vocabularies = new Vocabularies(vocabulary, complete.target_lang);
    super(vocabularies, complete);
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.do_lower_case = complete.do_lower_case;
    this.word_delimiter_token = complete.word_delimiter_token;
    this.replace_word_delimiter_char = complete.replace_word_delimiter_char;
    this.#vocabularies = vocabularies;
    this.#language = complete.target_lang;
    this.#addLongTokens();
  }

  static backendFromFiles(files: FileTexts): Ids | ReadonlyMap<string, Ids> {
    const json = parseJson(
      requiredText(files, "vocab.json", Wav2Vec2CTCTokenizer.tokenizerClass),
      "vocab.json",
    );
    const fields = new JsonFields(json, "vocab.json");
    const isNested = fields.keys().some((key) => typeof fields.raw(key) === "object");
    if (!isNested) return fields.integers();
    return new Map(fields.keys().map((language) => [language, fields.object(language).integers()]));
  }

  /** The language of the vocabulary in use. */
  get target_lang(): string | null {
    return this.#language;
  }

  /** Uses the vocabulary of another language. @throws TransformersError INVALID_ARGUMENT where there is none. */
  set_target_lang(target_lang: string): void {
    this.#vocabularies.select(target_lang);
    this.#language = target_lang;
    this.#addLongTokens();
  }

  get word_delimiter_token_id(): number {
    return this.convert_tokens_to_ids(this.word_delimiter_token);
  }

  protected override prepare_for_tokenization(text: string, options: TokenizeOptions): string {
    return options.is_split_into_words ? ` ${text}` : text;
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const cased = this.do_lower_case ? upper(text) : text;
    return Array.from(cased.replaceAll(" ", this.word_delimiter_token));
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return this.#spell(tokens, {}).text;
  }

  override decode(
    ids: number | IdSequence,
    options: Wav2Vec2DecodeOptions & ({ output_char_offsets: true } | { output_word_offsets: true }),
  ): Wav2Vec2CTCTokenizerOutput;
  override decode(ids: number | IdSequence, options?: Wav2Vec2DecodeOptions): string;
  override decode(
    ids: number | IdSequence,
    options: Wav2Vec2DecodeOptions = {},
  ): string | Wav2Vec2CTCTokenizerOutput {
    const text = super.decode(ids, options);
    if (!options.output_char_offsets && !options.output_word_offsets) return text;
    const tokens = this.convert_ids_to_tokens(typeof ids === "number" ? [ids] : ids, {
      skip_special_tokens: options.skip_special_tokens ?? false,
    });
    return { ...this.#spell(tokens, options), text };
  }

  protected override get decodeOptions(): ReadonlySet<string> {
    return new Set([...super.decodeOptions, "group_tokens", "output_char_offsets", "output_word_offsets"]);
  }

  protected override decodeIds(ids: readonly number[], options: Wav2Vec2DecodeOptions): string {
    const { skip_special_tokens = false } = options;
    return this.#spell(this.convert_ids_to_tokens(ids, { skip_special_tokens }), options).text;
  }

  protected override addTokens(tokens: readonly (string | AddedToken)[], special: boolean): number {
    const complete = tokens.map((token) =>
      typeof token === "string" ? new AddedToken(token, { normalized: false }) : token,
    );
    return super.addTokens(complete, special);
  }

  protected override savedFields(): Record<string, unknown> {
    return { ...super.savedFields(), target_lang: this.target_lang };
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["vocab.json", `${writeVocabJson(this.#vocabularies.all, { sorted: true })}\n`]];
  }

  /** Tokens of several characters are found as added ones are. */
  #addLongTokens(): void {
    const long = [...this.#vocabularies.entries()].filter(([token]) => Array.from(token).length > 1);
    const flags = { lstrip: true, rstrip: true, normalized: false };
    for (const [token] of long) this.add_tokens(new AddedToken(token, flags));
  }

  #spell(tokens: readonly string[], options: Wav2Vec2DecodeOptions): Wav2Vec2CTCTokenizerOutput {
    if (tokens.length === 0) return { text: "", char_offsets: [], word_offsets: [] };
    const heard = collapse(tokens, this.pad_token, options.group_tokens ?? true);
    const delimiter = this.replace_word_delimiter_char;
    for (const one of heard) if (one.char === this.word_delimiter_token) one.char = delimiter;
    const gap = options.spaces_between_special_tokens ? " " : "";
    const text = strip(heard.map(({ char }) => char).join(gap));
    return {
      text: this.do_lower_case ? lower(text) : text,
      ...(options.output_char_offsets ? { char_offsets: heard } : {}),
      ...(options.output_word_offsets ? { word_offsets: wordsOf(heard, delimiter) } : {}),
    };
  }
}
