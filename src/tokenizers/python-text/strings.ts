import { TableReader } from "../unicode/codec.js";
import { isSpace, readSet } from "./characters.js";
import * as tables from "./tables.js";

// Python's `str` methods that tokenizers use, at the release named in tables.ts.

const CAPITAL_SIGMA = 0x3a3;

let lowercase: ReadonlyMap<number, string> | undefined;
let uppercase: ReadonlyMap<number, string> | undefined;
let cased: ReadonlySet<number> | undefined;
let caseIgnorable: ReadonlySet<number> | undefined;

/** `text.lower()`: full mappings, and a capital sigma at the end of a word becomes a final one. */
export function lower(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  lowercase ??= readMapping(tables.lowercaseMap);
  const points = Array.from(text, (character) => character.codePointAt(0)!);
  let result = "";
  for (const [place, point] of points.entries()) {
    if (point === CAPITAL_SIGMA) result += isFinal(points, place) ? "ς" : "σ";
    else result += lowercase.get(point) ?? String.fromCodePoint(point);
  }
  return result;
}

/** `text.upper()`: full mappings. */
export function upper(text: string): string {
  if (isAscii(text)) return text.toUpperCase();
  uppercase ??= readMapping(tables.uppercaseMap);
  let result = "";
  for (const character of text) result += uppercase.get(character.codePointAt(0)!) ?? character;
  return result;
}

/** `text.strip()` */
export function strip(text: string): string {
  return stripStart(stripEnd(text));
}

/** `text.lstrip()` */
export function stripStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charCodeAt(start))) start++;
  return text.slice(start);
}

/** `text.rstrip()` */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

/** `text.split()`: what stands between whitespace. */
export function splitAtSpace(text: string): string[] {
  const words: string[] = [];
  let start = -1;
  // Whitespace is a single UTF-16 unit each.
  for (let at = 0; at <= text.length; at++) {
    const isGap = at === text.length || isSpace(text.charCodeAt(at));
    if (!isGap && start < 0) start = at;
    if (isGap && start >= 0) {
      words.push(text.slice(start, at));
      start = -1;
    }
  }
  return words;
}

/** Whether a sigma there ends a word: a cased letter before it and none after, but for what case ignores. */
function isFinal(points: readonly number[], place: number): boolean {
  cased ??= readSet(tables.casedRanges);
  caseIgnorable ??= readSet(tables.caseIgnorableRanges);
  let before = place - 1;
  while (before >= 0 && caseIgnorable.has(points[before]!)) before--;
  if (before < 0 || !cased.has(points[before]!)) return false;
  let after = place + 1;
  while (after < points.length && caseIgnorable.has(points[after]!)) after++;
  return after === points.length || !cased.has(points[after]!);
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

function readMapping(text: string): ReadonlyMap<number, string> {
  const reader = new TableReader(text);
  const mapping = new Map<number, string>();
  const previous: number[] = new Array(32).fill(0);
  for (let point = 0; !reader.done; ) {
    point += reader.unsigned();
    const replacement: number[] = [];
    for (let length = reader.unsigned(), place = 0; place < length; place++) {
      previous[place]! += reader.signed();
      replacement.push(previous[place]!);
    }
    mapping.set(point, String.fromCodePoint(...replacement));
  }
  return mapping;
}
