import * as tables from "./frozen.js";
import { lazily } from "./lazily.js";
import { readRuns } from "./runs.js";

/** The general categories of Unicode; a code point's entry in {@link categories} is an index into this list. */
export const CATEGORIES = [
  "Cc",
  "Cf",
  "Cn",
  "Co",
  "Ll",
  "Lm",
  "Lo",
  "Lt",
  "Lu",
  "Mc",
  "Me",
  "Mn",
  "Nd",
  "Nl",
  "No",
  "Pc",
  "Pd",
  "Pe",
  "Pf",
  "Pi",
  "Po",
  "Ps",
  "Sc",
  "Sk",
  "Sm",
  "So",
  "Zl",
  "Zp",
  "Zs",
] as const;

/** One of the categories ("Lu"), or the first letter of several ("L"). */
export type Category = (typeof CATEGORIES)[number] | "C" | "L" | "M" | "N" | "P" | "S" | "Z";

/** The general category of every code point, as runs: index into {@link CATEGORIES}. */
export const categoryRuns = lazily(() =>
  readRuns(tables.categoryRuns, tables.categoryRests, tables.categoryCounts),
);

/**
 * The general category of every code point: index into {@link CATEGORIES}, indexed by code point. The categories are
 * those that `\p{..}` has in the Rust `tokenizers` library at the version named in category-table.ts, not the
 * engine's; a lone surrogate reads as U+FFFD.
 */
export function categories(): Uint8Array {
  return categoryRuns().values;
}

/** A bit for each category that is one of `names` or begins with it: `mask >>> categories()[point] & 1`. */
export function categoryMask(...names: readonly Category[]): number {
  return CATEGORIES.reduce(
    (mask, category, index) => (names.some((name) => category.startsWith(name)) ? mask | (1 << index) : mask),
    0,
  );
}
