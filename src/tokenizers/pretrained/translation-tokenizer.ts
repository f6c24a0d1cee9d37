import { TransformersError } from "../../errors.js";
import type { PostProcessor } from "../processors/index.js";
import type { Tokenizer } from "../tokenizer.js";
import type { SentencePieceConfig } from "../vocabulary-files/pieces.js";
import type { BatchEncoding } from "./batch-encoding.js";
import type { CallOptions } from "./call-options.js";
import { A, B0, type FramePiece, frame } from "./frame.js";
import type { TextInput } from "./inputs.js";
import { SentencePieceTokenizer } from "./sentencepiece-tokenizer.js";
import { contentOf } from "./special-tokens.js";

/** Fields of tokenizer_config.json that tokenizers of several languages read. */
export interface TranslationConfig extends SentencePieceConfig {
  /** The language of texts (default: the family's). */
  src_lang?: string | null;
  /** The language of texts that the model is to write. */
  tgt_lang?: string | null;
}

/** What frames texts: tokens in front of them and behind them. */
export interface LanguageFrame {
  readonly prefix: readonly string[];
  readonly suffix: readonly string[];
}

/** Options of `prepare_seq2seq_batch`. */
export interface TranslationBatchOptions extends CallOptions {
  /** Default: the family's. */
  src_lang?: string;
  /** Default: the family's. */
  tgt_lang?: string;
  tgt_texts?: TextInput | null;
  max_target_length?: number | null;
}

/** A tokenizer whose texts are framed by the language that they are in. */
export abstract class TranslationTokenizer extends SentencePieceTokenizer {
  static override readonly vocab_files_names = { vocab_file: "sentencepiece.bpe.model" };
  /** The languages that texts have where nothing else is said: of texts, and of those that the model is to write. */
  protected static readonly languages: readonly [source: string, target: string];
  /** The tokens of languages that every tokenizer of the family has. */
  protected static readonly languageTokens: readonly string[] = [];
  /** Whether languages that are given stand in front of the family's own. */
  protected static readonly givenLanguagesFirst: boolean = false;

  /** The ids of the family's languages. */
  readonly lang_code_to_id: Readonly<Record<string, number>>;
  /** The id of the language that texts are read in. */
  cur_lang_code = -1;
  #source: string;
  #target: string | null;

  constructor(backend: Tokenizer, config: TranslationConfig = {}) {
    super(backend, config);
    const { languages, languageTokens } = new.target as unknown as typeof TranslationTokenizer;
    const complete = this.init_kwargs as TranslationConfig;
    this.lang_code_to_id = Object.fromEntries(
      languageTokens.map((language) => [language, this.idOrUnknown(language)]),
    );
    this.#source = this.languageToken(complete.src_lang ?? languages[0]);
    this.#target = complete.tgt_lang == null ? null : this.languageToken(complete.tgt_lang);
    this.set_src_lang_special_tokens(this.#source);
  }

  protected static override complete(config: TranslationConfig): TranslationConfig {
    const given = config.additional_special_tokens ?? [];
    const own = this.languageTokens;
    const without = (tokens: typeof given, known: typeof given) => {
      const contents = new Set(known.map(contentOf));
      return tokens.filter((token) => !contents.has(contentOf(token)));
    };
    const additional_special_tokens = this.givenLanguagesFirst
      ? [...given, ...without(own, given)]
      : [...own, ...without(given, own)];
    return { ...config, additional_special_tokens };
  }

  /** What frames texts of a language. */
  protected abstract frameOf(language: string, isTarget: boolean): LanguageFrame;

  /** The language of texts. */
  get src_lang(): string {
    return this.#source;
  }
  set src_lang(language: string) {
    const token = this.languageToken(language);
    this.set_src_lang_special_tokens(token);
    this.#source = token;
  }

  /** The language of texts that the model is to write; null where there is none, so that they are refused. */
  get tgt_lang(): string | null {
    return this.#target;
  }
  set tgt_lang(language: string | null) {
    this.#target = language === null ? null : this.languageToken(language);
  }

  /** Frames texts as those of a language, until the next call. @throws TransformersError INVALID_ARGUMENT */
  set_src_lang_special_tokens(src_lang: string): void {
    this.#frameBy(src_lang, false);
  }

  /** Frames texts as what the model is to write, until the next call. @throws TransformersError INVALID_ARGUMENT */
  set_tgt_lang_special_tokens(lang: string): void {
    this.#frameBy(lang, true);
  }

  /** What a model translates, and `forced_bos_token_id`: the id of the language that it is to begin with. */
  _build_translation_inputs(
    raw_inputs: TextInput,
    options: CallOptions & { src_lang?: string | null; tgt_lang?: string | null },
  ): BatchEncoding<unknown> {
    const { src_lang, tgt_lang, ...call } = options;
    if (src_lang == null || tgt_lang == null) {
      throw new TransformersError("INVALID_ARGUMENT", "a translation needs src_lang and tgt_lang");
    }
    this.src_lang = src_lang;
    const inputs: BatchEncoding<unknown> = this(raw_inputs, { ...call, add_special_tokens: true });
    return inputs.with({ forced_bos_token_id: this.languageId(this.languageToken(tgt_lang)) });
  }

  override prepare_seq2seq_batch(
    src_texts: TextInput,
    options: TranslationBatchOptions = {},
  ): BatchEncoding<unknown> {
    const { languages } = this.constructor as typeof TranslationTokenizer;
    const { src_lang = languages[0], tgt_lang = languages[1], ...call } = options;
    this.src_lang = src_lang;
    this.tgt_lang = tgt_lang;
    return super.prepare_seq2seq_batch(src_texts, call);
  }

  /** The token of a language. */
  protected languageToken(language: string): string {
    return language;
  }

  /** The id of a language's token. @throws TransformersError INVALID_ARGUMENT where there is none. */
  protected languageId(language: string): number {
    const id = this.idOf(language);
    if (id !== null) return id;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `the tokenizer does not know the language ${JSON.stringify(language)}; known: ${this.additional_special_tokens.join(", ")}`,
    );
  }

  protected override switchToInputMode(): void {
    this.set_src_lang_special_tokens(this.#source);
  }

  protected override switchToTargetMode(): void {
    if (this.#target === null) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        "texts that the model is to write need a language: set tgt_lang",
      );
    }
    this.set_tgt_lang_special_tokens(this.#target);
  }

  protected override savedFields(): Record<string, unknown> {
    return { ...super.savedFields(), src_lang: this.src_lang, tgt_lang: this.tgt_lang };
  }

  #frameBy(language: string, isTarget: boolean): void {
    const id = this.languageId(language);
    this.cur_lang_code = id;
    // A language that only stands for the unknown token is that token in the template.
    const idOf = (token: string) => (token === language ? id : this.idOrUnknown(token));
    const spelled = this.frameOf(this.tokenOf(id), isTarget);
    this.backend_tokenizer.post_processor = languageFrame(idOf, spelled);
  }
}

function languageFrame(idOf: (token: string) => number, { prefix, suffix }: LanguageFrame): PostProcessor {
  const pieces = (tokens: readonly string[]): FramePiece[] => tokens.map((token) => [token, 0] as const);
  const [start, end] = [pieces(prefix), pieces(suffix)];
  return frame(idOf, { single: [...start, A, ...end], pair: [...start, A, B0, ...end] });
}
