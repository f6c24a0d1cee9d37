import { TransformersError } from "../../errors.js";
import { AddedToken } from "../../tokenizers/index.js";
import { frameId } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TokenizeOptions,
} from "../../tokenizers/pretrained/index.js";
import { strip } from "../../tokenizers/python-text/index.js";
import {
  OffsetPieceTable,
  readSentencePiece,
  type SentencePieceConfig,
  type SentencePieceFile,
} from "../../tokenizers/vocabulary-files/index.js";

const LANGUAGES = {
  base: ["__java__", "__python__", "__en_XX__"],
  multi: ["__java__", "__python__", "__en_XX__", "__javascript__", "__php__", "__ruby__", "__go__"],
} as const;

/** Fields of tokenizer_config.json that PLBart's tokenizer reads beside those of every tokenizer. */
export interface PLBartTokenizerConfig extends SentencePieceConfig {
  /** Which languages there are (default "base"). */
  language_codes?: keyof typeof LANGUAGES;
  /** The language of texts, as "java" or "__java__" (default: none; of "multi": "en_XX"). */
  src_lang?: string | null;
  /** The language of texts that the model is to write (default: none). */
  tgt_lang?: string | null;
}

const DEFAULTS = {
  bos_token: "<s>",
  eos_token: "</s>",
  sep_token: "</s>",
  cls_token: "<s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
  language_codes: "base",
  src_lang: null,
  tgt_lang: null,
  sp_model_kwargs: {},
} as const;

/** Pieces stand one place behind that in their model. */
const OFFSET = 1;

/**
 * PLBart's tokenizer: the pieces of a SentencePiece model with fairseq's special tokens, followed by the end and the
 * language, `A </s> __java__`. Equal to Transformers 4.37.2's PLBartTokenizer.
 */
export class PLBartTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "PLBartTokenizer";
  static override readonly vocab_files_names = { vocab_file: "sentencepiece.bpe.model" };

  readonly lang_code_to_id: Readonly<Record<string, number>>;
  /** The language of texts that the model is to write. */
  tgt_lang: string | null;
  readonly #model: SentencePieceFile;
  #sourceLanguage: string | null;
  #readsTarget = false;

  constructor(model: SentencePieceFile, config: PLBartTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    const languages = languagesOf(complete.language_codes);
    const pieces = model.processor.get_piece_size();
    const ids = new Map(languages.map((language, i) => [language, pieces + OFFSET + i]));
    const named = new Map([["<s>", 0], ["<pad>", 1], ["</s>", 2], ["<unk>", 3], ...ids] as [
      string,
      number,
    ][]);
    const isBase = complete.language_codes === "base";
    if (isBase) named.set("<mask>", pieces + languages.length + OFFSET);
    const further = (config.additional_special_tokens ?? []).filter(
      (token) => !ids.has(typeof token === "string" ? token : token.content),
    );
    super(new OffsetPieceTable(model.processor, named, OFFSET, languages.length + (isBase ? 1 : 0)), {
      ...complete,
      mask_token: config.mask_token ?? new AddedToken("<mask>", { lstrip: true, special: true }),
      additional_special_tokens: [...languages, ...further],
    });
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.lang_code_to_id = Object.fromEntries(ids);
    this.#model = model;
    this.#sourceLanguage = this.#known(complete.src_lang) ?? (isBase ? null : "__en_XX__");
    this.tgt_lang = this.#known(complete.tgt_lang);
  }

  static backendFromFiles(files: FileTexts, config: PLBartTokenizerConfig): SentencePieceFile {
    return readSentencePiece(files, "sentencepiece.bpe.model", PLBartTokenizer.tokenizerClass, config);
  }

  /** The language of texts. */
  get src_lang(): string | null {
    return this.#sourceLanguage;
  }
  set src_lang(language: string | null) {
    this.#sourceLanguage = this.#known(language);
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return this.#model.processor.encode_as_pieces(text);
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return strip(tokens.join("").replaceAll("▁", " "));
  }

  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const language = this.#known(this.#readsTarget ? this.tgt_lang : this.#sourceLanguage);
    const suffix = language === null ? [] : [this.lang_code_to_id[language]!];
    return [...token_ids_0, ...(token_ids_1 ?? []), frameId(this, "eos_token"), ...suffix];
  }

  /** All 0, as many as RoBERTa's frame has. */
  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const length = token_ids_0.length + 2 + (token_ids_1 === null ? 0 : token_ids_1.length + 2);
    return new Array<number>(length).fill(0);
  }

  protected override switchToInputMode(): void {
    this.#readsTarget = false;
  }

  protected override switchToTargetMode(): void {
    this.#readsTarget = true;
  }

  protected override savedFields(): Record<string, unknown> {
    return { ...super.savedFields(), src_lang: this.src_lang, tgt_lang: this.tgt_lang };
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["sentencepiece.bpe.model", this.#model.bytes]];
  }

  /** The token of a language. */
  #known(language: string | null): string | null {
    if (language === null) return null;
    const token = language.startsWith("__") ? language : `__${language}__`;
    if (Object.hasOwn(this.lang_code_to_id, token)) return token;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `the tokenizer does not know the language "${language}"; known: ${Object.keys(this.lang_code_to_id).join(", ")}`,
    );
  }
}

function languagesOf(codes: string): readonly string[] {
  if (Object.hasOwn(LANGUAGES, codes)) return LANGUAGES[codes as keyof typeof LANGUAGES];
  throw new TransformersError(
    "CONFIG_INVALID",
    `language_codes must be one of ${Object.keys(LANGUAGES).join(", ")}, not ${JSON.stringify(codes)}`,
  );
}
