import { TransformersError } from "../../errors.js";
import { frameId } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { strip, upper } from "../../tokenizers/python-text/index.js";
import {
  decodeBetween,
  readSentencePiece,
  readVocabJson,
  requiredText,
  type SentencePieceConfig,
  type SentencePieceFile,
  writeVocabJson,
} from "../../tokenizers/vocabulary-files/index.js";

const LANGUAGES = { mustc: ["pt", "fr", "ru", "nl", "ro", "it", "es", "de"] } as const;

/** Fields of tokenizer_config.json that Speech2Text's tokenizer reads beside those of every tokenizer. */
export interface Speech2TextTokenizerConfig extends TokenizerConfig, SentencePieceConfig {
  /** Whether texts are lowercased, added tokens excepted (default false). */
  do_lower_case?: boolean;
  /** Whether decoded text is in upper case (default false). */
  do_upper_case?: boolean;
  /** The language that texts begin with (default: the first of `lang_codes`). */
  tgt_lang?: string | null;
  /** Which languages there are (default: none). */
  lang_codes?: keyof typeof LANGUAGES | null;
}

const DEFAULTS = {
  bos_token: "<s>",
  eos_token: "</s>",
  pad_token: "<pad>",
  unk_token: "<unk>",
  do_upper_case: false,
  do_lower_case: false,
  tgt_lang: null,
  lang_codes: null,
  sp_model_kwargs: {},
} as const;

/** What the files say. */
interface Vocabulary {
  readonly model: SentencePieceFile;
  readonly ids: ReadonlyMap<string, number>;
}

/**
 * Speech2Text's tokenizer: a SentencePiece model and a vocabulary of its pieces; a multilingual one begins with the
 * language, `<lang:fr> A </s>`. Equal to Transformers 4.37.2's Speech2TextTokenizer, of whose languages the ids are
 * those of the SentencePiece model.
 */
export class Speech2TextTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "Speech2TextTokenizer";
  static override readonly vocab_files_names = {
    vocab_file: "vocab.json",
    spm_file: "sentencepiece.bpe.model",
  };

  /** Whether texts are lowercased, added tokens excepted. */
  do_lower_case: boolean;
  readonly do_upper_case: boolean;
  readonly lang_code_to_id: Readonly<Record<string, number>>;
  readonly #vocabulary: Vocabulary;
  #language: string | null = null;

  constructor(vocabulary: Vocabulary, config: Speech2TextTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    const languages = languagesOf(complete.lang_codes);
    const tokens = languages.map((language) => `<lang:${language}>`);
    const further = config.additional_special_tokens ?? [];
    super(new VocabTable(vocabulary.ids), {
      ...complete,
      additional_special_tokens: [
        ...tokens,
        ...further.filter((token) => !tokens.includes(typeof token === "string" ? token : token.content)),
      ],
    });
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.do_lower_case = complete.do_lower_case;
    this.do_upper_case = complete.do_upper_case;
    this.#vocabulary = vocabulary;
    const { processor } = vocabulary.model;
    this.lang_code_to_id = Object.fromEntries(
      languages.map((language, i) => [language, processor.piece_to_id(tokens[i]!)]),
    );
    const language = complete.tgt_lang ?? languages[0];
    if (complete.lang_codes !== null && language !== undefined) this.tgt_lang = language;
  }

  static backendFromFiles(files: FileTexts, config: Speech2TextTokenizerConfig): Vocabulary {
    const name = Speech2TextTokenizer.tokenizerClass;
    return {
      model: readSentencePiece(files, "sentencepiece.bpe.model", name, config),
      ids: readVocabJson(requiredText(files, "vocab.json", name)),
    };
  }

  /** The language that texts begin with; null where there are no languages. */
  get tgt_lang(): string | null {
    return this.#language;
  }
  set tgt_lang(language: string) {
    if (!Object.hasOwn(this.lang_code_to_id, language)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `the tokenizer does not know the language "${language}"; known: ${Object.keys(this.lang_code_to_id).join(", ") || "none"}`,
      );
    }
    this.#language = language;
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return this.#vocabulary.model.processor.encode_as_pieces(text);
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    const decode = (pieces: readonly string[]) => {
      const text = this.#vocabulary.model.processor.decode(pieces);
      return this.do_upper_case ? upper(text) : text;
    };
    return strip(decodeBetween(tokens, this.all_special_tokens, decode, (text, token) => `${text}${token} `));
  }

  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const prefix = this.#language === null ? [] : [this.lang_code_to_id[this.#language]!];
    return [...prefix, ...token_ids_0, ...(token_ids_1 ?? []), frameId(this, "eos_token")];
  }

  protected override savedFields(): Record<string, unknown> {
    return { ...super.savedFields(), ...(this.#language === null ? {} : { tgt_lang: this.#language }) };
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const { ids, model } = this.#vocabulary;
    return [
      ["vocab.json", writeVocabJson(ids, { ascii: true })],
      ["sentencepiece.bpe.model", model.bytes],
    ];
  }
}

function languagesOf(codes: string | null): readonly string[] {
  if (codes === null) return [];
  if (Object.hasOwn(LANGUAGES, codes)) return LANGUAGES[codes as keyof typeof LANGUAGES];
  throw new TransformersError(
    "CONFIG_INVALID",
    `lang_codes must be one of ${Object.keys(LANGUAGES).join(", ")}, not ${JSON.stringify(codes)}`,
  );
}
