import type { IntBuffer } from "../../text.js";
import { LETTER, MARK, NUMBER, SPACE, SYMBOL, scanClasses } from "./classes.js";
import { after, BLANK, classesAt, isNewline, linesEnd, newlinesEnd, runEnd, shortRunEnd } from "./runs.js";

// DeepSeek V3 and R1 split by three patterns, one after the other.

/** Numbers in groups of three. */
export const DIGIT_GROUPS = String.raw`\p{N}{1,3}`;
/** Runs of Chinese and Japanese. */
export const DEEPSEEK_HAN = "[一-龥\u3040-ゟ゠-ヿ]+";
/** Words and punctuation; what is left over, such as digits and controls, it does not match. */
export const DEEPSEEK = String.raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_${"`"}{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** The matches of {@link DIGIT_GROUPS}. */
export function scanDigitGroups(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
  const table = scanClasses();
  for (let i = from; i < to; ) {
    const end = shortRunEnd(table, units, i, to, NUMBER, 3);
    if (end > i) {
      spans.push(i);
      spans.push(end);
    }
    i = end > i ? end : after(units, i, to);
  }
}

/** The matches of {@link DEEPSEEK_HAN}. */
export function scanDeepseekHan(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
  for (let i = from; i < to; i++) {
    const start = i;
    while (i < to && isDeepseekHan(units[i]!)) i++;
    if (i === start) continue;
    spans.push(start);
    spans.push(i);
  }
}

function isDeepseekHan(unit: number): boolean {
  return (unit >= 0x4e00 && unit <= 0x9fa5) || (unit >= 0x3040 && unit <= 0x30ff);
}

/** The matches of {@link DEEPSEEK}. */
export function scanDeepseek(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
  const table = scanClasses();
  for (let i = from; i < to; ) {
    const end = matchEnd(table, units, i, to);
    if (end > i) {
      spans.push(i);
      spans.push(end);
    }
    i = end > i ? end : after(units, i, to);
  }
}

/** Where the match at `at` ends; `at` where there is none. */
function matchEnd(table: Uint8Array, units: Uint16Array, at: number, to: number): number {
  const unit = units[at]!;
  const flags = classesAt(table, units, at, to);
  if (flags & (LETTER | MARK)) return runEnd(table, units, at, to, LETTER | MARK);
  const next = after(units, at, to);
  if (isAsciiSymbol(unit)) {
    const end = asciiLettersEnd(units, next, to);
    if (end > next) return end;
  }
  const nextFlags = next < to ? classesAt(table, units, next, to) : 0;
  if (flags & SYMBOL) return newlinesEnd(units, runEnd(table, units, at, to, SYMBOL), to);
  if (nextFlags & (LETTER | MARK) && !isNewline(unit)) {
    return runEnd(table, units, next, to, LETTER | MARK);
  }
  if (unit === BLANK && nextFlags & SYMBOL) {
    return newlinesEnd(units, runEnd(table, units, next, to, SYMBOL), to);
  }
  return flags & SPACE ? linesEnd(table, units, at, to) : at;
}

function isAsciiSymbol(unit: number): boolean {
  return unit > 0x20 && unit < 0x7f && !isAsciiLetter(unit) && !(unit >= 0x30 && unit <= 0x39);
}

function isAsciiLetter(unit: number): boolean {
  return (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
}

function asciiLettersEnd(units: Uint16Array, at: number, to: number): number {
  let i = at;
  while (i < to && isAsciiLetter(units[i]!)) i++;
  return i;
}
