import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchData, root } from "./harness/paths.js";
import { trainingText } from "./training-text.js";

// What the sides of the tokenizer benchmarks read: texts and vocabularies of ../shared/data.

/** Third-party vocabularies and texts beside the repository; a case that needs them is left out without. */
export const sharedData = join(root, "../shared/data");

/** English prose, or English and Japanese prose and a little of many scripts. */
export type TextKind = "english" | "mixed";

const SOURCES: Readonly<Record<TextKind, readonly string[]>> = {
  english: ["botchan"],
  mixed: ["botchan", "wagahai", "sample_text"],
};
const DOCUMENT_BYTES = 4096;
/** Of what trainers learn from. */
export const TRAINING_BYTES = 5_000_000;

/** A JSON file that lists documents of about 4 KB. */
export function documentsFile(kind: TextKind): string {
  return join(benchData, `documents-${kind}.json`);
}

export function makeDocuments(kind: TextKind): void {
  const documents = SOURCES[kind].flatMap((name) =>
    cutIntoDocuments(readFileSync(join(sharedData, `text/${name}.txt`), "utf8")),
  );
  mkdirSync(benchData, { recursive: true });
  writeFileSync(documentsFile(kind), JSON.stringify(documents));
}

/** A JSON file that lists the lines that trainers learn from. */
export const trainingFile = join(benchData, "training-lines.json");

export function makeTrainingLines(): void {
  mkdirSync(benchData, { recursive: true });
  writeFileSync(trainingFile, JSON.stringify(trainingText(TRAINING_BYTES).split("\n")));
}

/** Whole lines, until each document has its bytes. */
function cutIntoDocuments(text: string): string[] {
  const documents: string[] = [];
  let lines: string[] = [];
  let bytes = 0;
  for (const line of text.split("\n")) {
    lines.push(line);
    bytes += Buffer.byteLength(line) + 1;
    if (bytes < DOCUMENT_BYTES) continue;
    documents.push(lines.join("\n"));
    [lines, bytes] = [[], 0];
  }
  if (lines.length > 0) documents.push(lines.join("\n"));
  return documents;
}
