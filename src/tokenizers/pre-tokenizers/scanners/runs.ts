import { pointAt } from "../../text.js";
import { SPACE } from "./classes.js";

// The parts that the patterns have in common. Each takes a text's units, where to look, and where the text ends.

const NEWLINE = 0x0a;
const RETURN = 0x0d;
export const BLANK = 0x20;
export const APOSTROPHE = 0x27;

/** The classes of the code point at units[at]. */
export function classesAt(table: Uint8Array, units: Uint16Array, at: number, to: number): number {
  const unit = units[at]!;
  return (unit & 0xfc00) === 0xd800 ? table[pointAt(units, at, to)]! : table[unit]!;
}

/** Where the code point at units[at] ends. */
export function after(units: Uint16Array, at: number, to: number): number {
  return (units[at]! & 0xfc00) === 0xd800 && at + 1 < to ? at + 2 : at + 1;
}

/** Where the run of code points in a class of `mask` ends that begins at `at`; it may be empty. */
export function runEnd(table: Uint8Array, units: Uint16Array, at: number, to: number, mask: number): number {
  let i = at;
  for (;;) {
    while (i < to && table[units[i]!]! & mask) i++;
    if (i >= to || (units[i]! & 0xfc00) !== 0xd800) return i;
    if ((table[pointAt(units, i, to)]! & mask) === 0) return i;
    i += 2;
  }
}

/** Where at most `most` code points in a class of `mask` end. */
export function shortRunEnd(
  table: Uint8Array,
  units: Uint16Array,
  at: number,
  to: number,
  mask: number,
  most: number,
): number {
  let i = at;
  for (let count = 0; count < most && i < to && classesAt(table, units, i, to) & mask; count++) {
    i = after(units, i, to);
  }
  return i;
}

/** `[\r\n]*` */
export function newlinesEnd(units: Uint16Array, at: number, to: number): number {
  let i = at;
  while (i < to && isNewline(units[i]!)) i++;
  return i;
}

export function isNewline(unit: number): boolean {
  return unit === NEWLINE || unit === RETURN;
}

/** `\s+(?!\S)|\s+` where units[at] is whitespace: all of the run but the last one, which goes to a word after it. */
export function spacesEnd(table: Uint8Array, units: Uint16Array, at: number, to: number): number {
  let i = at;
  while (i < to && table[units[i]!]! & SPACE) i++; // whitespace takes one unit each
  return i < to && i > at + 1 ? i - 1 : i;
}

/** `\s*[\r\n]+|\s+(?!\S)|\s+` where units[at] is whitespace. */
export function linesEnd(table: Uint8Array, units: Uint16Array, at: number, to: number): number {
  let i = at;
  let newline = -1;
  while (i < to && table[units[i]!]! & SPACE) {
    if (isNewline(units[i]!)) newline = i;
    i++;
  }
  if (newline >= 0) return newline + 1;
  return i < to && i > at + 1 ? i - 1 : i;
}

/** `'s|'t|'re|'ve|'m|'ll|'d` at an apostrophe: where it ends, or `at`. */
export function contractionEnd(units: Uint16Array, at: number, to: number): number {
  return suffixEnd(at, at + 1 < to ? units[at + 1]! : 0, at + 2 < to ? units[at + 2]! : 0);
}

/** `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at an apostrophe: where it ends, or `at`. */
export function contractionEndAnyCase(units: Uint16Array, at: number, to: number): number {
  return suffixEnd(
    at,
    at + 1 < to ? lowercased(units[at + 1]!) : 0,
    at + 2 < to ? lowercased(units[at + 2]!) : 0,
  );
}

function suffixEnd(at: number, first: number, second: number): number {
  switch (first) {
    case 0x73: // s
    case 0x74: // t
    case 0x6d: // m
    case 0x64: // d
      return at + 2;
    case 0x72: // re
    case 0x76: // ve
      return second === 0x65 ? at + 3 : at;
    case 0x6c: // ll
      return second === 0x6c ? at + 3 : at;
    default:
      return at;
  }
}

/** ASCII letters lowercased; the long s is an s to a pattern that ignores case. */
function lowercased(unit: number): number {
  if (unit === 0x17f) return 0x73;
  return unit >= 0x41 && unit <= 0x5a ? unit + 32 : unit;
}
