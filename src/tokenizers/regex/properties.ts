import { CATEGORIES, type Category, categoryMask, forEachRun } from "../unicode/categories.js";
import { TableReader } from "../unicode/codec.js";
import * as tables from "../unicode/property-tables.js";
import { scriptNames, scriptRuns } from "../unicode/script-table.js";
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
  alphabetic: () => property("L").union(property("Nl"), ranges(tables.otherAlphabeticRanges)),
  blank: () => property("Zs").union(CharSet.of(9)),
  casedletter: () => property("Lu").union(property("Ll"), property("Lt")),
  cntrl: () => property("Cc"),
  digit: () => property("Nd"),
  emoji: () => ranges(tables.emojiRanges),
  emojicomponent: () => ranges(tables.emojiComponentRanges),
  emojimodifier: () => ranges(tables.emojiModifierRanges),
  emojimodifierbase: () => ranges(tables.emojiModifierBaseRanges),
  emojipresentation: () => ranges(tables.emojiPresentationRanges),
  extendedpictographic: () => ranges(tables.extendedPictographicRanges),
  graph: () => property("White_Space").union(property("Cn"), property("Cc")).complement(),
  ideographic: () => ranges(tables.ideographicRanges),
  lc: () => property("Cased_Letter"),
  lower: () => property("Lowercase"),
  lowercase: () => property("Ll").union(ranges(tables.otherLowercaseRanges)),
  print: () => property("graph").union(property("Zs")),
  space: () => property("White_Space"),
  unknown: () => script(0),
  upper: () => property("Uppercase"),
  uppercase: () => property("Lu").union(ranges(tables.otherUppercaseRanges)),
  whitespace: () => ranges(tables.whiteSpaceRanges),
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
    const found: [number, number][] = [];
    forEachRun((index, start, end) => {
      if ((mask >>> index) & 1) found.push([start, end - 1]);
    });
    return CharSet.ofRanges(found);
  }
  const index = scriptNames.toLowerCase().replaceAll("_", "").split(",").indexOf(plain);
  return index < 0 ? undefined : script(index + 1);
}

function categoryOf(plain: string): Category | undefined {
  const name = plain.charAt(0).toUpperCase() + plain.slice(1);
  return [...CATEGORIES, ..."CLMNPSZ"].find((category) => category === name) as Category | undefined;
}

/** The code points of a script, by its number in the table; 0: of none. */
function script(index: number): CharSet {
  const reader = new TableReader(scriptRuns);
  const found: [number, number][] = [];
  for (let point = 0; !reader.done; ) {
    const length = reader.unsigned();
    if (reader.unsigned() === index) found.push([point, point + length - 1]);
    point += length;
  }
  return CharSet.ofRanges(found);
}

function ranges(text: string): CharSet {
  const reader = new TableReader(text);
  const found: [number, number][] = [];
  for (let point = 0; !reader.done; ) {
    point += reader.unsigned();
    const length = reader.unsigned();
    found.push([point, point + length - 1]);
    point += length;
  }
  return CharSet.ofRanges(found);
}
