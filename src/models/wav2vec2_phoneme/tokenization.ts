import { TransformersError } from "../../errors.js";
import { AddedToken } from "../../tokenizers/index.js";
import {
  type FileContent,
  type FileTexts,
  type IdSequence,
  type PythonDecodeOptions,
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { strip } from "../../tokenizers/python-text/index.js";
import { readVocabJson, requiredText, writeVocabJson } from "../../tokenizers/vocabulary-files/index.js";
import { type CharOffset, collapse } from "../wav2vec2/ctc.js";

/** Fields of tokenizer_config.json that the tokenizer reads beside those of every tokenizer. */
export interface Wav2Vec2PhonemeCTCTokenizerConfig extends TokenizerConfig {
  /** The token between phonemes (default " "); only saved. */
  phone_delimiter_token?: string;
  /** The token between words (default: none). */
  word_delimiter_token?: string | null;
  /** Whether texts become phonemes (default true), which is refused here: set it to false, and give phonemes. */
  do_phonemize?: boolean;
  phonemizer_lang?: string;
  phonemizer_backend?: string;
}

const DEFAULTS = {
  bos_token: "<s>",
  eos_token: "</s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
  word_delimiter_token: null,
  phone_delimiter_token: " ",
  do_phonemize: true,
  phonemizer_lang: "en-us",
  phonemizer_backend: "espeak",
} as const;

/** Options of `decode`. */
export interface Wav2Vec2PhonemeDecodeOptions extends PythonDecodeOptions {
  /** Whether tokens that follow each other and are the same count once (default true). */
  group_tokens?: boolean;
  /** Whether the token between words is left out (default true). */
  filter_word_delimiter_token?: boolean;
  /** Whether to say where each phoneme was heard (default false). */
  output_char_offsets?: boolean;
}

/** What `decode` gives where offsets are asked for. They count time steps of the model. */
export interface Wav2Vec2PhonemeCTCTokenizerOutput {
  text: string;
  char_offsets: CharOffset[];
}

/**
 * The tokenizer of models that spell phonemes by CTC: each phoneme between spaces is a token; decoding takes what is
 * repeated and the padding between out. Equal to Transformers 4.37.2's Wav2Vec2PhonemeCTCTokenizer without its
 * phonemizer, which there is none of here.
 */
export class Wav2Vec2PhonemeCTCTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "Wav2Vec2PhonemeCTCTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.json" };

  readonly word_delimiter_token: string | null;
  readonly do_phonemize: boolean;
  readonly #ids: ReadonlyMap<string, number>;

  constructor(ids: ReadonlyMap<string, number>, config: Wav2Vec2PhonemeCTCTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    super(new VocabTable(ids), complete);
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.word_delimiter_token = complete.word_delimiter_token;
    this.do_phonemize = complete.do_phonemize;
    this.#ids = ids;
  }

  static backendFromFiles(files: FileTexts): ReadonlyMap<string, number> {
    return readVocabJson(requiredText(files, "vocab.json", Wav2Vec2PhonemeCTCTokenizer.tokenizerClass));
  }

  protected override get tokenizeOptions(): readonly string[] {
    return ["do_phonemize"];
  }

  protected override prepare_for_tokenization(text: string, options: TokenizeOptions): string {
    if (options.do_phonemize ?? this.do_phonemize) {
      throw new TransformersError(
        "UNSUPPORTED",
        "do_phonemize: true needs the Python package phonemizer, which there is not here; set do_phonemize: false and give phonemes between spaces",
      );
    }
    return options.is_split_into_words ? ` ${text}` : text;
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return strip(text)
      .split(" ")
      .filter((phoneme) => strip(phoneme) !== "");
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return this.#spell(tokens, {}).text;
  }

  override decode(
    ids: number | IdSequence,
    options: Wav2Vec2PhonemeDecodeOptions & { output_char_offsets: true },
  ): Wav2Vec2PhonemeCTCTokenizerOutput;
  override decode(ids: number | IdSequence, options?: Wav2Vec2PhonemeDecodeOptions): string;
  override decode(
    ids: number | IdSequence,
    options: Wav2Vec2PhonemeDecodeOptions = {},
  ): string | Wav2Vec2PhonemeCTCTokenizerOutput {
    const text = super.decode(ids, options);
    if (!options.output_char_offsets) return text;
    const tokens = this.convert_ids_to_tokens(typeof ids === "number" ? [ids] : ids, {
      skip_special_tokens: options.skip_special_tokens ?? false,
    });
    return { text, char_offsets: this.#spell(tokens, options).heard };
  }

  protected override get decodeOptions(): ReadonlySet<string> {
    return new Set([
      ...super.decodeOptions,
      "group_tokens",
      "filter_word_delimiter_token",
      "output_char_offsets",
    ]);
  }

  protected override decodeIds(ids: readonly number[], options: Wav2Vec2PhonemeDecodeOptions): string {
    const { skip_special_tokens = false } = options;
    return this.#spell(this.convert_ids_to_tokens(ids, { skip_special_tokens }), options).text;
  }

  protected override addTokens(tokens: readonly (string | AddedToken)[], special: boolean): number {
    const complete = tokens.map((token) =>
      typeof token === "string" ? new AddedToken(token, { normalized: true, special }) : token,
    );
    return super.addTokens(complete, special);
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["vocab.json", `${writeVocabJson(this.#ids, { sorted: true })}\n`]];
  }

  #spell(
    tokens: readonly string[],
    options: Wav2Vec2PhonemeDecodeOptions,
  ): { text: string; heard: CharOffset[] } {
    const { group_tokens = true, filter_word_delimiter_token = true } = options;
    const all = collapse(tokens, this.pad_token, group_tokens);
    const heard = filter_word_delimiter_token
      ? all.filter(({ char }) => char !== this.word_delimiter_token)
      : all;
    return { text: strip(heard.map(({ char }) => char).join(" ")), heard };
  }
}
