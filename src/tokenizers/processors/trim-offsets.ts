import { BYTE_CHARACTERS } from "../byte-characters.js";
import type { Encoding } from "../encoding.js";
import { classes, WHITESPACE } from "../unicode/classes.js";

/** The character of a blank in the tokens of byte-level models. */
const BLANK = BYTE_CHARACTERS[0x20]!;

/**
 * Takes the blanks at both ends of tokens out of their offsets, also in overflow. A single blank of a token at the start
 * of a text stays where `addPrefixSpace` says that tokenizing has put it there.
 */
export function trimOffsets(encoding: Encoding, addPrefixSpace: boolean): Encoding {
  const { spans, words, source } = encoding.columns;
  if (spans === null) return encoding;
  const trimmed = spans.slice();
  for (let i = 0; i < encoding.length; i++) {
    const token = encoding.token(i);
    let leading = blanksAtStart(token);
    const trailing = blanksAtEnd(token);
    const start = spans[2 * i]!;
    const end = spans[2 * i + 1]!;
    const isFirst = i === 0 || start === 0;
    if (isFirst && addPrefixSpace && leading === 1) leading = 0;
    if (leading + trailing === 0) continue;
    const text = typeof source === "string" ? source : source?.[words[i]!];
    const from = Math.min(forward(text, start, leading), end);
    trimmed[2 * i] = from;
    trimmed[2 * i + 1] = Math.max(backward(text, end, trailing), from);
  }
  return encoding.with({
    spans: trimmed,
    overflowing: encoding.overflowing.map((part) => trimOffsets(part, addPrefixSpace)),
  });
}

/** `count` code points on from `at`; units where the text is not known. */
function forward(text: string | undefined, at: number, count: number): number {
  let i = at;
  for (let done = 0; done < count; done++) i += text !== undefined && text.codePointAt(i)! > 0xffff ? 2 : 1;
  return i;
}

/** `count` code points back from `at`; `at` where there are not as many. */
function backward(text: string | undefined, at: number, count: number): number {
  let i = at;
  for (let done = 0; done < count; done++) {
    if (i <= 0) return at;
    i -= text !== undefined && i > 1 && text.codePointAt(i - 2)! > 0xffff ? 2 : 1;
  }
  return i;
}

function blanksAtStart(token: string): number {
  let count = 0;
  while (count < token.length && isBlank(token.charCodeAt(count))) count++;
  return count;
}

function blanksAtEnd(token: string): number {
  let count = 0;
  while (count < token.length && isBlank(token.charCodeAt(token.length - 1 - count))) count++;
  return count;
}

function isBlank(unit: number): boolean {
  return unit === BLANK || (classes()[unit]! & WHITESPACE) !== 0;
}
