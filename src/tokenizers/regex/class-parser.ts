import { CharSet } from "./char-set.js";
import { escapedPoint, type PatternReader } from "./pattern-reader.js";
import { namedProperty, property } from "./properties.js";

const DEEPEST = 100;
const ASCII = CharSet.ofRanges([[0, 0x7f]]);

/** A bracket expression: the characters in it, and whether it begins with `^`. */
export interface BracketSet {
  readonly set: CharSet;
  readonly negated: boolean;
}

/** What the characters read last are while a bracket expression is read. */
type State = "start" | "value" | "range" | "complete";

/** Reads a bracket expression whose `[` has been read, up to its `]`. */
export function parseClass(reader: PatternReader, depth = 0): BracketSet {
  const opened = reader.at - 1;
  if (depth > DEEPEST) throw reader.error("brackets are nested too deep");
  const negated = reader.skip("^");
  // A bracket that comes first is a character, where another one closes the expression.
  let literal = false;
  if (reader.sees("]")) {
    reader.at++;
    if (!reader.has("]")) throw reader.error("brackets are empty", opened);
    reader.at--;
    literal = true;
  }
  let before: CharSet | undefined; // what stands in front of `&&`
  let sets: CharSet[] = [];
  let ranges: [number, number][] = [];
  let state = "start" as State;
  let value = -1; // the character read last; -1: it was a set
  const flush = () => {
    if (state === "value" && value >= 0) ranges.push([value, value]);
  };
  const addPoint = (point: number, at: number) => {
    if (state === "range") {
      if (value > point) throw reader.error("a range ends before it begins", at);
      ranges.push([value, point]);
      state = "complete";
    } else {
      flush();
      state = "value";
    }
    value = point;
  };
  const addSet = (set: CharSet, at: number) => {
    if (state === "range") throw reader.error("a range cannot end with a set", at);
    flush();
    sets.push(set);
    state = "value";
    value = -1;
  };
  const collect = () => {
    flush();
    const all = CharSet.ofRanges(ranges).union(...sets);
    ranges = [];
    sets = [];
    return before === undefined ? all : before.intersection(all);
  };
  for (;;) {
    const at = reader.at;
    const character = reader.take();
    if (character === "") throw reader.error("] is missing", opened);
    if (character === "]" && !literal) break;
    literal = false;
    if (character === "-" && state !== "range") {
      const endsHere = reader.sees("]") || reader.sees("&&");
      if (state === "start" || endsHere) {
        // A hyphen at either end is a character.
        addPoint(0x2d, at);
      } else if (state === "value" && value >= 0) {
        state = "range";
      } else {
        throw reader.error("- stands where no range can be", at);
      }
    } else if (character === "[") {
      const posix = posixName(reader);
      if (posix !== undefined) {
        addSet(posix, at);
      } else {
        flush();
        const inner = parseClass(reader, depth + 1);
        sets.push(inner.negated ? inner.set.complement() : inner.set);
        state = "complete";
      }
    } else if (character === "&" && reader.skip("&")) {
      before = collect();
      state = "start";
    } else if (character === "\\") {
      const letter = reader.take();
      if (letter === "") throw reader.error("an escape is cut off", at);
      const set = escapedSet(reader, letter);
      if (set !== undefined) addSet(set, at);
      else addPoint(letter === "b" ? 8 : (escapedPoint(reader, letter) ?? letter.codePointAt(0)!), at);
    } else {
      addPoint(character.codePointAt(0)!, at);
    }
  }
  return { set: collect(), negated };
}

/** The set that an escape stands for inside brackets, where its first letter has been read. */
export function escapedSet(reader: PatternReader, letter: string): CharSet | undefined {
  const name = { w: "word", d: "digit", s: "space", h: "xdigit" }[letter.toLowerCase()];
  if (name !== undefined && "wWdDsShH".includes(letter)) {
    const set = posixSet(name, reader);
    return letter === letter.toLowerCase() ? set : set.complement();
  }
  if ((letter !== "p" && letter !== "P") || !reader.sees("{")) return undefined;
  const { set, negated } = escapedProperty(reader, letter);
  return negated ? set.complement() : set;
}

/** Reads the `{..}` of `\p{..}` or `\P{..}`. */
export function escapedProperty(
  reader: PatternReader,
  letter: string,
): { name: string; set: CharSet; negated: boolean } {
  const start = reader.at;
  reader.skip("{");
  const negated = reader.skip("^") !== (letter === "P");
  const name = reader.until("}");
  const set = namedProperty(name);
  if (set === undefined) {
    throw reader.error(`the property ${JSON.stringify(name)} is not known`, start);
  }
  const plain = name.toLowerCase();
  return { name: plain, set: ASCII_ABLE.has(plain) ? posixSet(plain, reader) : set, negated };
}

const POSIX_NAMES = [
  "alnum",
  "alpha",
  "ascii",
  "blank",
  "cntrl",
  "digit",
  "graph",
  "lower",
  "print",
  "punct",
  "space",
  "upper",
  "word",
  "xdigit",
];
const ASCII_ABLE: ReadonlySet<string> = new Set(POSIX_NAMES.filter((name) => name !== "punct"));

/** The set of `[:name:]`, ASCII's where the options say so. */
export function posixSet(name: string, reader: PatternReader): CharSet {
  const { asciiWord, asciiDigit, asciiSpace, asciiPosix } = reader.options;
  const narrow =
    asciiPosix ||
    (name === "word" && asciiWord) ||
    (name === "digit" && asciiDigit) ||
    (name === "space" && asciiSpace);
  // The bracket has symbols, the property of the same name has not.
  const set = name === "punct" ? property("P").union(property("S")) : property(name);
  return narrow ? set.intersection(ASCII) : set;
}

/** Reads `:name:]` behind `[`; undefined, and nothing is read, where something else follows. */
function posixName(reader: PatternReader): CharSet | undefined {
  if (!reader.sees(":")) return undefined;
  const start = reader.at;
  reader.at++;
  const negated = reader.skip("^");
  const name = reader.digits(/^[a-zA-Z]$/, 40);
  if ((name === "" && !negated) || !reader.skip(":]")) {
    reader.at = start;
    return undefined;
  }
  if (!POSIX_NAMES.includes(name)) throw reader.error(`[:${name}:] is not known`, start);
  const set = posixSet(name, reader);
  return negated ? set.complement() : set;
}
