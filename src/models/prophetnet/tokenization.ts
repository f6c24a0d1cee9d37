import { SeparatedTokenizer } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  type FileContent,
  type FileTexts,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { BertWords, WordPieces } from "../../tokenizers/python-text/bert-words.js";
import { strip } from "../../tokenizers/python-text/index.js";
import { readTokenLines, requiredBytes, writeTokenLines } from "../../tokenizers/vocabulary-files/index.js";

/** Fields of tokenizer_config.json that ProphetNet's tokenizer reads beside those of every tokenizer. */
export interface ProphetNetTokenizerConfig extends TokenizerConfig {
  /** Whether words are lowercased, where `do_basic_tokenize` finds them (default true). */
  do_lower_case?: boolean;
  /** Whether to find words and punctuation before WordPiece (default true). */
  do_basic_tokenize?: boolean;
  /** Words that stay as they are (default none). */
  never_split?: readonly string[] | null;
  tokenize_chinese_chars?: boolean;
  strip_accents?: boolean | null;
}

const DEFAULTS = {
  do_lower_case: true,
  do_basic_tokenize: true,
  never_split: null,
  unk_token: "[UNK]",
  sep_token: "[SEP]",
  x_sep_token: "[X_SEP]",
  pad_token: "[PAD]",
  mask_token: "[MASK]",
  tokenize_chinese_chars: true,
  strip_accents: null,
} as const;

/**
 * ProphetNet's tokenizer: BERT's words and WordPiece, `A [SEP] B [SEP]`. Equal to Transformers 4.37.2's
 * ProphetNetTokenizer.
 */
export class ProphetNetTokenizer extends SeparatedTokenizer {
  static override readonly tokenizerClass: string = "ProphetNetTokenizer";
  static override readonly vocab_files_names = { vocab_file: "prophetnet.tokenizer" };

  readonly #ids: ReadonlyMap<string, number>;
  readonly #words: BertWords | null;
  readonly #neverSplit: ReadonlySet<string>;
  readonly #pieces: WordPieces;

  constructor(ids: ReadonlyMap<string, number>, config: ProphetNetTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    super(new VocabTable(ids), complete);
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    const { do_lower_case, never_split, tokenize_chinese_chars, strip_accents } = complete;
    this.#ids = ids;
    this.#words = complete.do_basic_tokenize
      ? new BertWords({ do_lower_case, never_split, tokenize_chinese_chars, strip_accents })
      : null;
    this.#neverSplit = new Set(never_split ?? []);
    this.#pieces = new WordPieces(ids, this.unk_token!);
  }

  static backendFromFiles(files: FileTexts): ReadonlyMap<string, number> {
    const name = "prophetnet.tokenizer";
    const text = files.get(name);
    if (text !== undefined) return readTokenLines(text);
    const bytes = requiredBytes(files, name, ProphetNetTokenizer.tokenizerClass);
    return readTokenLines(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    if (this.#words === null) return this.#pieces.tokenize(text);
    const words = this.#words.tokenize(text, this.all_special_tokens);
    return words.flatMap((word) => (this.#neverSplit.has(word) ? [word] : this.#pieces.tokenize(word)));
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return strip(tokens.join(" ").replaceAll(" ##", ""));
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["prophetnet.tokenizer", writeTokenLines(this.#ids)]];
  }
}
