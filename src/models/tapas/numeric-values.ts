import {
  digitSource,
  isAlphanumeric,
  lower,
  once,
  spaceSource,
  splitAtSpace,
  strip,
} from "../../tokenizers/python-text/index.js";
import { asciiDigits, type PartialDate, parseDate } from "./dates.js";

// The numbers and dates in questions and tables, and how they compare, as TAPAS reads them (Herzig et al. 2020).

/** A number, or a date. */
export type NumericValue = { readonly number: number } | { readonly date: PartialDate };

/** The values that a part of a text may stand for. */
export interface ValueSpan {
  /** Code points, from and to. */
  readonly begin: number;
  readonly end: number;
  readonly values: readonly NumericValue[];
}

const NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");
const ORDINAL_WORDS =
  "zeroth first second third fourth fith sixth seventh eighth ninth tenth eleventh twelfth".split(" ");
const ORDINAL_SUFFIXES = ["st", "nd", "rd", "th"];
/** A date has at most so many words. */
const LONGEST_DATE = 5;
/** So many of a column's rows must have values of the same kind. */
const LEAST_SHARE = 0.7;

const numberPattern = once(() => {
  const digit = `[${digitSource()}]`;
  const number = `(?:\\.${digit}+|${digit}+(?:,${digit}${digit}${digit})*(?:\\.${digit}*)?)`;
  return new RegExp(`(?:(?:^|[${spaceSource()}])[+-])?${number}`, "gu");
});

/** A text in lower case with single spaces. */
export function normalizeForMatch(text: string): string {
  return splitAtSpace(lower(text)).join(" ");
}

/** The numbers and dates of a text: of those that overlap, the longer ones. */
export function parseText(text: string): ValueSpan[] {
  const characters = Array.from(text);
  const found = new Map<string, { begin: number; end: number; values: NumericValue[] }>();
  const add = (begin: number, end: number, value: NumericValue) => {
    const key = `${begin} ${end}`;
    const span = found.get(key) ?? { begin, end, values: [] };
    span.values.push(value);
    found.set(key, span);
  };
  for (const match of text.matchAll(numberPattern())) {
    const number = parseNumber(match[0]);
    const begin = lengthOf(text.slice(0, match.index));
    if (number !== null) add(begin, begin + lengthOf(match[0]), { number });
  }
  for (const [begin, end] of wordSpans(characters, 1)) {
    if (found.has(`${begin} ${end}`)) continue;
    const word = characters.slice(begin, end).join("");
    const number = parseNumber(word);
    if (number !== null) add(begin, end, { number });
    for (const words of [NUMBER_WORDS, ORDINAL_WORDS]) {
      const place = words.indexOf(word);
      if (place >= 0) add(begin, end, { number: place });
    }
  }
  for (const [begin, end] of wordSpans(characters, LONGEST_DATE)) {
    const date = parseDate(characters.slice(begin, end).join(""));
    if (date !== null) add(begin, end, { date });
  }
  const spans = [...found.values()].sort((a, b) => b.end - b.begin - (a.end - a.begin) || a.begin - b.begin);
  const chosen: ValueSpan[] = [];
  for (const span of spans) {
    const isCovered = chosen.some(({ begin, end }) => begin <= span.begin && span.end <= end);
    if (!isCovered) chosen.push(span);
  }
  return chosen.sort((a, b) => a.begin - b.begin);
}

/** The value of each row of a column that has one, where enough rows have values of one kind; dates go before numbers. */
export function columnValues(cells: readonly string[]): ReadonlyMap<number, NumericValue> {
  const values = cells.map((cell) => parseText(normalizeForMatch(cell)).flatMap((span) => span.values));
  const count = (isOne: (value: NumericValue) => boolean) => values.filter((list) => list.some(isOne)).length;
  const [numbers, dates] = [count(isNumber), count((value) => !isNumber(value))];
  const most = Math.max(numbers, dates);
  const chosen = new Map<number, NumericValue>();
  if (most === 0 || most < cells.length * LEAST_SHARE) return chosen;
  const wantsNumber = numbers > dates;
  for (const [row, list] of values.entries()) {
    const value = list.find((one) => isNumber(one) === wantsNumber);
    if (value !== undefined) chosen.set(row, value);
  }
  return chosen;
}

/** What values are compared by: themselves, or what is known of all of several dates. */
export type SortKey = (value: NumericValue) => readonly number[];

/** null where the values are of two kinds, or dates that nothing is known of together. */
export function sortKey(values: readonly NumericValue[]): SortKey | null {
  const numbers = values.filter(isNumber).length;
  if (values.length === 0 || (numbers !== 0 && numbers !== values.length)) return null;
  if (numbers > 0) return (value) => [(value as { number: number }).number];
  const dates = values.map((value) => (value as { date: PartialDate }).date);
  const fields = (["year", "month", "day"] as const).filter((field) =>
    dates.every((date) => date[field] !== null),
  );
  if (fields.length === 0) return null;
  return (value) => fields.map((field) => (value as { date: PartialDate }).date[field]!);
}

/** Negative, zero or positive, as the first is less than, equal to or more than the second. */
export function compareKeys(first: readonly number[], second: readonly number[]): number {
  for (const [i, value] of first.entries()) {
    if (value !== second[i]!) return value < second[i]! ? -1 : 1;
  }
  return 0;
}

export function isNumber(value: NumericValue): value is { readonly number: number } {
  return "number" in value;
}

/** A number, also "1st" and "1,000"; null where a text is none. */
function parseNumber(text: string): number | null {
  const suffix = ORDINAL_SUFFIXES.find((one) => text.endsWith(one));
  const bare = suffix === undefined ? text : text.slice(0, -suffix.length);
  const plain = asciiDigits(strip(bare.replaceAll(",", "")));
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return value === Number.POSITIVE_INFINITY ? null : value;
}

/** Where words of letters and digits begin and end: each, and up to so many that follow each other. */
function* wordSpans(characters: readonly string[], most: number): Generator<[begin: number, end: number]> {
  const isInside = characters.map((character) => isAlphanumeric(character.codePointAt(0)!));
  const starts: number[] = [];
  for (let place = 0; place < characters.length; place++) {
    if (!isInside[place]) continue;
    if (!isInside[place - 1]) starts.push(place);
    if (isInside[place + 1]) continue;
    for (const start of starts.slice(-most)) yield [start, place + 1];
  }
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
