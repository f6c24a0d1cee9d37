import type { IntBuffer } from "../../text.js";
import { LETTER, LOWER, NUMBER, OTHER, SPACE, scanClasses, UPPER } from "./classes.js";
import {
  APOSTROPHE,
  after,
  BLANK,
  classesAt,
  contractionEndAnyCase,
  isNewline,
  linesEnd,
  runEnd,
  shortRunEnd,
} from "./runs.js";

const UPPERS = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const LOWERS = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const BEFORE = String.raw`[^\r\n\p{L}\p{N}]?`;
const TAIL = String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";

/** o200k (GPT-4o) and Llama 4: a word is also cut before a capital, and keeps its contraction. */
export const O200K = String.raw`${BEFORE}${UPPERS}*${LOWERS}+${CONTRACTION}|${BEFORE}${UPPERS}+${LOWERS}*${CONTRACTION}|\p{N}{1,3}|${TAIL}`;
/** Mistral's Tekken: o200k without contractions, digits one by one. */
export const TEKKEN = String.raw`${BEFORE}${UPPERS}*${LOWERS}+|${BEFORE}${UPPERS}+${LOWERS}*|\p{N}|${TAIL}`;

/** The matches of {@link O200K}. */
export function scanO200k(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
  scan(units, from, to, spans, 3, true);
}

/** The matches of {@link TEKKEN}. */
export function scanTekken(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
  scan(units, from, to, spans, 1, false);
}

function scan(
  units: Uint16Array,
  from: number,
  to: number,
  spans: IntBuffer,
  mostDigits: number,
  contractions: boolean,
): void {
  const table = scanClasses();
  for (let i = from; i < to; ) {
    const start = i;
    const end = wordEnd(table, units, i, to);
    if (end < 0) i = otherEnd(table, units, i, to, mostDigits);
    else
      i = contractions && end < to && units[end] === APOSTROPHE ? contractionEndAnyCase(units, end, to) : end;
    spans.push(start);
    spans.push(i);
  }
}

/** Where a word ends that begins at `at`, or one place later; -1 where there is none. */
function wordEnd(table: Uint8Array, units: Uint16Array, at: number, to: number): number {
  const flags = classesAt(table, units, at, to);
  if (flags & LETTER) return casedEnd(table, units, at, to);
  if (flags & NUMBER || isNewline(units[at]!)) return -1;
  // The character before a word may be a mark, which then would also do as its first letter.
  const next = after(units, at, to);
  const end = next < to ? lowerEnd(table, units, next, to) : -1;
  if (end >= 0) return end;
  if (flags & UPPER) return lowerEnd(table, units, at, to);
  return next < to && classesAt(table, units, next, to) & UPPER ? casedEnd(table, units, next, to) : -1;
}

/** `[upper]*[lower]+|[upper]+[lower]*` where units[at] is a letter. */
function casedEnd(table: Uint8Array, units: Uint16Array, at: number, to: number): number {
  const end = lowerEnd(table, units, at, to);
  return end >= 0 ? end : runEnd(table, units, at, to, UPPER);
}

/** `[upper]*[lower]+`, where letters without case are both: the end, or -1. */
function lowerEnd(table: Uint8Array, units: Uint16Array, at: number, to: number): number {
  let both = -1; // where the last one ended that is both
  let i = at;
  while (i < to) {
    const flags = classesAt(table, units, i, to);
    if ((flags & UPPER) === 0) {
      if (flags & LOWER) return runEnd(table, units, i, to, LOWER);
      break;
    }
    i = after(units, i, to);
    if (flags & LOWER) both = i;
  }
  return both;
}

function otherEnd(table: Uint8Array, units: Uint16Array, at: number, to: number, mostDigits: number): number {
  const flags = classesAt(table, units, at, to);
  if (flags & NUMBER) return shortRunEnd(table, units, at, to, NUMBER, mostDigits);
  const body = units[at] === BLANK && at + 1 < to ? at + 1 : at;
  if (classesAt(table, units, body, to) & OTHER) {
    return slashesEnd(units, runEnd(table, units, body, to, OTHER), to);
  }
  return flags & SPACE ? linesEnd(table, units, at, to) : after(units, at, to);
}

/** `[\r\n/]*` */
function slashesEnd(units: Uint16Array, at: number, to: number): number {
  let i = at;
  while (i < to && (isNewline(units[i]!) || units[i] === 0x2f)) i++;
  return i;
}
