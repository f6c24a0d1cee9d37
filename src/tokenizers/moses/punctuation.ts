import { digitSource, isSpace, spaceSource, strip } from "../python-text/index.js";

// The punctuation rules of the Moses toolkit (scripts/tokenizer/normalize-punctuation.perl and
// replace-unicode-punctuation.perl), as the Python package sacremoses 0.2.0 has them.

type Rule = (text: string) => string;

/** Brings quotes, dashes, spaces and numbers of a language (`en`, `de`, ...) into one form. */
export class MosesPunctNormalizer {
  readonly #rules: readonly Rule[];

  constructor(language: string | null = "en") {
    this.#rules = [...generalRules().map(replacing), ...quotationRules(language), numberRule(language)];
  }

  normalize(text: string): string {
    let result = text;
    for (const rule of this.#rules) result = rule(result);
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
function generalRules(): [pattern: RegExp, replacement: string][] {
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

function replacing([pattern, replacement]: readonly [RegExp, string]): Rule {
  return (text) => text.replace(pattern, replacement);
}

/** Quotes before a comma or full stop move behind it, or the other way round. */
function quotationRules(language: string | null): Rule[] {
  if (language === "en") return [replacing([/"([,.]+)/g, '$1"'])];
  if (language !== "de" && language !== "es" && language !== "fr") return [];
  return [replacing([/,"/g, '",']), quoteBeforeDots];
}

/**
 * Moses' `(\.+)"(\s*[^<])`, the quote before the dots: full stops at the end of a sentence stay. An expression would
 * look at a run of dots once for each of them.
 */
function quoteBeforeDots(text: string): string {
  let result = "";
  let done = 0;
  for (let quote = text.indexOf('"'); quote >= 0; quote = text.indexOf('"', Math.max(quote + 1, done))) {
    let dots = quote;
    while (dots > done && text[dots - 1] === ".") dots--;
    let end = quote + 1;
    while (end < text.length && isSpace(text.charCodeAt(end))) end++;
    const next = text.codePointAt(end);
    const follows = next === undefined || next === 0x3c ? 0 : String.fromCodePoint(next).length;
    // Where nothing fits behind the spaces, the last of them does.
    if (dots === quote || end + follows === quote + 1) continue;
    end += follows;
    result += `${text.slice(done, dots)}"${text.slice(dots, quote)}${text.slice(quote + 1, end)}`;
    done = end;
  }
  return result + text.slice(done);
}

/** A no-break space between digits stands for the decimal sign. */
function numberRule(language: string | null): Rule {
  const digit = `[${digitSource()}]`;
  const sign = ["de", "es", "cz", "cs", "fr"].includes(language ?? "") ? "," : ".";
  return replacing([new RegExp(`(${digit})\\u00a0(${digit})`, "gu"), `$1${sign}$2`]);
}
