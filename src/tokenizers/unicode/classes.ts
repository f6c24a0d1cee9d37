import { TableReader } from "./codec.js";
import * as tables from "./tables.js";

/** Bits of a code point's entry in {@link classes}. */
export const WHITESPACE = 1;
export const PUNCTUATION = 2;
/** Removed by BERT's text cleaning (control, format, private use, NUL, U+FFFD). */
export const DROPPED = 4;
/** Turned into a plain space by BERT's text cleaning. */
export const SPACE = 8;
/** In the block list that BERT surrounds with spaces. */
export const HAN = 16;
/** General category Mn. */
export const NONSPACING_MARK = 32;
/** General category M (Mn, Mc, Me). */
export const MARK = 64;
/** What a regular expression's `\w` matches. */
export const WORD = 128;

let table: Uint8Array | undefined;

/**
 * The class bits of every code point, indexed by code point. The sets are those of the Rust `tokenizers`
 * library at the version named in tables.ts, not the engine's; a lone surrogate reads as U+FFFD.
 */
export function classes(): Uint8Array {
  if (table === undefined) {
    table = new Uint8Array(0x110000);
    mark(table, tables.whitespaceRanges, WHITESPACE);
    mark(table, tables.punctuationRanges, PUNCTUATION);
    mark(table, tables.droppedRanges, DROPPED);
    mark(table, tables.spaceRanges, SPACE);
    mark(table, tables.hanRanges, HAN);
    mark(table, tables.nonspacingRanges, NONSPACING_MARK);
    mark(table, tables.markRanges, MARK);
    mark(table, tables.wordRanges, WORD);
  }
  return table;
}

function mark(target: Uint8Array, ranges: string, bit: number): void {
  forEachRange(ranges, (start, end) => {
    for (let point = start; point < end; point++) target[point]! |= bit;
  });
}

/** Calls `visit` with the ranges [start, end) of code points that a string of tables.ts lists. */
export function forEachRange(ranges: string, visit: (start: number, end: number) => void): void {
  const reader = new TableReader(ranges);
  for (let point = 0; !reader.done; ) {
    const start = point + reader.unsigned();
    point = start + reader.unsigned();
    visit(start, point);
  }
}
