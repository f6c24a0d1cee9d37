import type { FileTexts } from "../pretrained/index.js";
import { readLines, readVocabJson, requiredText, writeVocabJson } from "../vocabulary-files/index.js";
import { type Merge, readMerges, SubwordMerges, writeMerges } from "./merges.js";

/** How a family writes merges.txt. */
export interface MergesFormat {
  /** Whether its first line says a version (default false). */
  readonly hasVersion?: boolean;
}

/** What vocab.json and merges.txt say. */
export class SubwordVocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly merges: SubwordMerges;
  readonly #pairs: readonly (Merge | null)[];
  readonly #hasVersion: boolean;

  constructor(
    ids: ReadonlyMap<string, number>,
    pairs: readonly (Merge | null)[],
    { hasVersion = false }: MergesFormat = {},
  ) {
    this.ids = ids;
    this.merges = new SubwordMerges(pairs);
    this.#pairs = pairs;
    this.#hasVersion = hasVersion;
  }

  /** @throws TransformersError FILE_NOT_FOUND, CORRUPT_FILE */
  static read(files: FileTexts, tokenizer: string, format: MergesFormat = {}): SubwordVocabulary {
    const ids = readVocabJson(requiredText(files, "vocab.json", tokenizer));
    const lines = readLines(requiredText(files, "merges.txt", tokenizer));
    return new SubwordVocabulary(ids, readMerges(format.hasVersion ? lines.slice(1) : lines), format);
  }

  /** The files, as Python writes them. */
  files(): [name: string, text: string][] {
    return [
      ["vocab.json", `${writeVocabJson(this.ids, { sorted: true })}\n`],
      ["merges.txt", `${this.#hasVersion ? "#version: 0.2\n" : ""}${writeMerges(this.#pairs)}`],
    ];
  }
}
