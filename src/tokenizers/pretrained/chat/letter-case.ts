import { category, lower, upper } from "../../python-text/index.js";
import { failure } from "./budget.js";

// Python's `str` methods of small, capital and title letters, at the release named in python-text/tables.ts.

/** Python's `str.title`: a letter after none is a title letter, and others are small. */
export function title(text: string): string {
  const small = lower(text);
  let result = "";
  let at = 0;
  let afterLetter = false;
  for (const character of text) {
    const { length } = lower(character);
    // What a capital sigma becomes goes by its neighbours.
    result += afterLetter ? small.slice(at, at + length) : titleLetter(character);
    at += length;
    afterLetter = caseOf(character) !== "none";
  }
  return result;
}

/** Python's `str.capitalize`. */
export function capitalize(text: string): string {
  const [first = ""] = text;
  return titleLetter(first) + lower(text).slice(lower(first).length);
}

/** Python's `str.swapcase`. */
export function swapcase(text: string): string {
  if (text.includes("Σ")) throw failure("swapcase of a capital sigma is not supported");
  return Array.from(text, (each) => {
    const kind = caseOf(each);
    return kind === "upper" ? lower(each) : kind === "lower" ? upper(each) : each;
  }).join("");
}

/** Python's `str.isupper` and `str.islower`. */
export function isAll(kind: "upper" | "lower", text: string): boolean {
  const kinds = Array.from(text, caseOf).filter((each) => each !== "none");
  return kinds.length > 0 && kinds.every((each) => each === kind);
}

/** Python's `str.istitle`. */
export function isTitle(text: string): boolean {
  let before: Case = "none";
  let hasLetters = false;
  for (const character of text) {
    const kind = caseOf(character);
    if (kind !== "none" && (kind === "lower") !== (before !== "none")) return false;
    if (kind !== "none") hasLetters = true;
    before = kind;
  }
  return hasLetters;
}

type Case = "upper" | "lower" | "title" | "none";

/** Capitals that are no letters: Roman numerals, and letters in circles and squares. */
const CAPITALS = /^[\u2160-\u216f\u24b6-\u24cf\u{1f130}-\u{1f149}\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}]$/u;
/** Small ones that are no letters, or letters of no case. */
const SMALL =
  /^[\u0345ªºʰ-ʸˀˁˠ-ˤͺᴬ-ᵪᵸᶛ-ᶿⁱⁿₐ-ₜⅰ-ⅿⓐ-ⓩⱼⱽꚜꚝꝰꟸꟹꭜ-ꭟ\u{10780}\u{10783}-\u{10785}\u{10787}-\u{107b0}\u{107b2}-\u{107ba}]$/u;

function caseOf(character: string): Case {
  const point = character.codePointAt(0)!;
  if (point < 0x80) return /[a-z]/.test(character) ? "lower" : /[A-Z]/.test(character) ? "upper" : "none";
  const kind = category(point);
  if (kind === "Lu" || CAPITALS.test(character)) return "upper";
  if (kind === "Lt") return "title";
  return kind === "Ll" || SMALL.test(character) ? "lower" : "none";
}

/** Letters in three cases, of which the middle one is for titles. */
const TRIPLES = "ǄǅǆǇǈǉǊǋǌǱǲǳ";
const TITLES: Readonly<Record<string, string>> = {
  ŉ: "ʼN",
  ᾲ: "Ὰ\u0345",
  ᾳ: "ᾼ",
  ᾴ: "Ά\u0345",
  ᾷ: "Α\u0342\u0345",
  ᾼ: "ᾼ",
  ῂ: "Ὴ\u0345",
  ῃ: "ῌ",
  ῄ: "Ή\u0345",
  ῇ: "Η\u0342\u0345",
  ῌ: "ῌ",
  ῲ: "Ὼ\u0345",
  ῳ: "ῼ",
  ῴ: "Ώ\u0345",
  ῷ: "Ω\u0342\u0345",
  ῼ: "ῼ",
};

/** The title letter of a character: mostly its capital, and the first one of several. */
function titleLetter(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return upper(character);
  const place = TRIPLES.indexOf(character);
  if (place >= 0) return TRIPLES[place - (place % 3) + 1]!;
  if (Object.hasOwn(TITLES, character)) return TITLES[character]!;
  if (point >= 0x1f80 && point < 0x1fb0) return String.fromCodePoint(point | 8);
  if (point >= 0x10d0 && point <= 0x10ff) return character; // Georgian has no titles
  const [first = "", ...rest] = upper(character);
  return first + lower(rest.join(""));
}
