import { classSource, once } from "../python-text/index.js";
import { TableReader } from "../unicode/codec.js";
import * as tables from "./tables.js";

/** A set of characters: as code points, and as the inside of a regular expression's `[...]` with the flag `u`. */
export interface CharacterSet {
  readonly points: ReadonlySet<number>;
  readonly source: string;
}

export const numbers = once(() => characterSet(tables.numberRanges));
export const lowercase = once(() => characterSet(tables.lowercaseRanges));
export const currency = once(() => characterSet(tables.currencyRanges));
/** Letters, without the signs that {@link letters} adds. */
export const plainLetters = once(() => characterSet(tables.plainAlphabeticRanges));

/** Letters, Indic virama and nukta signs; Hangul syllables count in Korean alone, ideographs never. */
export function letters(language: string): CharacterSet {
  return language === "ko" ? koreanLetters() : generalLetters();
}

/** Letters, as {@link letters}, and digits. */
export function lettersAndDigits(language: string): CharacterSet {
  return language === "ko" ? koreanLettersAndDigits() : generalLettersAndDigits();
}

const generalLetters = once(() => characterSet(tables.alphabeticRanges));
const koreanLetters = once(() => characterSet(tables.alphabeticRanges, tables.hangulRanges));
const generalLettersAndDigits = once(() => characterSet(tables.alphanumericRanges));
const koreanLettersAndDigits = once(() => characterSet(tables.alphanumericRanges, tables.hangulRanges));

function characterSet(...allRanges: string[]): CharacterSet {
  const points = new Set<number>();
  for (const ranges of allRanges) {
    const reader = new TableReader(ranges);
    for (let point = 0; !reader.done; ) {
      point += reader.unsigned();
      for (const end = point + reader.unsigned(); point < end; point++) points.add(point);
    }
  }
  return { points, source: classSource((point) => points.has(point)) };
}
