import { digitSource, spaceSource, strip } from "../python-text/index.js";

// The punctuation rules of the Moses toolkit (scripts/tokenizer/normalize-punctuation.perl and
// replace-unicode-punctuation.perl), as the Python package sacremoses 0.2.0 has them.

type Rule = readonly [pattern: RegExp, replacement: string];

/** Brings quotes, dashes, spaces and numbers of a language (`en`, `de`, ...) into one form. */
export class MosesPunctNormalizer {
  readonly #rules: readonly Rule[];

  constructor(language: string | null = "en") {
    this.#rules = [...generalRules(), ...quotationRules(language), numberRule(language)];
  }

  normalize(text: string): string {
    let result = text;
    for (const [pattern, replacement] of this.#rules) result = result.replace(pattern, replacement);
    return strip(result);
  }
}

/** Fullwidth and East Asian punctuation, and fullwidth digits, as their ASCII likes. */
export function replaceUnicodePunctuation(text: string): string {
  const space = `[${spaceSource()}]*`;
  return text
    .replace(new RegExp(`[。．]${space}`, "gu"), ". ")
    .replace(
      /[，、”“∶：？《》）！（；」「０-９～’…━〈〉【】％]/gu,
      (character) => ASCII_LIKES.get(character)!,
    );
}

const ASCII_LIKES: ReadonlyMap<string, string> = new Map([
  ...pairs("，、∶：？）！（；～’━〈〉【】％", ",,::?)!(;~'-<>[]%"),
  ...pairs("”“《》」「", '""""""'),
  ...pairs("０１２３４５６７８９", "0123456789"),
  ["…", "..."],
]);

function pairs(from: string, to: string): [string, string][] {
  const targets = [...to];
  return [...from].map((character, i) => [character, targets[i]!]);
}

/** In this order, each over the whole text. */
function generalRules(): Rule[] {
  const digit = `[${digitSource()}]`;
  return [
    // Spaces.
    [/\r/g, ""],
    [/\(/g, " ("],
    [/\)/g, ") "],
    [/ +/g, " "],
    [/\) ([.!:?;,])/g, ")$1"],
    [/\( /g, "("],
    [/ \)/g, ")"],
    [new RegExp(`(${digit}) %`, "gu"), "$1%"],
    [/ :/g, ":"],
    [/ ;/g, ";"],
    // Quotes, dashes and dots.
    [/`/g, "'"],
    [/''/g, ' " '],
    [/[„“”]/g, '"'],
    [/–/g, "-"],
    [/—/g, " - "],
    [/ +/g, " "],
    [/´/g, "'"],
    [/([a-zA-Z])‘([a-zA-Z])/g, "$1'$2"],
    [/([a-zA-Z])’([a-zA-Z])/g, "$1'$2"],
    [/[‘‚’]/g, "'"],
    [/''/g, '"'],
    [/…/g, "..."],
    // French quotes, with the no-break space that belongs to them.
    [/\u00a0«\u00a0/g, '"'],
    [/«\u00a0/g, '"'],
    [/«/g, '"'],
    [/\u00a0»\u00a0/g, '"'],
    [/\u00a0»/g, '"'],
    [/»/g, '"'],
    // No-break spaces elsewhere.
    [/\u00a0%/g, "%"],
    [/nº\u00a0/g, "nº "],
    [/\u00a0:/g, ":"],
    [/\u00a0ºC/g, " ºC"],
    [/\u00a0cm/g, " cm"],
    [/\u00a0([?!;])/g, "$1"],
    [/,\u00a0/g, ", "],
    [/ +/g, " "],
  ];
}

/** Quotes before a comma or full stop move behind it, or the other way round. */
function quotationRules(language: string | null): Rule[] {
  if (language === "en") return [[/"([,.]+)/g, '$1"']];
  if (language !== "de" && language !== "es" && language !== "fr") return [];
  return [
    [/,"/g, '",'],
    [new RegExp(`(\\.+)"([${spaceSource()}]*[^<])`, "gu"), '"$1$2'],
  ];
}

/** A no-break space between digits stands for the decimal sign. */
function numberRule(language: string | null): Rule {
  const digit = `[${digitSource()}]`;
  const sign = ["de", "es", "cz", "cs", "fr"].includes(language ?? "") ? "," : ".";
  return [new RegExp(`(${digit})\\u00a0(${digit})`, "gu"), `$1${sign}$2`];
}
