import { categoryMask, categoryRuns } from "../../unicode/categories.js";
import { forEachRange } from "../../unicode/digits.js";
import { whitespaceRanges } from "../../unicode/frozen.js";
import { forEachRun } from "../../unicode/runs.js";

/** `\p{L}` */
export const LETTER = 1;
/** `\p{N}` */
export const NUMBER = 2;
/** `\s` */
export const SPACE = 4;
/** `[^\s\p{L}\p{N}]` */
export const OTHER = 8;
/** `\p{M}` */
export const MARK = 16;
/** `[\p{P}\p{S}]` */
export const SYMBOL = 32;
/** `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]` */
export const UPPER = 64;
/** `[\p{Ll}\p{Lm}\p{Lo}\p{M}]` */
export const LOWER = 128;

let table: Uint8Array | undefined;

/**
 * The classes of every code point that the scanners tell apart, indexed by code point. A surrogate is in no
 * class, so that a run over UTF-16 units stops where a look at the whole code point is needed.
 */
export function scanClasses(): Uint8Array {
  if (table !== undefined) return table;
  const bitsOf = bitsOfCategories();
  const filled = new Uint8Array(0x110000);
  forEachRun(categoryRuns(), (category, start, end) => filled.fill(bitsOf[category]!, start, end));
  forEachRange(whitespaceRanges, (start, end) => filled.fill(SPACE, start, end));
  filled.fill(0, 0xd800, 0xe000);
  table = filled;
  return table;
}

/** The bits that follow from a category, by its place in `CATEGORIES`. */
function bitsOfCategories(): number[] {
  const masks: readonly (readonly [bit: number, mask: number])[] = [
    [LETTER, categoryMask("L")],
    [NUMBER, categoryMask("N")],
    [MARK, categoryMask("M")],
    [SYMBOL, categoryMask("P", "S")],
    [UPPER, categoryMask("Lu", "Lt", "Lm", "Lo", "M")],
    [LOWER, categoryMask("Ll", "Lm", "Lo", "M")],
  ];
  return Array.from({ length: 32 }, (_, category) => {
    const bits = masks.reduce((sum, [bit, mask]) => ((mask >>> category) & 1 ? sum | bit : sum), 0);
    return bits & (LETTER | NUMBER) ? bits : bits | OTHER;
  });
}
