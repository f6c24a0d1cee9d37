import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import {
  joinMarkedSubwords,
  markedSubwords,
  SubwordVocabulary,
  wordsAndBreaks,
} from "../../tokenizers/subword-nmt/index.js";

const DEFAULTS = { unk_token: "<unk>" } as const;

/**
 * CTRL's tokenizer: words between whitespace, a line break with the word before it, cut by byte-pair merges of which
 * all but the last end in `@@`. No special tokens. Equal to Transformers 4.37.2's CTRLTokenizer.
 */
export class CTRLTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "CTRLTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.json", merges_file: "merges.txt" };

  readonly #vocabulary: SubwordVocabulary;

  constructor(vocabulary: SubwordVocabulary, config: TokenizerConfig = {}) {
    super(new VocabTable(vocabulary.ids), { ...DEFAULTS, ...config });
    this.#vocabulary = vocabulary;
  }

  static backendFromFiles(files: FileTexts): SubwordVocabulary {
    return SubwordVocabulary.read(files, CTRLTokenizer.tokenizerClass, { hasVersion: true });
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return wordsAndBreaks(text).flatMap((word) => markedSubwords(this.#vocabulary.merges, word));
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return joinMarkedSubwords(tokens);
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return this.#vocabulary.files();
  }
}
