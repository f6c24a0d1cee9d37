import { JsonFields, unknownComponent } from "../json.js";
import { BPE } from "./bpe.js";
import type { Model } from "./model.js";
import { Unigram } from "./unigram.js";
import { WordLevel } from "./word-level.js";
import { WordPiece } from "./wordpiece.js";

export { BPE, type BPEOptions, type Merge, readMergeLines } from "./bpe.js";
export type { Fusion, Model } from "./model.js";
export { Unigram, type UnigramOptions } from "./unigram.js";
export { Vocabulary } from "./vocabulary.js";
export { WordLevel, type WordLevelOptions } from "./word-level.js";
export { readVocabTxt, WordPiece, type WordPieceOptions } from "./wordpiece.js";

type Reader = (fields: JsonFields) => Model;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["BPE", BPE.fromJson],
  ["Unigram", Unigram.fromJson],
  ["WordLevel", WordLevel.fromJson],
  ["WordPiece", WordPiece.fromJson],
]);

/** The model that the `model` object of tokenizer.json describes. */
export function modelFromJson(value: unknown, where = "model"): Model {
  const fields = new JsonFields(value, where);
  // Files written before 2020 leave the type of the model out.
  const type = fields.has("type") ? fields.string("type") : guessType(fields);
  const reader = READERS.get(type);
  if (reader === undefined) throw unknownComponent(where, type, READERS.keys());
  return reader(fields);
}

function guessType(fields: JsonFields): string {
  if (fields.has("max_input_chars_per_word")) return "WordPiece";
  if (fields.has("merges")) return "BPE";
  return Array.isArray(fields.raw("vocab")) ? "Unigram" : "WordLevel";
}
