import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type PythonTokenizerConfig,
  type TokenizeOptions,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { spaceSource, strip } from "../../tokenizers/python-text/index.js";
import { readMerges, SubwordMerges, writeMerges } from "../../tokenizers/subword-nmt/index.js";
import {
  readLines,
  readVocabJson,
  requiredText,
  writeVocabJson,
} from "../../tokenizers/vocabulary-files/index.js";

const DEFAULTS = { unk_token: "<unk>" } as const;

/** What vocab.json and merges.txt say. */
interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly merges: ReturnType<typeof readMerges>;
}

/**
 * CTRL's tokenizer: words between whitespace, a line break with the word before it, cut by byte-pair merges of which
 * all but the last end in `@@`. No special tokens. Equal to Transformers 4.37.2's CTRLTokenizer.
 */
export class CTRLTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "CTRLTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.json", merges_file: "merges.txt" };

  readonly #vocabulary: Vocabulary;
  readonly #merges: SubwordMerges;

  constructor(vocabulary: Vocabulary, config: PythonTokenizerConfig = {}) {
    super(new VocabTable(vocabulary.ids), { ...DEFAULTS, ...config });
    this.#vocabulary = vocabulary;
    this.#merges = new SubwordMerges(vocabulary.merges);
  }

  static backendFromFiles(files: FileTexts): Vocabulary {
    return {
      ids: readVocabJson(requiredText(files, "vocab.json", CTRLTokenizer.tokenizerClass)),
      // The first line says the version.
      merges: readMerges(readLines(requiredText(files, "merges.txt", CTRLTokenizer.tokenizerClass)).slice(1)),
    };
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const words = text.match(new RegExp(`[^${spaceSource()}]+\\n?`, "gu")) ?? [];
    return words.flatMap((word) => markedSubwords(this.#merges, word));
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return strip(tokens.join(" ").replaceAll("@@ ", ""));
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const { ids, merges } = this.#vocabulary;
    return [
      ["vocab.json", `${writeVocabJson(ids, { sorted: true })}\n`],
      ["merges.txt", `#version: 0.2\n${writeMerges(merges)}`],
    ];
  }
}

/** The parts of a word, where those inside of it end in `@@`. */
export function markedSubwords(merges: SubwordMerges, word: string): string[] {
  const symbols = merges.symbols(word);
  return symbols.map((symbol, i) =>
    i < symbols.length - 1 ? `${symbol}@@` : symbol.slice(0, -"</w>".length),
  );
}
