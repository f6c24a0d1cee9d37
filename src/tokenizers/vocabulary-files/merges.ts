import { type Merge, readMergeLines } from "../models/bpe.js";
import type { FileTexts } from "../pretrained/read-files.js";
import { strip } from "../python-text/index.js";
import { readVocabJson } from "./json.js";
import { requiredText } from "./required.js";

/** The vocabulary and the merges of a byte-pair encoding. */
export interface BpeFiles {
  readonly vocab: ReadonlyMap<string, number>;
  readonly merges: readonly Merge[];
}

/**
 * Reads vocab.json and merges.txt. Of a merge that stands there twice, the first counts.
 * @param hasHeader whether the first line of merges.txt is none, whatever it says; else it is where it says so.
 * @throws TransformersError FILE_NOT_FOUND, CORRUPT_FILE
 */
export function readBpeFiles(files: FileTexts, tokenizer: string, hasHeader: boolean): BpeFiles {
  const vocab = readVocabJson(requiredText(files, "vocab.json", tokenizer));
  const lines = requiredText(files, "merges.txt", tokenizer).split("\n");
  if (hasHeader || lines[0]!.startsWith("#version:")) lines.shift();
  const merges = lines.map(strip).filter((line) => line !== "");
  return { vocab, merges: readMergeLines([...new Set(merges)]) };
}

/** vocab.json and merges.txt as the Rust library writes them. */
export function writeBpeFiles({ vocab, merges }: BpeFiles): [name: string, text: string][] {
  const entries = [...vocab].sort(([, a], [, b]) => a - b);
  const fields = entries.map(([token, id]) => `${JSON.stringify(token)}:${id}`);
  const lines = merges.map(([left, right]) => `${left} ${right}\n`);
  return [
    ["vocab.json", `{${fields.join(",")}}`],
    ["merges.txt", `#version: 0.2\n${lines.join("")}`],
  ];
}
