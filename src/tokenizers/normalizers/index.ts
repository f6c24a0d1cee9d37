import { type JsonFields, readComponent } from "../json.js";
import { Text } from "../text.js";
import { BertNormalizer } from "./bert.js";
import { ByteLevelNormalizer } from "./byte-level.js";
import { Nmt } from "./nmt.js";
import type { Normalizer } from "./normalizer.js";
import { Lowercase, StripAccents } from "./point-normalizers.js";
import { Precompiled } from "./precompiled.js";
import { Prepend } from "./prepend.js";
import { Replace } from "./replace.js";
import { NormalizerSequence } from "./sequence.js";
import { Strip } from "./strip.js";
import { NFC, NFD, NFKC, NFKD } from "./unicode-forms.js";

export { BertNormalizer, type BertNormalizerOptions } from "./bert.js";
export { ByteLevelNormalizer } from "./byte-level.js";
export { Nmt } from "./nmt.js";
export type { Normalizer } from "./normalizer.js";
export { Lowercase, StripAccents } from "./point-normalizers.js";
export { Precompiled, type PrecompiledOptions, withSentencePieceRules } from "./precompiled.js";
export { Prepend } from "./prepend.js";
export { Replace } from "./replace.js";
export { NormalizerSequence } from "./sequence.js";
export { Strip, type StripOptions } from "./strip.js";
export { NFC, NFD, NFKC, NFKD } from "./unicode-forms.js";

type Reader = (fields: JsonFields) => Normalizer;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["BertNormalizer", BertNormalizer.fromJson],
  ["ByteLevel", () => new ByteLevelNormalizer()],
  ["Lowercase", () => new Lowercase()],
  ["NFC", () => new NFC()],
  ["NFD", () => new NFD()],
  ["NFKC", () => new NFKC()],
  ["NFKD", () => new NFKD()],
  ["Nmt", () => new Nmt()],
  ["Precompiled", Precompiled.fromJson],
  ["Prepend", Prepend.fromJson],
  ["Replace", Replace.fromJson],
  ["Sequence", (fields) => new NormalizerSequence(fields.each("normalizers", normalizerFromJson))],
  ["Strip", Strip.fromJson],
  ["StripAccents", () => new StripAccents()],
]);

/** The normalizer that a `normalizer` object of tokenizer.json describes. */
export function normalizerFromJson(value: unknown, where = "normalizer"): Normalizer {
  return readComponent(READERS, value, where);
}

/** A text as `normalizer` rewrites it; a lone surrogate in it reads as U+FFFD. */
export function normalizeString(normalizer: Normalizer, text: string): string {
  const source = new Text();
  const target = new Text();
  source.set(text, false);
  target.clear(false);
  normalizer.normalize(source, 0, source.length, target);
  return target.toString();
}
