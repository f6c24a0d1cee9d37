import {
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type PythonTokenizerConfig,
  type TokenizeOptions,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { lower, spaceSource, strip } from "../../tokenizers/python-text/index.js";
import { readMerges, SubwordMerges, writeMerges } from "../../tokenizers/subword-nmt/index.js";
import {
  readLines,
  readVocabJson,
  requiredText,
  writeVocabJson,
} from "../../tokenizers/vocabulary-files/index.js";
import { markedSubwords } from "../ctrl/tokenization.js";

const DEFAULTS = {
  bos_token: "__start__",
  eos_token: "__end__",
  unk_token: "__unk__",
  pad_token: "__null__",
} as const;

/** What vocab.json and merges.txt say. */
interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly merges: ReturnType<typeof readMerges>;
}

/**
 * Small Blenderbot's tokenizer: words in lower case, signs set apart, cut by byte-pair merges of which all but the last
 * end in `@@`. Equal to Transformers 4.37.2's BlenderbotSmallTokenizer.
 */
export class BlenderbotSmallTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "BlenderbotSmallTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.json", merges_file: "merges.txt" };

  readonly #vocabulary: Vocabulary;
  readonly #merges: SubwordMerges;

  constructor(vocabulary: Vocabulary, config: PythonTokenizerConfig = {}) {
    super(new VocabTable(vocabulary.ids), { ...DEFAULTS, ...config });
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
    this.#vocabulary = vocabulary;
    this.#merges = new SubwordMerges(vocabulary.merges);
  }

  static backendFromFiles(files: FileTexts): Vocabulary {
    const name = BlenderbotSmallTokenizer.tokenizerClass;
    return {
      ids: readVocabJson(requiredText(files, "vocab.json", name)),
      // The first line says the version.
      merges: readMerges(readLines(requiredText(files, "merges.txt", name)).slice(1)),
    };
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    const words = text.match(new RegExp(`[^${spaceSource()}]+\\n?`, "gu")) ?? [];
    const gap = new RegExp(`[${spaceSource()}]{2,}`, "gu");
    return words.flatMap((word) => {
      const spaced = word
        .replace(/[.,!?()]/g, " $&")
        .replaceAll("'", " ' ")
        .replace(gap, " ");
      const parts = spaced.replaceAll("\n", " __newln__").split(" ");
      const tokens = parts.flatMap((part) => (part === "" ? [] : markedSubwords(this.#merges, lower(part))));
      // A word that leaves nothing is a token without text.
      return tokens.length === 0 ? [""] : tokens;
    });
  }

  protected override _convert_token_to_id(token: string): number {
    return super._convert_token_to_id(lower(token));
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
