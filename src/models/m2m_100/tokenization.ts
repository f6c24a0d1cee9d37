import { TransformersError } from "../../errors.js";
import { frameId } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TokenizeOptions,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { strip } from "../../tokenizers/python-text/index.js";
import {
  decodeBetween,
  readSentencePiece,
  readVocabJson,
  requiredText,
  type SentencePieceConfig,
  type SentencePieceFile,
  writeVocabJson,
} from "../../tokenizers/vocabulary-files/index.js";

const LANGUAGES = {
  m2m100:
    "af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi hr ht hu hy " +
    "id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru " +
    "sd si sk sl so sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu",
  wmt21: "en ha is ja cs ru zh de",
} as const;

/** Fields of tokenizer_config.json that M2M100's tokenizer reads beside those of every tokenizer. */
export interface M2M100TokenizerConfig extends SentencePieceConfig {
  /** The language of texts (default "en"). */
  src_lang?: string | null;
  /** The language of texts that the model is to write (default: none, so that they are refused). */
  tgt_lang?: string | null;
  /** Which languages there are (default "m2m100"). */
  language_codes?: keyof typeof LANGUAGES;
  /** How many tokens without meaning end the vocabulary (default 8); only saved. */
  num_madeup_words?: number;
}

const DEFAULTS = {
  src_lang: null,
  tgt_lang: null,
  bos_token: "<s>",
  eos_token: "</s>",
  sep_token: "</s>",
  pad_token: "<pad>",
  unk_token: "<unk>",
  language_codes: "m2m100",
  sp_model_kwargs: {},
  num_madeup_words: 8,
} as const;

/** What the files say. */
interface Vocabulary {
  readonly model: SentencePieceFile;
  readonly ids: ReadonlyMap<string, number>;
}

/**
 * M2M100's tokenizer: a SentencePiece model and a vocabulary of its pieces, framed by the language and the end,
 * `__en__ A </s>`. Equal to Transformers 4.37.2's M2M100Tokenizer.
 */
export class M2M100Tokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "M2M100Tokenizer";
  static override readonly vocab_files_names = {
    vocab_file: "vocab.json",
    spm_file: "sentencepiece.bpe.model",
  };

  readonly lang_code_to_token: Readonly<Record<string, string>>;
  readonly lang_code_to_id: Readonly<Record<string, number>>;
  /** The language of texts that the model is to write. */
  tgt_lang: string | null;
  readonly #vocabulary: Vocabulary;
  readonly #languageIds: ReadonlyMap<string, number>;
  readonly #languageTokens: ReadonlyMap<number, string>;
  #sourceLanguage: string;
  #language: number;

  constructor(vocabulary: Vocabulary, config: M2M100TokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    super(new VocabTable(vocabulary.ids), complete);
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    const languages = languagesOf(complete.language_codes);
    // The languages stand behind the vocabulary.
    const numbered = languages.map((language, i) => [language, vocabulary.ids.size + i] as const);
    this.lang_code_to_token = Object.fromEntries(languages.map((language) => [language, `__${language}__`]));
    this.lang_code_to_id = Object.fromEntries(numbered);
    this.#languageIds = new Map(numbered.map(([language, id]) => [`__${language}__`, id]));
    this.#languageTokens = new Map(numbered.map(([language, id]) => [id, `__${language}__`]));
    this.#vocabulary = vocabulary;
    this.tgt_lang = complete.tgt_lang;
    this.#sourceLanguage = complete.src_lang ?? "en";
    this.#language = this.get_lang_id(this.#sourceLanguage);
  }

  static backendFromFiles(files: FileTexts, config: M2M100TokenizerConfig): Vocabulary {
    const name = M2M100Tokenizer.tokenizerClass;
    return {
      model: readSentencePiece(files, "sentencepiece.bpe.model", name, config),
      ids: readVocabJson(requiredText(files, "vocab.json", name)),
    };
  }

  /** The language of texts. */
  get src_lang(): string {
    return this.#sourceLanguage;
  }
  set src_lang(language: string) {
    this.#language = this.get_lang_id(language);
    this.#sourceLanguage = language;
  }

  /** The token of a language: `__fr__`. @throws TransformersError INVALID_ARGUMENT */
  get_lang_token(language: string): string {
    return this.#known(this.lang_code_to_token, language);
  }

  /** The id of a language's token, with which a text of the model begins. @throws TransformersError INVALID_ARGUMENT */
  get_lang_id(language: string): number {
    return this.#known(this.lang_code_to_id, language);
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return this.#vocabulary.model.processor.encode_as_pieces(text);
  }

  protected override _convert_token_to_id(token: string): number {
    return this.#languageIds.get(token) ?? super._convert_token_to_id(token);
  }

  protected override _convert_id_to_token(id: number): string {
    return this.#languageTokens.get(id) ?? super._convert_id_to_token(id);
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    const decode = (pieces: readonly string[]) => this.#vocabulary.model.processor.decode(pieces);
    return strip(decodeBetween(tokens, this.all_special_tokens, decode, (text, token) => text + token));
  }

  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    return [this.#language, ...token_ids_0, ...(token_ids_1 ?? []), frameId(this, "eos_token")];
  }

  protected override switchToInputMode(): void {
    this.#language = this.get_lang_id(this.#sourceLanguage);
  }

  protected override switchToTargetMode(): void {
    if (this.tgt_lang === null) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        'texts that the model is to write need a language: set tgt_lang, as in tokenizer.tgt_lang = "fr"',
      );
    }
    this.#language = this.get_lang_id(this.tgt_lang);
  }

  protected override savedFields(): Record<string, unknown> {
    return { ...super.savedFields(), src_lang: this.src_lang, tgt_lang: this.tgt_lang };
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const { ids, model } = this.#vocabulary;
    return [
      ["vocab.json", writeVocabJson(ids, { ascii: true })],
      ["sentencepiece.bpe.model", model.bytes],
    ];
  }

  #known<T>(values: Readonly<Record<string, T>>, language: string): T {
    if (Object.hasOwn(values, language)) return values[language]!;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `the tokenizer does not know the language "${language}"; known: ${Object.keys(values).join(", ")}`,
    );
  }
}

function languagesOf(codes: string): readonly string[] {
  if (Object.hasOwn(LANGUAGES, codes)) return LANGUAGES[codes as keyof typeof LANGUAGES].split(" ");
  throw new TransformersError(
    "CONFIG_INVALID",
    `language_codes must be one of ${Object.keys(LANGUAGES).join(", ")}, not ${JSON.stringify(codes)}`,
  );
}
