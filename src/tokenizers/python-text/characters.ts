import { TableReader } from "../unicode/codec.js";
import * as tables from "./tables.js";

// What Python's `str`, `re` and `unicodedata` say of a character, at the release named in tables.ts.

const CATEGORIES = [
  ..."Cc Cf Cn Co Cs Ll Lm Lo Lt Lu Mc Me Mn Nd Nl No Pc Pd Pe Pf Pi Po Ps Sc Sk Sm So Zl Zp Zs".split(" "),
] as const;

let categoryTable: Uint8Array | undefined;
let digitTable: ReadonlySet<number> | undefined;

/** The general category of a code point: "Lu", "Mn", ... */
export function category(point: number): string {
  return CATEGORIES[categoryPlace(point)]!;
}

/** The first letter of the general category: "L", "M", ... */
export function majorCategory(point: number): string {
  return category(point)[0]!;
}

/** Python's `str.isspace`, and `\s` of its regular expressions. */
export function isSpace(point: number): boolean {
  if (point < 0x80)
    return point === 0x20 || (point >= 0x09 && point <= 0x0d) || (point >= 0x1c && point <= 0x1f);
  return spaces().has(point);
}

/** Python's `str.isalnum`. */
export function isAlphanumeric(point: number): boolean {
  const major = majorCategory(point);
  return major === "L" || major === "N";
}

/** `\w` of Python's regular expressions. */
export function isWordCharacter(point: number): boolean {
  return point === 0x5f || isAlphanumeric(point);
}

/** Python's `str.isdecimal`, and `\d` of its regular expressions. */
export function isDecimal(point: number): boolean {
  return point < 0x80 ? point >= 0x30 && point <= 0x39 : category(point) === "Nd";
}

/** The value of a decimal digit of any script, whose digits follow each other from zero; -1 of anything else. */
export function decimalValue(point: number): number {
  if (!isDecimal(point)) return -1;
  let first = point;
  while (isDecimal(first - 1)) first--;
  return (point - first) % 10;
}

/** Python's `str.isdigit`: decimal digits, and raised and circled ones. */
export function isDigit(point: number): boolean {
  digitTable ??= readSet(tables.digitRanges);
  return isDecimal(point) || digitTable.has(point);
}

/** What Transformers splits at as punctuation: ASCII that is neither letter, digit nor space, and category P. */
export function isPunctuation(point: number): boolean {
  if (point < 0x80) {
    const isLetterOrDigit =
      (point >= 0x30 && point <= 0x39) ||
      (point >= 0x41 && point <= 0x5a) ||
      (point >= 0x61 && point <= 0x7a);
    return point >= 0x21 && point <= 0x7e && !isLetterOrDigit;
  }
  return majorCategory(point) === "P";
}

/** A table of code points: lengths outside and inside by turns. */
export function readSet(ranges: string): ReadonlySet<number> {
  const found = new Set<number>();
  const reader = new TableReader(ranges);
  for (let point = 0; !reader.done; ) {
    point += reader.unsigned();
    for (const end = point + reader.unsigned(); point < end; point++) found.add(point);
  }
  return found;
}

let spaceSet: ReadonlySet<number> | undefined;

function spaces(): ReadonlySet<number> {
  spaceSet ??= readSet(tables.spaceRanges);
  return spaceSet;
}

function categoryPlace(point: number): number {
  if (categoryTable === undefined) {
    categoryTable = new Uint8Array(0x110000);
    const reader = new TableReader(tables.categoryRuns);
    for (let from = 0; !reader.done; ) {
      const to = from + reader.unsigned();
      categoryTable.fill(reader.unsigned(), from, to);
      from = to;
    }
  }
  return categoryTable[point]!;
}
