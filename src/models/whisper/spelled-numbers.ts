import { decimalValue, isDecimal, splitAtSpace } from "../../tokenizers/python-text/index.js";
import { isBoundary, replaceMatches, replaceWord, spaces, splitAtMatches } from "./word-patterns.js";

const ONES = named(
  "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
  (place) => BigInt(place + 1),
);
const TENS = named("twenty thirty forty fifty sixty seventy eighty ninety", (place) =>
  BigInt(10 * place + 20),
);
const MULTIPLIERS = new Map([
  ["hundred", 100n],
  ...named(
    "thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion decillion",
    (place) => 1000n ** BigInt(place + 1),
  ),
]);
const ZEROS = new Set(["o", "oh", "zero"]);

/** A number that a word ends: what it is, and what is written behind it. */
type Ended = readonly [value: bigint, suffix: string];

const ORDINALS = new Map([
  ["one", "first"],
  ["two", "second"],
  ["three", "third"],
  ["five", "fifth"],
  ["twelve", "twelfth"],
]);
const ORDINAL_SUFFIXES = new Map([
  ["one", "st"],
  ["two", "nd"],
  ["three", "rd"],
]);
const ENDED_ONES = new Map<string, Ended>([
  ["zeroth", [0n, "th"]],
  ...[...ONES].flatMap(([name, value]): [string, Ended][] => [
    [name === "six" ? "sixes" : `${name}s`, [value, "s"]],
    [
      ORDINALS.get(name) ?? name + (name.endsWith("t") ? "h" : "th"),
      [value, ORDINAL_SUFFIXES.get(name) ?? "th"],
    ],
  ]),
]);
const ENDED_TENS = new Map<string, Ended>(
  [...TENS].flatMap(([name, value]): [string, Ended][] => [
    [name.replace("y", "ies"), [value, "s"]],
    [name.replace("y", "ieth"), [value, "th"]],
  ]),
);
const ENDED_MULTIPLIERS = new Map<string, Ended>(
  [...MULTIPLIERS].flatMap(([name, value]): [string, Ended][] => [
    [`${name}s`, [value, "s"]],
    [`${name}th`, [value, "th"]],
  ]),
);
const SIGNS = new Map([
  ["minus", "-"],
  ["negative", "-"],
  ["plus", "+"],
  ["positive", "+"],
]);
const CURRENCIES = new Map([
  ["pound", "£"],
  ["pounds", "£"],
  ["euro", "€"],
  ["euros", "€"],
  ["dollar", "$"],
  ["dollars", "$"],
  ["cent", "¢"],
  ["cents", "¢"],
]);
const PREFIXES = new Set([...SIGNS.values(), ...CURRENCIES.values()]);
const SPECIAL = new Set(["and", "double", "triple", "point"]);
const DECIMALS = new Set([...ONES.keys(), ...TENS.keys(), ...ZEROS]);
const WORDS = new Set([
  ...DECIMALS,
  ...ENDED_ONES.keys(),
  ...ENDED_TENS.keys(),
  ...MULTIPLIERS.keys(),
  ...ENDED_MULTIPLIERS.keys(),
  ...SIGNS.keys(),
  ...CURRENCIES.keys(),
  "per",
  "percent",
  ...SPECIAL,
]);

/**
 * Writes numbers that are spelled out in digits: "twenty five dollars" as "$25", "nineteen sixties" as "1960s", "one
 * oh one" as "101". Equal to the EnglishNumberNormalizer of Transformers 4.37.2.
 */
export class EnglishNumberNormalizer {
  normalize(text: string): string {
    return postprocess(new NumberReader(splitAtSpace(preprocess(text))).read().join(" "));
  }
}

/** Reads words from left to right, and joins those that make a number. */
class NumberReader {
  readonly #words: readonly string[];
  readonly #read: string[] = [];
  /** The number so far: one that more can be added to, or digits that others follow. */
  #value: bigint | string | null = null;
  #prefix = "";

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  read(): string[] {
    for (let place = 0; place < this.#words.length; place++) if (this.#readWord(place)) place++;
    this.#flush();
    return this.#read;
  }

  /** Takes a word; says whether it took the next one too. */
  #readWord(place: number): boolean {
    const word = this.#words[place]!;
    const previous = this.#words[place - 1] ?? "";
    const next = this.#words[place + 1] ?? "";
    const prefix = PREFIXES.has(word[0]!) ? word[0]! : "";
    const bare = word.slice(prefix.length);
    if (isNumber(bare)) this.#readDigits(word, prefix, bare);
    else if (!WORDS.has(word)) this.#write(word);
    else if (ZEROS.has(word)) this.#value = `${this.#value || ""}0`;
    else if (ONES.has(word)) this.#value = this.#withOnes(ONES.get(word)!, previous);
    else if (ENDED_ONES.has(word)) {
      const [ones, suffix] = ENDED_ONES.get(word)!;
      this.#emit(`${this.#withOnes(ones, previous)}${suffix}`);
    } else if (TENS.has(word)) this.#value = this.#withTens(TENS.get(word)!);
    else if (ENDED_TENS.has(word)) {
      const [tens, suffix] = ENDED_TENS.get(word)!;
      this.#emit(`${this.#withTens(tens)}${suffix}`);
    } else if (MULTIPLIERS.has(word)) this.#multiply(MULTIPLIERS.get(word)!);
    else if (ENDED_MULTIPLIERS.has(word)) this.#multiplyAndEnd(...ENDED_MULTIPLIERS.get(word)!);
    else if (SIGNS.has(word)) {
      this.#flush();
      if (WORDS.has(next) || isNumber(next)) this.#prefix = SIGNS.get(word)!;
      else this.#emit(word);
    } else if (CURRENCIES.has(word)) {
      if (this.#value === null) this.#emit(word);
      else {
        this.#prefix = CURRENCIES.get(word)!;
        this.#flush();
      }
    } else if (word === "percent" || word === "per") {
      if (this.#value === null) this.#emit(word);
      else if (word === "percent") this.#emit(`${this.#value}%`);
      else if (next === "cent") {
        this.#emit(`${this.#value}%`);
        return true;
      } else this.#write(word);
    } else return this.#readSpecial(word, previous, next);
    return false;
  }

  #readDigits(word: string, prefix: string, bare: string): void {
    if (typeof this.#value === "string" && this.#value.endsWith(".")) {
      this.#value += word;
      return;
    }
    this.#flush();
    if (prefix !== "") this.#prefix = prefix;
    const whole = times(bare, 1n);
    this.#value = whole ?? bare;
  }

  #withOnes(ones: bigint, previous: string): bigint | string {
    const value = this.#value;
    if (value === null) return ones;
    if (typeof value === "string" && TENS.has(previous) && ones < 10n) return `${value.slice(0, -1)}${ones}`;
    if (typeof value === "string" || ONES.has(previous)) return `${value}${ones}`;
    return value % (ones < 10n ? 10n : 100n) === 0n ? value + ones : `${value}${ones}`;
  }

  #withTens(tens: bigint): bigint | string {
    const value = this.#value;
    if (value === null) return tens;
    return typeof value !== "string" && value % 100n === 0n ? value + tens : `${value}${tens}`;
  }

  #multiply(multiplier: bigint): void {
    const value = this.#value;
    if (value === null) this.#value = multiplier;
    else if (typeof value === "string" || value === 0n) {
      const product = times(String(value), multiplier);
      if (product === null) this.#flush();
      this.#value = product ?? multiplier;
    } else this.#value = withLastThousand(value, multiplier);
  }

  #multiplyAndEnd(multiplier: bigint, suffix: string): void {
    const value = this.#value;
    if (typeof value === "string") {
      const product = times(value, multiplier);
      if (product === null) this.#flush();
      this.#emit(`${product ?? multiplier}${suffix}`);
    } else this.#emit(`${value === null ? multiplier : withLastThousand(value, multiplier)}${suffix}`);
  }

  #readSpecial(word: string, previous: string, next: string): boolean {
    if (!WORDS.has(next) && !isNumber(next)) this.#write(word);
    else if (word === "and") {
      // It says nothing after hundreds and thousands.
      if (!MULTIPLIERS.has(previous)) this.#write(word);
    } else if (word === "point") {
      if (DECIMALS.has(next) || isNumber(next)) this.#value = `${this.#value || ""}.`;
    } else if (ONES.has(next) || ZEROS.has(next)) {
      const digits = String(ONES.get(next) ?? 0n);
      this.#value = `${this.#value || ""}${digits.repeat(word === "double" ? 2 : 3)}`;
      return true;
    } else this.#write(word);
    return false;
  }

  /** Writes a word that is no number, after the number before it. */
  #write(word: string): void {
    this.#flush();
    this.#emit(word);
  }

  #flush(): void {
    if (this.#value !== null) this.#emit(String(this.#value));
  }

  #emit(text: string): void {
    this.#read.push(this.#prefix + text);
    this.#value = null;
    this.#prefix = "";
  }
}

function named(names: string, value: (place: number) => bigint): Map<string, bigint> {
  return new Map(names.split(" ").map((name, place) => [name, value(place)]));
}

/** What is below a thousand of a number, so many times, and the rest of it once. */
function withLastThousand(value: bigint, multiplier: bigint): bigint {
  const residual = value % 1000n;
  return value - residual + residual * multiplier;
}

/** Whether a word is decimal digits, with more of them behind a dot or without. */
function isNumber(word: string): boolean {
  let dot = -1;
  let place = 0;
  for (const character of word) {
    if (character === ".") {
      if (dot >= 0 || place === 0) return false;
      dot = place;
    } else if (!isDecimal(character.codePointAt(0)!)) return false;
    place++;
  }
  return place > 0 && dot !== place - 1;
}

/** A decimal number, "1.5", "1." or ".5", so many times; null where that is no whole number, or no number at all. */
function times(decimal: string, multiplier: bigint): bigint | null {
  const digits = Array.from(decimal, (character) => {
    const value = decimalValue(character.codePointAt(0)!);
    return value < 0 ? character : String(value);
  }).join("");
  const match = /^(?=\.?\d)(\d*)(?:\.(\d*))?$/.exec(digits);
  if (match === null) return null;
  const [, whole, part = ""] = match;
  const product = BigInt(`${whole}${part}`) * multiplier;
  const scale = 10n ** BigInt(part.length);
  return product % scale === 0n ? product / scale : null;
}

const SPACED_SUFFIX = spaces((space) => new RegExp(`([0-9])${space}+(st|nd|rd|th|s)`, "gu"));
const AND_A_HALF = spaces((space) => new RegExp(`and${space}+a${space}+half`, "gu"));

/** "and a half" after a number is "point five"; letters and digits stand apart, but for endings of numbers. */
function preprocess(text: string): string {
  const results: string[] = [];
  const segments = splitAtMatches(
    text,
    AND_A_HALF(),
    (match, start) => isBoundary(text, start) && isBoundary(text, start + match[0].length),
  );
  for (const [place, segment] of segments.entries()) {
    const last = splitAtSpace(segment).at(-1);
    if (last === undefined) continue;
    results.push(segment);
    if (place === segments.length - 1) continue;
    results.push(DECIMALS.has(last) || MULTIPLIERS.has(last) ? "point five" : "and a half");
  }
  const apart = results
    .join(" ")
    .replace(/([a-z])([0-9])/g, "$1 $2")
    .replace(/([0-9])([a-z])/g, "$1 $2");
  return replaceMatches(apart, SPACED_SUFFIX(), (match, start) =>
    isBoundary(apart, start + match[0].length) ? `${match[1]}${match[2]}` : null,
  );
}

/** "$2 and ¢7" is "$2.07", "$0.50" is "¢50", and a one that stands alone is a word. */
function postprocess(text: string): string {
  const dollars = replaceMatches(text, /([€£$])([0-9]+) (?:and )?¢([0-9]{1,2})/gu, (match, start) =>
    isBoundary(text, start + match[0].length) ? `${match[1]}${match[2]}.${match[3]!.padStart(2, "0")}` : null,
  );
  const cents = replaceMatches(dollars, /[€£$]0[^\n]([0-9]{1,2})/gu, (match, start) =>
    isBoundary(dollars, start + match[0].length) ? `¢${Number(match[1])}` : null,
  );
  return replaceWord(replaceWord(cents, "1s", "ones"), "1", "one");
}
