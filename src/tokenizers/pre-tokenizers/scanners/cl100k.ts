import type { IntBuffer } from "../../text.js";
import { LETTER, MARK, NUMBER, OTHER, SPACE, scanClasses } from "./classes.js";
import {
  APOSTROPHE,
  after,
  BLANK,
  classesAt,
  contractionEndAnyCase,
  isNewline,
  linesEnd,
  newlinesEnd,
  runEnd,
  shortRunEnd,
} from "./runs.js";

const TAIL = String.raw`\s*[\r\n]+|\s+(?!\S)|\s+`;
const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

/** cl100k (GPT-4), Llama 3 and many after them: numbers in groups of three, a word with any character before it. */
export const CL100K = String.raw`${CONTRACTIONS}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|${TAIL}`;
/** Qwen 2 and 3: digits one by one. */
export const QWEN2 = String.raw`${CONTRACTIONS}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|${TAIL}`;
/** Qwen 3.5: marks belong to words. */
export const QWEN35 = String.raw`${CONTRACTIONS}|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|${TAIL}`;

/** The matches of {@link CL100K}. */
export function scanCl100k(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
  scan(units, from, to, spans, 3, LETTER);
}

/** The matches of {@link QWEN2}. */
export function scanQwen2(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
  scan(units, from, to, spans, 1, LETTER);
}

/** The matches of {@link QWEN35}. */
export function scanQwen35(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
  scan(units, from, to, spans, 1, LETTER | MARK);
}

function scan(
  units: Uint16Array,
  from: number,
  to: number,
  spans: IntBuffer,
  mostDigits: number,
  wordMask: number,
): void {
  const table = scanClasses();
  for (let i = from; i < to; ) {
    const start = i;
    i = matchEnd(table, units, i, to, mostDigits, wordMask);
    spans.push(start);
    spans.push(i);
  }
}

function matchEnd(
  table: Uint8Array,
  units: Uint16Array,
  at: number,
  to: number,
  mostDigits: number,
  wordMask: number,
): number {
  const unit = units[at]!;
  const flags = classesAt(table, units, at, to);
  if (flags & wordMask) return runEnd(table, units, at, to, wordMask);
  if (flags & NUMBER) return shortRunEnd(table, units, at, to, NUMBER, mostDigits);
  if (unit === APOSTROPHE) {
    const end = contractionEndAnyCase(units, at, to);
    if (end > at) return end;
  }
  const next = after(units, at, to);
  const nextFlags = next < to ? classesAt(table, units, next, to) : 0;
  if (nextFlags & wordMask && !isNewline(unit)) return runEnd(table, units, next, to, wordMask);
  // A mark is no word to most of these patterns but one of the other characters.
  if (flags & OTHER) return othersEnd(table, units, at, to, wordMask);
  if (unit === BLANK && nextFlags & OTHER) return othersEnd(table, units, next, to, wordMask);
  return flags & SPACE ? linesEnd(table, units, at, to) : next;
}

/** `[^\s\p{L}\p{N}]+[\r\n]*`, without marks where they belong to words. */
function othersEnd(table: Uint8Array, units: Uint16Array, at: number, to: number, wordMask: number): number {
  if ((wordMask & MARK) === 0) return newlinesEnd(units, runEnd(table, units, at, to, OTHER), to);
  let i = at;
  while (i < to && (classesAt(table, units, i, to) & (OTHER | MARK)) === OTHER) i = after(units, i, to);
  return newlinesEnd(units, i, to);
}
