import { TransformersError } from "../../errors.js";
import { NFD, normalizeString } from "../../tokenizers/index.js";
import {
  MosesPunctNormalizer,
  MosesTokenizer,
  replaceUnicodePunctuation,
} from "../../tokenizers/moses/index.js";
import { BertFramedTokenizer } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { category, lower, majorCategory, splitAtSpace, strip } from "../../tokenizers/python-text/index.js";
import { SubwordVocabulary } from "../../tokenizers/subword-nmt/index.js";

/** Fields of tokenizer_config.json that XLM's tokenizer reads beside those of every tokenizer. */
export interface XLMTokenizerConfig extends TokenizerConfig {
  /** The languages that the model knows and their numbers (default: not said). */
  lang2id?: Readonly<Record<string, number>> | null;
  /** The same the other way round. */
  id2lang?: Readonly<Record<string, string>> | null;
  /** Whether to lowercase and strip accents (default true). */
  do_lowercase_and_remove_accent?: boolean;
}

const DEFAULTS = {
  unk_token: "<unk>",
  bos_token: "<s>",
  sep_token: "</s>",
  pad_token: "<pad>",
  cls_token: "</s>",
  mask_token: "<special1>",
  additional_special_tokens: Array.from({ length: 10 }, (_, number) => `<special${number}>`),
  lang2id: null,
  id2lang: null,
  do_lowercase_and_remove_accent: true,
} as const;

/** Languages whose words Python finds by packages of their own. */
const WORD_PACKAGES: Readonly<Record<string, string>> = { zh: "jieba", th: "pythainlp", ja: "Mykytea" };

/**
 * XLM's tokenizer: the Moses toolkit's punctuation and words of a language, lowercase without accents, byte-pair
 * merges, `<s> A </s> B </s>`. A call takes `lang` (default "en") and `bypass_tokenizer`, for texts whose words stand
 * between spaces already. Equal to Transformers 4.37.2's XLMTokenizer with sacremoses 0.2.0.
 */
export class XLMTokenizer extends BertFramedTokenizer {
  static override readonly tokenizerClass: string = "XLMTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.json", merges_file: "merges.txt" };

  readonly lang2id: Readonly<Record<string, number>> | null;
  readonly id2lang: Readonly<Record<string, string>> | null;
  readonly do_lowercase_and_remove_accent: boolean;
  readonly #vocabulary: SubwordVocabulary;
  readonly #normalizers = new Map<string, MosesPunctNormalizer>();
  readonly #tokenizers = new Map<string, MosesTokenizer>();

  constructor(vocabulary: SubwordVocabulary, config: XLMTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    super(new VocabTable(vocabulary.ids), complete);
    this.do_lowercase_and_remove_accent = complete.do_lowercase_and_remove_accent;
    this.lang2id = complete.lang2id;
    this.id2lang = complete.id2lang;
    this.#vocabulary = vocabulary;
  }

  /** Whether texts are lowercased before their words are found, added tokens excepted. */
  get do_lower_case(): boolean {
    return this.do_lowercase_and_remove_accent;
  }

  static backendFromFiles(files: FileTexts): SubwordVocabulary {
    return SubwordVocabulary.read(files, XLMTokenizer.tokenizerClass);
  }

  protected override get tokenizeOptions(): readonly string[] {
    return ["lang", "bypass_tokenizer"];
  }

  protected override _tokenize(text: string, options: TokenizeOptions): string[] {
    const { lang = "en", bypass_tokenizer = false } = options as {
      lang?: string;
      bypass_tokenizer?: boolean;
    };
    if (this.lang2id !== null && !Object.hasOwn(this.lang2id, lang)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `the tokenizer does not know the language "${lang}"; known: ${Object.keys(this.lang2id).join(", ")}`,
      );
    }
    const words = bypass_tokenizer ? splitAtSpace(text) : this.#wordsOf(text, lang);
    return words.flatMap((word) => (word === "" ? [] : this.#vocabulary.merges.symbols(word)));
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return strip(tokens.join("").replaceAll("</w>", " "));
  }

  protected override get frameStart() {
    return "bos_token" as const;
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return this.#vocabulary.files();
  }

  /** The words of a text in a language. */
  #wordsOf(text: string, language: string): string[] {
    const wordPackage = WORD_PACKAGES[language];
    if (wordPackage !== undefined) {
      throw new TransformersError(
        "UNSUPPORTED",
        `Python finds the words of the language "${language}" by its package ${wordPackage}, which there is not here; put spaces between words yourself and use bypass_tokenizer: true`,
      );
    }
    const normalizer = remember(this.#normalizers, language, () => new MosesPunctNormalizer(language));
    const tokenizer = remember(this.#tokenizers, language, () => new MosesTokenizer(language));
    const normalized = withoutCategory(normalizer.normalize(replaceUnicodePunctuation(text)), "C");
    const words = tokenizer.tokenize(language === "ro" ? withoutRomanianMarks(normalized) : normalized);
    if (!this.do_lowercase_and_remove_accent) return words;
    const decomposed = normalizeString(new NFD(), lower(words.join(" ")));
    return lower(withoutCategory(decomposed, "Mn")).split(" ");
  }
}

function remember<T>(known: Map<string, T>, name: string, make: () => T): T {
  const value = known.get(name) ?? make();
  known.set(name, value);
  return value;
}

/** A text without the characters of a category, or of all that begin with its letter. */
function withoutCategory(text: string, dropped: string): string {
  const categoryOf = dropped.length === 1 ? majorCategory : category;
  return Array.from(text)
    .filter((character) => categoryOf(character.codePointAt(0)!) !== dropped)
    .join("");
}

/** Romanian letters without their marks, in whichever of two ways these are written. */
function withoutRomanianMarks(text: string): string {
  const [marked, plain] = ["ŞȘşșŢȚţțĂăÂâÎî", "SSssTTttAaAaIi"];
  return text.replace(new RegExp(`[${marked}]`, "g"), (letter) => plain[marked.indexOf(letter)]!);
}
