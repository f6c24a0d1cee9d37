import { CATEGORIES, type Category, categoryMask, categoryRuns } from "../unicode/categories.js";
import { forEachRange } from "../unicode/digits.js";
import { whitespaceRanges } from "../unicode/frozen.js";
import * as properties from "../unicode/properties.js";
import { forEachRun, type RunTable } from "../unicode/runs.js";
import { SCRIPTS, scriptRuns } from "../unicode/scripts.js";
import { ANY, CharSet } from "./char-set.js";

/** Names of the general categories in full, as `\p{..}` takes them too. */
const CATEGORY_NAMES: Readonly<Record<string, Category>> = {
  other: "C",
  control: "Cc",
  format: "Cf",
  unassigned: "Cn",
  privateuse: "Co",
  letter: "L",
  lowercaseletter: "Ll",
  modifierletter: "Lm",
  otherletter: "Lo",
  titlecaseletter: "Lt",
  uppercaseletter: "Lu",
  mark: "M",
  combiningmark: "M",
  spacingmark: "Mc",
  enclosingmark: "Me",
  nonspacingmark: "Mn",
  number: "N",
  decimalnumber: "Nd",
  letternumber: "Nl",
  othernumber: "No",
  punctuation: "P",
  punct: "P",
  connectorpunctuation: "Pc",
  dashpunctuation: "Pd",
  closepunctuation: "Pe",
  finalpunctuation: "Pf",
  initialpunctuation: "Pi",
  otherpunctuation: "Po",
  openpunctuation: "Ps",
  symbol: "S",
  currencysymbol: "Sc",
  modifiersymbol: "Sk",
  mathsymbol: "Sm",
  othersymbol: "So",
  separator: "Z",
  lineseparator: "Zl",
  paragraphseparator: "Zp",
  spaceseparator: "Zs",
};

/** Sets that are made of others, or have a table of their own. */
const MADE: Readonly<Record<string, () => CharSet>> = {
  any: () => ANY,
  assigned: () => property("Cn").complement(),
  ascii: () => CharSet.ofRanges([[0, 0x7f]]),
  alnum: () => property("Alphabetic").union(property("Nd")),
  alpha: () => property("Alphabetic"),
  alphabetic: () => property("L").union(property("Nl"), ofLetters(properties.OTHER_ALPHABETIC)),
  blank: () => property("Zs").union(CharSet.of(9)),
  casedletter: () => property("Lu").union(property("Ll"), property("Lt")),
  cntrl: () => property("Cc"),
  digit: () => property("Nd"),
  emoji: () => ofEmoji(properties.EMOJI),
  emojicomponent: () => ofEmoji(properties.EMOJI_COMPONENT),
  emojimodifier: () => ofEmoji(properties.EMOJI_MODIFIER),
  emojimodifierbase: () => ofEmoji(properties.EMOJI_MODIFIER_BASE),
  emojipresentation: () => ofEmoji(properties.EMOJI_PRESENTATION),
  extendedpictographic: () => ofEmoji(properties.EXTENDED_PICTOGRAPHIC),
  graph: () => property("White_Space").union(property("Cn"), property("Cc")).complement(),
  ideographic: () => ofLetters(properties.IDEOGRAPHIC),
  lc: () => property("Cased_Letter"),
  lower: () => property("Lowercase"),
  lowercase: () => property("Ll").union(ofLetters(properties.OTHER_LOWERCASE)),
  print: () => property("graph").union(property("Zs")),
  space: () => property("White_Space"),
  unknown: () => script(0),
  upper: () => property("Uppercase"),
  uppercase: () => property("Lu").union(ofLetters(properties.OTHER_UPPERCASE)),
  whitespace: whitespace,
  word: () => property("Alphabetic").union(property("M"), property("Nd"), property("Pc")),
  xdigit: () =>
    CharSet.ofRanges([
      [0x30, 0x39],
      [0x41, 0x46],
      [0x61, 0x66],
    ]),
};

const cache = new Map<string, CharSet>();

/**
 * The code points with a property, by the name that `\p{..}` or a POSIX bracket has for it: case, spaces, hyphens and
 * underscores in it do not count. Knows the general categories, the scripts, what POSIX brackets name, and emoji.
 * @returns undefined for a name that is not known.
 */
export function namedProperty(name: string): CharSet | undefined {
  const plain = name.toLowerCase().replaceAll(/[ _-]/g, "");
  let found = cache.get(plain);
  if (found === undefined) {
    found = makeProperty(plain);
    if (found !== undefined) cache.set(plain, found);
  }
  return found;
}

/** A property that is known to exist. */
export function property(name: string): CharSet {
  return namedProperty(name)!;
}

/** What `\w` matches outside brackets, and `\b` asks for: unlike `[\w]`, with the superscripts of Latin-1. */
export function wordCharacters(): CharSet {
  return property("word").union(CharSet.of(0xb2, 0xb3, 0xb9, 0xbc, 0xbd, 0xbe));
}

function makeProperty(plain: string): CharSet | undefined {
  if (Object.hasOwn(MADE, plain)) return MADE[plain]!();
  const category = Object.hasOwn(CATEGORY_NAMES, plain) ? CATEGORY_NAMES[plain] : categoryOf(plain);
  if (category !== undefined) {
    const mask = categoryMask(category);
    return where(categoryRuns(), (value) => ((mask >>> value) & 1) === 1);
  }
  const index = SCRIPTS.indexOf(plain);
  return index < 0 ? undefined : script(index + 1);
}

function categoryOf(plain: string): Category | undefined {
  const name = plain.charAt(0).toUpperCase() + plain.slice(1);
  return [...CATEGORIES, ..."CLMNPSZ"].find((category) => category === name) as Category | undefined;
}

function whitespace(): CharSet {
  const found: [number, number][] = [];
  forEachRange(whitespaceRanges, (start, end) => found.push([start, end - 1]));
  return CharSet.ofRanges(found);
}

/** The code points of a script, by its number in the table; 0: of none. */
function script(index: number): CharSet {
  return where(scriptRuns(), (value) => value === index);
}

/** The code points of runs whose value has a property. */
function where(runs: RunTable, has: (value: number) => boolean): CharSet {
  const found: [number, number][] = [];
  forEachRun(runs, (value, start, end) => {
    if (has(value)) found.push([start, end - 1]);
  });
  return CharSet.ofRanges(found);
}

function ofLetters(bit: number): CharSet {
  return where(properties.letterRuns(), (value) => (value & bit) !== 0);
}

function ofEmoji(bit: number): CharSet {
  return where(properties.emojiRuns(), (value) => (value & bit) !== 0);
}
