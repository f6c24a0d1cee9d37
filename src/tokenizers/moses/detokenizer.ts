import { TransformersError } from "../../errors.js";
import { splitAtSpace, strip } from "../python-text/index.js";
import { currency, plainLetters } from "./character-sets.js";

/** Ranges of code points that are written without spaces between them. */
const CJK = [
  [0x1100, 0x11ff],
  [0x2e80, 0xa4cf],
  [0xa840, 0xa87f],
  [0xac00, 0xd7af],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe4f],
  [0xff65, 0xffdc],
  [0x17000, 0x18aff],
  [0x1b000, 0x1b12f],
  [0x1b170, 0x1b2ff],
  [0x20000, 0x2ffff],
] as const;

const XML = [
  ["&bar;", "|"],
  ["&#124;", "|"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&bra;", "["],
  ["&ket;", "]"],
  ["&quot;", '"'],
  ["&apos;", "'"],
  ["&#91;", "["],
  ["&#93;", "]"],
  ["&amp;", "&"],
] as const;

/**
 * Joins the tokens of {@link MosesTokenizer} into text (the Moses toolkit's scripts/tokenizer/detokenizer.perl), as
 * the Python package sacremoses 0.2.0 does. Czech and Finnish have rules that are not here.
 */
export class MosesDetokenizer {
  readonly #language: string;
  readonly #money = new RegExp(`^[${currency().source}([{¿¡]+$`, "u");
  readonly #contraction = new RegExp(`^'[${plainLetters().source}]`, "u");
  readonly #elision = new RegExp(`[${plainLetters().source}]'$`, "u");
  readonly #startsWithLetter = new RegExp(`^[${plainLetters().source}]`, "u");

  /** @throws TransformersError UNSUPPORTED for Czech and Finnish. */
  constructor(language = "en") {
    if (language === "cs" || language === "fi") {
      throw new TransformersError(
        "UNSUPPORTED",
        `Moses detokenization of the language "${language}" is not supported; the Python package sacremoses has it`,
      );
    }
    this.#language = language;
  }

  detokenize(tokens: readonly string[]): string {
    let spaced = ` ${tokens.join(" ")} `.replaceAll(" @-@ ", "-");
    for (const [escaped, sign] of XML) spaced = spaced.replaceAll(escaped, sign);
    const words = splitAtSpace(spaced);
    const quotes = new Map<string, number>();
    let text = "";
    let gap = " ";
    for (const [i, word] of words.entries()) {
      const side = this.#sideOf(word, i, words, quotes);
      if (this.#language === "fr" && /^[?!:;\\%]$/.test(word)) text += " ";
      text += side === "left" ? word : gap + word;
      gap = side === "right" ? "" : " ";
    }
    return strip(text.replace(/ {2,}/g, " "));
  }

  /** Whether a word leans on the one to its left, on the one to its right, or on neither. */
  #sideOf(
    word: string,
    i: number,
    words: readonly string[],
    quotes: Map<string, number>,
  ): "left" | "right" | "none" {
    const language = this.#language;
    const before = words[i - 1];
    const after = words[i + 1];
    if (language !== "ko" && isCjk(word.codePointAt(0)!)) {
      return before !== undefined && isCjk(lastPoint(before)) ? "left" : "none";
    }
    if (this.#money.test(word)) return "right";
    if (/^[,.?!:;\\%}\])]+$/.test(word)) return "left";
    if (language === "en" && before !== undefined && this.#contraction.test(word)) return "left";
    const elides = language === "fr" || language === "it" || language === "ga";
    if (elides && after !== undefined && this.#elision.test(word) && this.#startsWithLetter.test(after)) {
      return "right";
    }
    if (/^['"„“`]+$/.test(word)) return this.#sideOfQuote(word, before, quotes);
    return "none";
  }

  /** Quotes open and close by turns. */
  #sideOfQuote(word: string, before: string | undefined, quotes: Map<string, number>): "left" | "right" {
    const quote = /^[„“”]+$/.test(word) ? '"' : word;
    const count = quotes.get(quote) ?? 0;
    const isPossessive = this.#language === "en" && word === "'" && before?.endsWith("s") === true;
    if (count % 2 === 0 && isPossessive) return "left";
    quotes.set(quote, count + 1);
    return count % 2 === 0 ? "right" : "left";
  }
}

function isCjk(point: number): boolean {
  return CJK.some(([from, to]) => point >= from && point <= to);
}

function lastPoint(text: string): number {
  return Array.from(text).at(-1)!.codePointAt(0)!;
}
