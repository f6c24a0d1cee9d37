import { TransformersError } from "../../errors.js";
import { spaceSource, splitAtSpace, strip } from "../python-text/index.js";
import { type CharacterSet, letters, lettersAndDigits, lowercase, numbers } from "./character-sets.js";
import { nonbreakingPrefixes } from "./prefixes.js";

type Rule = readonly [pattern: RegExp, replacement: string];

/** Options of {@link MosesTokenizer.tokenize}. */
export interface MosesTokenizeOptions {
  /** Whether a hyphen between letters or digits becomes a token `@-@` (default false). */
  aggressive_dash_splits?: boolean;
  /** Whether signs that XML has its own words for are written by these (default false). */
  escape?: boolean;
  /** Texts that stay whole, whatever their case (default none). */
  protected?: readonly string[];
}

/** More protected places than this in one text are refused, as sacremoses does. */
const MOST_PROTECTED = 1000;

const XML_WORDS: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "|": "&#124;",
  "<": "&lt;",
  ">": "&gt;",
  "'": "&apos;",
  '"': "&quot;",
  "[": "&#91;",
  "]": "&#93;",
};

/**
 * The word tokenizer of the Moses toolkit (scripts/tokenizer/tokenizer.perl), as the Python
 * package sacremoses 0.2.0 has it. A language that it has no abbreviations for uses those of English.
 */
export class MosesTokenizer {
  readonly #language: string;
  readonly #letters: CharacterSet;
  readonly #prefixes: ReadonlySet<string>;
  readonly #numericPrefixes: ReadonlySet<string>;
  readonly #otherSigns: RegExp;
  readonly #hyphen: RegExp;
  readonly #commas: readonly Rule[];
  readonly #apostrophes: readonly Rule[];

  constructor(language = "en") {
    this.#language = language;
    this.#letters = letters(language);
    const known = Object.hasOwn(nonbreakingPrefixes, language) ? language : "en";
    const [plain = "", numeric = ""] = nonbreakingPrefixes[known]!.split("|");
    this.#prefixes = new Set(plain.split(" "));
    this.#numericPrefixes = new Set(numeric.split(" "));
    const wordly = lettersAndDigits(language).source;
    const number = numbers().source;
    this.#otherSigns = new RegExp(`[^${wordly}${spaceSource()}.'\`,\\-]`, "gu");
    this.#hyphen = new RegExp(`([${wordly}])-(?=[${wordly}])`, "gu");
    this.#commas = [
      [new RegExp(`([^${number}]),`, "gu"), "$1 , "],
      [new RegExp(`,([^${number}])`, "gu"), " , $1"],
      [new RegExp(`([${number}]),$`, "gu"), "$1 , "],
    ];
    this.#apostrophes = this.#apostropheRules(number);
  }

  /** The words and signs of a text. @throws TransformersError INVALID_ARGUMENT where too much is protected. */
  tokenize(text: string, options: MosesTokenizeOptions = {}): string[] {
    let result = text
      .replace(new RegExp(`[${spaceSource()}]+`, "gu"), " ")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it takes out
      .replace(/[\u0000-\u001f]/g, "");
    const shield = shieldOf(result, options.protected ?? []);
    result = strip(shield.cover(result)).replace(this.#otherSigns, " $& ");
    if (options.aggressive_dash_splits) result = result.replace(this.#hyphen, "$1 @-@ ");
    result = coverDots(result);
    for (const [pattern, replacement] of this.#commas) result = result.replace(pattern, replacement);
    for (const [pattern, replacement] of this.#apostrophes) result = result.replace(pattern, replacement);
    result = this.#splitFullStops(splitAtSpace(result))
      .join(" ")
      .replace(/\.' ?$/, " . ' ");
    const whole = uncoverDots(shield.uncover(result));
    return splitAtSpace(options.escape ? whole.replace(/[&|<>'"[\]]/g, (sign) => XML_WORDS[sign]!) : whole);
  }

  #apostropheRules(number: string): Rule[] {
    const letter = this.#letters.source;
    const both = [new RegExp(`([^${letter}])'([^${letter}])`, "gu"), "$1 ' $2"] as const;
    const ending = [new RegExp(`([${letter}])'([^${letter}])`, "gu"), "$1 ' $2"] as const;
    const inside = new RegExp(`([${letter}])'([${letter}])`, "gu");
    if (this.#language === "en") {
      return [
        both,
        [new RegExp(`([^${letter}${number}])'([${letter}])`, "gu"), "$1 ' $2"],
        ending,
        [inside, "$1 '$2"],
        [new RegExp(`([${number}])'(s)`, "gu"), "$1 '$2"],
      ];
    }
    if (this.#language === "fr" || this.#language === "it") {
      return [
        both,
        [new RegExp(`([^${letter}])'([${letter}])`, "gu"), "$1 ' $2"],
        ending,
        [inside, "$1' $2"],
      ];
    }
    return [[/'/g, " ' "]];
  }

  /** Words, where the full stop of those that are no abbreviations is a word of its own. */
  #splitFullStops(words: readonly string[]): string[] {
    return words.map((word, i) => {
      if (word.length < 2 || !word.endsWith(".")) return word;
      const prefix = word.slice(0, -1);
      const next = words[i + 1];
      const isAbbreviation =
        (prefix.includes(".") &&
          Array.from(prefix).some((sign) => this.#letters.points.has(sign.codePointAt(0)!))) ||
        this.#prefixes.has(prefix) ||
        (next !== undefined && lowercase().points.has(next.codePointAt(0)!)) ||
        (this.#numericPrefixes.has(prefix) && next !== undefined && /^[0-9]/.test(next));
      return isAbbreviation ? word : `${prefix} .`;
    });
  }
}

/** Dots that follow each other stay together: they are spelled out while words are cut. */
function coverDots(text: string): string {
  return text.replace(/\.{2,}/g, (dots, at: number) => {
    const marker = ` ${"DOT".repeat(dots.length)}MULTI`;
    return at + dots.length < text.length ? `${marker} ` : marker;
  });
}

function uncoverDots(text: string): string {
  return text.replace(/(?:DOT)+MULTI/g, (marker) => ".".repeat((marker.length - 5) / 3));
}

/** Hides the places that stay whole behind words that the text does not have. */
function shieldOf(
  text: string,
  wholes: readonly string[],
): Record<"cover" | "uncover", (text: string) => string> {
  const found = wholes.flatMap((whole) =>
    whole === "" ? [] : Array.from(text.matchAll(new RegExp(literal(whole), "giu")), ([match]) => match),
  );
  if (found.length > MOST_PROTECTED) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `the text has ${found.length} places that stay whole; at most ${MOST_PROTECTED}: tokenize it in parts`,
    );
  }
  let stem = "THISISPROTECTED";
  const longest = Math.max(
    0,
    ...Array.from(text.matchAll(/THISISPROTECTED(X*)/g), ([, run]) => run!.length + 1),
  );
  stem += "X".repeat(longest);
  const names = found.map((_, i) => stem + String(i).padStart(3, "0"));
  const order = [...found.keys()].sort((a, b) => lengthOf(found[b]!) - lengthOf(found[a]!));
  return {
    cover: (covered) => order.reduce((result, i) => result.replaceAll(found[i]!, names[i]!), covered),
    uncover: (hidden) =>
      found.reduce((result, whole, i) => result.replaceAll(names[i]!, () => whole), hidden),
  };
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** The text as a regular expression. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
