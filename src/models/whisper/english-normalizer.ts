import { NFKC, NFKD, normalizeString } from "../../tokenizers/index.js";
import {
  category,
  digitSource,
  lower,
  majorCategory,
  once,
  splitAtSpace,
} from "../../tokenizers/python-text/index.js";
import { EnglishNumberNormalizer } from "./spelled-numbers.js";
import { replaceEnding, replaceWord, spaces } from "./word-patterns.js";

export { EnglishNumberNormalizer };

/** Letters that NFKD does not take apart. */
const FURTHER_LETTERS: Readonly<Record<string, string>> = {
  œ: "oe",
  Œ: "OE",
  ø: "o",
  Ø: "O",
  æ: "ae",
  Æ: "AE",
  ß: "ss",
  ẞ: "SS",
  đ: "d",
  Đ: "D",
  ð: "d",
  Ð: "D",
  þ: "th",
  Þ: "th",
  ł: "l",
  Ł: "L",
};

const FILLERS = ["hmm", "mm", "mhm", "mmm", "uh", "um"];

/** Words that are written out, in this order. */
const SHORT_WORDS: readonly (readonly [short: string, long: string])[] = [
  ["won't", "will not"],
  ["can't", "can not"],
  ["let's", "let us"],
  ["ain't", "aint"],
  ["y'all", "you all"],
  ["wanna", "want to"],
  ["gotta", "got to"],
  ["gonna", "going to"],
  ["i'ma", "i am going to"],
  ["imma", "i am going to"],
  ["woulda", "would have"],
  ["coulda", "could have"],
  ["shoulda", "should have"],
  ["ma'am", "madam"],
  ["mr", "mister "],
  ["mrs", "missus "],
  ["st", "saint "],
  ["dr", "doctor "],
  ["prof", "professor "],
  ["capt", "captain "],
  ["gov", "governor "],
  ["ald", "alderman "],
  ["gen", "general "],
  ["sen", "senator "],
  ["rep", "representative "],
  ["pres", "president "],
  ["rev", "reverend "],
  ["hon", "honorable "],
  ["asst", "assistant "],
  ["assoc", "associate "],
  ["lt", "lieutenant "],
  ["col", "colonel "],
  ["jr", "junior "],
  ["sr", "senior "],
  ["esq", "esquire "],
];

/** Ends of words that are written out after these, in this order. */
const SHORT_ENDINGS: readonly (readonly [short: string, long: string])[] = [
  ["'d been", " had been"],
  ["'s been", " has been"],
  ["'d gone", " had gone"],
  ["'s gone", " has gone"],
  ["'d done", " had done"],
  ["'s got", " has got"],
  ["n't", " not"],
  ["'re", " are"],
  ["'s", " is"],
  ["'d", " would"],
  ["'ll", " will"],
  ["'t", " not"],
  ["'ve", " have"],
  ["'m", " am"],
];

const SPACES = spaces((space) => new RegExp(`${space}+`, "gu"));
// From the first of several spaces alone, so that many of them take no longer than few.
const SPACED_APOSTROPHE = spaces((space) => new RegExp(`(?<!${space})${space}+'`, "gu"));
const DIGITS_WITH_COMMA = once(() => new RegExp(`([${digitSource()}]),([${digitSource()}])`, "gu"));

/** Options of {@link BasicTextNormalizer}. */
export interface BasicTextNormalizerOptions {
  /** Whether letters lose their marks (default false). */
  remove_diacritics?: boolean;
}

/**
 * Text of any language in a form in which what was said can be compared: lower case, without brackets and what they
 * hold, without marks and punctuation. Equal to Transformers 4.37.2's, whose `split_letters` needs another release's
 * tables of characters and is left out.
 */
export class BasicTextNormalizer {
  readonly #removesDiacritics: boolean;

  constructor(options: BasicTextNormalizerOptions = {}) {
    this.#removesDiacritics = options.remove_diacritics ?? false;
  }

  normalize(text: string): string {
    const bare = withoutBrackets(lower(text));
    const clean = this.#removesDiacritics ? withoutSymbolsAndDiacritics(bare, "") : withoutSymbols(bare);
    return lower(clean).replace(SPACES(), " ");
  }
}

/**
 * English text in a form in which what was said can be compared: lower case, without brackets and what they hold,
 * contractions and titles written out, numbers in digits, American spelling. Equal to Transformers 4.37.2's.
 */
export class EnglishTextNormalizer {
  readonly #spelling: EnglishSpellingNormalizer;
  readonly #numbers = new EnglishNumberNormalizer();

  /** `spellings`: normalizer.json, the American spelling of British words. */
  constructor(spellings: ReadonlyMap<string, string>) {
    this.#spelling = new EnglishSpellingNormalizer(spellings);
  }

  normalize(text: string): string {
    let result = withoutBrackets(lower(text));
    for (const filler of FILLERS) result = replaceWord(result, filler, "");
    result = result.replace(SPACED_APOSTROPHE(), "'");
    for (const [short, long] of SHORT_WORDS) result = replaceWord(result, short, long);
    for (const [short, long] of SHORT_ENDINGS) result = replaceEnding(result, short, long);
    result = result.replace(DIGITS_WITH_COMMA(), "$1$2").replace(/\.([^0-9]|$)/gu, " $1");
    result = withoutSymbolsAndDiacritics(result, ".%$¢€£");
    result = this.#spelling.normalize(this.#numbers.normalize(result));
    // Signs of numbers that stand beside none.
    result = result.replace(/[.$¢€£]([^0-9])/gu, " $1").replace(/([^0-9])%/gu, "$1 ");
    return result.replace(SPACES(), " ");
  }
}

/** Writes British words as Americans do. */
export class EnglishSpellingNormalizer {
  readonly #spellings: ReadonlyMap<string, string>;

  constructor(spellings: ReadonlyMap<string, string>) {
    this.#spellings = spellings;
  }

  normalize(text: string): string {
    return splitAtSpace(text)
      .map((word) => this.#spellings.get(word) ?? word)
      .join(" ");
  }
}

/** Without what stands in brackets: angled and square ones, which may close each other, then round ones. */
function withoutBrackets(text: string): string {
  const squared = cutBetween(text, /[<[]/g, /[>\]]/g, 1);
  // Round ones that hold nothing stay.
  return cutBetween(squared, /\(/g, /\)/g, 2);
}

/** Cuts from each opening to the next closing character; a pair of them that is closer than `least` stays. */
function cutBetween(text: string, opening: RegExp, closing: RegExp, least: number): string {
  let result = "";
  let from = 0;
  for (let search = from; ; ) {
    opening.lastIndex = search;
    const start = opening.exec(text)?.index;
    if (start === undefined) break;
    closing.lastIndex = start + 1;
    const end = closing.exec(text)?.index;
    if (end === undefined) break;
    search = start + 1;
    if (end - start < least) continue;
    result += text.slice(from, start);
    search = from = end + 1;
  }
  return result + text.slice(from);
}

function withoutSymbols(text: string): string {
  return Array.from(normalizeString(new NFKC(), text), (character) =>
    isSymbol(character) ? " " : character,
  ).join("");
}

function withoutSymbolsAndDiacritics(text: string, keep: string): string {
  return Array.from(normalizeString(new NFKD(), text), (character) => {
    if (keep.includes(character)) return character;
    if (Object.hasOwn(FURTHER_LETTERS, character)) return FURTHER_LETTERS[character];
    if (category(character.codePointAt(0)!) === "Mn") return "";
    return isSymbol(character) ? " " : character;
  }).join("");
}

/** Marks, symbols and punctuation. */
function isSymbol(character: string): boolean {
  return "MSP".includes(majorCategory(character.codePointAt(0)!));
}
