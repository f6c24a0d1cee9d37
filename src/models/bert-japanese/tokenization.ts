import { TransformersError } from "../../errors.js";
import { AddedToken, NFKC, normalizeString } from "../../tokenizers/index.js";
import { BertFramedTokenizer } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { BertWords, WordPieces } from "../../tokenizers/python-text/bert-words.js";
import { strip } from "../../tokenizers/python-text/index.js";
import {
  PieceTable,
  readSentencePiece,
  readTokenLines,
  requiredText,
  type SentencePieceFile,
  writeTokenLines,
} from "../../tokenizers/vocabulary-files/index.js";
import { japanesePieces } from "./pieces.js";

const WORD_TYPES = ["basic"] as const;
const SUBWORD_TYPES = ["wordpiece", "character", "sentencepiece"] as const;

/** Morphological analysers that Python's tokenizer can ask, and what it needs for them. */
const ANALYSERS: Readonly<Record<string, string>> = {
  mecab: "fugashi and a dictionary such as ipadic",
  sudachi: "sudachipy",
  jumanpp: "rhoknp and Juman++",
};

/** Fields of tokenizer_config.json that BERT's Japanese tokenizer reads beside those of every tokenizer. */
export interface BertJapaneseTokenizerConfig extends TokenizerConfig {
  /** Whether texts are lowercased, added tokens excepted (default false). */
  do_lower_case?: boolean;
  /** Whether texts are cut into words before anything else (default true). */
  do_word_tokenize?: boolean;
  /** Whether words are cut into subwords (default true). */
  do_subword_tokenize?: boolean;
  /** How words are found (default "basic": whitespace and punctuation). */
  word_tokenizer_type?: (typeof WORD_TYPES)[number];
  /** How subwords are found (default "wordpiece"). */
  subword_tokenizer_type?: (typeof SUBWORD_TYPES)[number];
  /** Words that stay as they are (default none). */
  never_split?: readonly string[] | null;
}

const DEFAULTS = {
  do_lower_case: false,
  do_word_tokenize: true,
  do_subword_tokenize: true,
  word_tokenizer_type: "basic",
  subword_tokenizer_type: "wordpiece",
  never_split: null,
  unk_token: "[UNK]",
  sep_token: "[SEP]",
  pad_token: "[PAD]",
  cls_token: "[CLS]",
  mask_token: "[MASK]",
  mecab_kwargs: null,
  sudachi_kwargs: null,
  jumanpp_kwargs: null,
} as const;

/** What vocab.txt or spiece.model says. */
type Vocabulary = ReadonlyMap<string, number> | SentencePieceFile;

/**
 * BERT's tokenizer for Japanese: words, then WordPiece, characters or the pieces of a SentencePiece model, in BERT's
 * frame. Equal to Transformers 4.37.2's BertJapaneseTokenizer without a morphological analyser, which there is none of
 * here: "mecab", "sudachi" and "jumanpp" are refused.
 */
export class BertJapaneseTokenizer extends BertFramedTokenizer {
  static override readonly tokenizerClass: string = "BertJapaneseTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.txt", spm_file: "spiece.model" };

  /** Whether texts are lowercased, added tokens excepted. */
  readonly do_lower_case: boolean;
  readonly #vocabulary: Vocabulary;
  readonly #wordsOf: (text: string) => string[];
  readonly #subwordsOf: (word: string) => string[];

  constructor(vocabulary: Vocabulary, config: BertJapaneseTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    super(isModel(vocabulary) ? new PieceTable(vocabulary.processor) : new VocabTable(vocabulary), complete);
    this.#vocabulary = vocabulary;
    const { never_split, do_lower_case } = complete;
    this.do_lower_case = do_lower_case;
    checkTypes(complete);
    const words = new BertWords({ do_lower_case, never_split, tokenize_chinese_chars: false });
    this.#wordsOf = complete.do_word_tokenize
      ? (text) => words.tokenize(text, this.all_special_tokens)
      : (text) => [text];
    const { unk_token } = complete as { unk_token: string | AddedToken };
    const unknown = unk_token instanceof AddedToken ? unk_token.content : unk_token;
    this.#subwordsOf = complete.do_subword_tokenize
      ? subwordsBy(complete.subword_tokenizer_type, vocabulary, unknown)
      : (word) => [word];
  }

  static backendFromFiles(files: FileTexts, config: BertJapaneseTokenizerConfig): Vocabulary {
    const name = BertJapaneseTokenizer.tokenizerClass;
    return config.subword_tokenizer_type === "sentencepiece"
      ? readSentencePiece(files, "spiece.model", name, {})
      : readTokenLines(requiredText(files, "vocab.txt", name));
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return this.#wordsOf(text).flatMap(this.#subwordsOf);
  }

  protected override _convert_token_to_id(token: string): number {
    const vocabulary = this.#vocabulary;
    return isModel(vocabulary) ? vocabulary.processor.piece_to_id(token) : super._convert_token_to_id(token);
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    if (isModel(this.#vocabulary)) return this.#vocabulary.processor.decode(tokens);
    return strip(tokens.join(" ").replaceAll(" ##", ""));
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    if (isModel(this.#vocabulary)) return [["spiece.model", this.#vocabulary.bytes]];
    return [["vocab.txt", writeTokenLines(this.#vocabulary)]];
  }
}

function isModel(vocabulary: Vocabulary): vocabulary is SentencePieceFile {
  return "processor" in vocabulary;
}

function checkTypes(config: BertJapaneseTokenizerConfig): void {
  const { word_tokenizer_type: words = "basic", subword_tokenizer_type: subwords = "wordpiece" } = config;
  const analyser = config.do_word_tokenize === false ? undefined : ANALYSERS[words];
  if (analyser !== undefined) {
    throw new TransformersError(
      "UNSUPPORTED",
      `word_tokenizer_type "${words}" is a morphological analyser (in Python: ${analyser}), which there is none of here; cut texts into words yourself and use "basic"`,
    );
  }
  if (config.do_word_tokenize !== false && words !== "basic") {
    throw new TransformersError(
      "CONFIG_INVALID",
      `word_tokenizer_type must be "basic", not ${JSON.stringify(words)}`,
    );
  }
  if (!SUBWORD_TYPES.includes(subwords)) {
    throw new TransformersError(
      "CONFIG_INVALID",
      `subword_tokenizer_type must be one of ${SUBWORD_TYPES.join(", ")}, not ${JSON.stringify(subwords)}`,
    );
  }
}

function subwordsBy(type: string, vocabulary: Vocabulary, unknown: string): (word: string) => string[] {
  if (isModel(vocabulary)) return (word) => japanesePieces(vocabulary.processor, word);
  if (type === "character") {
    return (word) =>
      Array.from(normalizeString(new NFKC(), word), (character) =>
        vocabulary.has(character) ? character : unknown,
      );
  }
  const pieces = new WordPieces(vocabulary, unknown);
  return (word) => pieces.tokenize(word);
}
