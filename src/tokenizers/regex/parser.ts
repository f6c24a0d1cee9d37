import { ANY, CharSet } from "./char-set.js";
import { escapedProperty, parseClass, posixSet } from "./class-parser.js";
import { foldedClass, foldedText, plainText } from "./fold.js";
import { escapedPoint, type PatternOptions, PatternReader } from "./pattern-reader.js";
import { wordCharacters } from "./properties.js";
import type { Assertion, Node, Repeat, RepeatMode } from "./syntax.js";

const DEEPEST = 200;
const MOST_REPEATS = 100_000;
const NEWLINE = CharSet.of(10);

const ANCHORS: Readonly<Record<string, Assertion>> = {
  A: "text start",
  z: "text end",
  Z: "text end or last newline",
  G: "search start",
  y: "cluster boundary",
  Y: "no cluster boundary",
};

/**
 * Reads a regular expression in the syntax of Oniguruma, as the Rust library `tokenizers` compiles them.
 * Back-references, calls of groups, conditions, absent operators and `\K` are refused.
 * @throws TransformersError UNSUPPORTED, with the pattern and the place.
 */
export function parsePattern(source: string): Node {
  const reader = new PatternReader(source);
  const node = new Parser(reader).alternatives(0, false);
  if (!reader.done) throw reader.error(") closes no group");
  return node;
}

class Parser {
  readonly #reader: PatternReader;
  /** Groups that have been opened and could be referred to. */
  #groups = 0;

  constructor(reader: PatternReader) {
    this.#reader = reader;
  }

  /** Alternatives up to the `)` that closes the group, which is left, or to the end. */
  alternatives(depth: number, behind: boolean): Node {
    const reader = this.#reader;
    if (depth > DEEPEST) throw reader.error("groups are nested too deep");
    const { options } = reader;
    const found: Node[] = [];
    do found.push(this.#branch(depth, behind));
    while (reader.skip("|"));
    reader.options = options;
    return found.length === 1 ? found[0]! : { kind: "choice", options: found };
  }

  #branch(depth: number, behind: boolean): Node {
    const reader = this.#reader;
    const items: Node[] = [];
    let run: number[] = []; // characters that stand for themselves
    const flush = () => {
      if (run.length > 0) items.push(this.#text(run, behind));
      run = [];
    };
    for (;;) {
      if (reader.done || reader.sees("|") || reader.sees(")")) break;
      if (this.#skipsComment()) continue;
      const start = reader.at;
      const character = reader.take();
      let atom: Node;
      if (character === "(") flush();
      if (character === "(" && this.#switchesOptions()) {
        // What follows, alternatives and all, up to the end of the group has the new options.
        items.push(this.alternatives(depth + 1, behind));
        break;
      }
      const literal = this.#literal(character);
      if (literal >= 0) {
        run.push(literal);
        if (!this.#seesQuantifier()) continue;
        run.pop();
        flush();
        atom = this.#text([literal], behind);
      } else {
        flush();
        atom = this.#atom(character, start, depth, behind);
      }
      items.push(this.#quantified(atom, behind));
    }
    flush();
    return items.length === 1 ? items[0]! : { kind: "sequence", items };
  }

  /** The character that an unescaped one, or an escaped one without a meaning, stands for; -1: it has a meaning. */
  #literal(character: string): number {
    const reader = this.#reader;
    if (character === "\\") {
      const before = reader.at;
      const letter = reader.take();
      if (letter !== "" && !/^[a-zA-Z0-9]$/.test(letter)) return letter.codePointAt(0)!;
      const isPlain = /^[EFIJLQTUVijlmq]$/.test(letter) || (/^p$/i.test(letter) && !reader.sees("{"));
      if (isPlain) return letter.charCodeAt(0);
      reader.at = before;
      return -1;
    }
    if ("*+?([.^$".includes(character)) return -1;
    if (character === "{") {
      reader.at--;
      const interval = this.#interval();
      if (interval !== undefined) throw reader.error("nothing stands in front of a quantifier");
      reader.at++;
    }
    return character.codePointAt(0)!;
  }

  #atom(character: string, start: number, depth: number, behind: boolean): Node {
    const reader = this.#reader;
    switch (character) {
      case ".":
        return { kind: "set", set: reader.options.dotAll ? ANY : NEWLINE.complement() };
      case "^":
        return { kind: "assertion", assertion: "line start" };
      case "$":
        return { kind: "assertion", assertion: "line end" };
      case "[": {
        const { set, negated } = parseClass(reader);
        if (reader.options.ignoreCase) return foldedClass(set, negated);
        return { kind: "set", set: negated ? set.complement() : set };
      }
      case "(":
        return this.#group(start, depth, behind);
      case "\\":
        return this.#escape(start, behind);
      default:
        throw reader.error("nothing stands in front of a quantifier", start);
    }
  }

  #escape(start: number, behind: boolean): Node {
    const reader = this.#reader;
    const letter = reader.take();
    if (letter === "") throw reader.error("an escape is cut off", start);
    if (/^[1-9]$/.test(letter)) return this.#text([this.#octalOrEight(letter, start)], behind);
    const { asciiWord, asciiPosix } = reader.options;
    const ascii = asciiWord || asciiPosix;
    switch (letter) {
      case "w":
      case "W":
        return setNode(this.#word(), letter === "W");
      case "b":
        return { kind: "assertion", assertion: ascii ? "ascii word boundary" : "word boundary" };
      case "B":
        return { kind: "assertion", assertion: ascii ? "no ascii word boundary" : "no word boundary" };
      case "d":
      case "D":
        return setNode(posixSet("digit", reader), letter === "D");
      case "s":
      case "S":
        return setNode(posixSet("space", reader), letter === "S");
      case "h":
      case "H":
        return setNode(posixSet("xdigit", reader), letter === "H");
      case "p":
      case "P": {
        const { name, set, negated } = escapedProperty(reader, letter);
        return setNode(name === "word" ? this.#word() : set, negated);
      }
      case "N":
        return { kind: "set", set: NEWLINE.complement() };
      case "O":
        return { kind: "set", set: ANY };
      case "R":
      case "X":
        if (behind) throw reader.error(`\\${letter} cannot stand in what is looked for behind`, start);
        return { kind: letter === "R" ? "newline" : "cluster" };
      case "K":
      case "k":
      case "g":
        throw reader.error(`\\${letter} is not supported`, start);
      default: {
        if (Object.hasOwn(ANCHORS, letter)) return { kind: "assertion", assertion: ANCHORS[letter]! };
        const point = escapedPoint(reader, letter) ?? letter.codePointAt(0)!;
        return this.#text([point], behind);
      }
    }
  }

  /** A number above 9 and above that of the groups so far is an octal code, or a digit. */
  #octalOrEight(letter: string, start: number): number {
    const reader = this.#reader;
    const before = reader.at;
    const number = Number(letter + reader.digits(/^\d$/, 10));
    reader.at = before;
    if (number <= Math.max(9, this.#groups)) throw reader.error("back-references are not supported", start);
    return escapedPoint(reader, letter) ?? letter.charCodeAt(0);
  }

  #word(): CharSet {
    const { asciiWord, asciiPosix } = this.#reader.options;
    return asciiWord || asciiPosix ? posixSet("word", this.#reader) : wordCharacters();
  }

  /** A group whose `(` has been read, up to its `)`. */
  #group(start: number, depth: number, behind: boolean): Node {
    const reader = this.#reader;
    const inner = (inside: boolean) => {
      const node = this.alternatives(depth + 1, inside);
      if (!reader.skip(")")) throw reader.error("the group is not closed", start);
      return node;
    };
    // A group of its own: a quantifier on it does not become one with a quantifier in it.
    const capturing = (): Node => {
      this.#groups++;
      return { kind: "sequence", items: [inner(behind)] };
    };
    if (reader.sees("*")) throw reader.error("callouts are not supported", start);
    if (!reader.skip("?")) return capturing();
    if (reader.skip(":")) return inner(behind);
    if (reader.skip(">")) {
      if (behind) throw reader.error("an atomic group cannot stand in what is looked for behind", start);
      return { kind: "atomic", body: inner(false) };
    }
    if (reader.skip("=")) return { kind: "look", behind: false, negative: false, body: inner(false) };
    if (reader.skip("!")) return { kind: "look", behind: false, negative: true, body: inner(false) };
    if (reader.skip("<=")) return { kind: "look", behind: true, negative: false, body: inner(true) };
    if (reader.skip("<!")) return { kind: "look", behind: true, negative: true, body: inner(true) };
    if (reader.sees("<") || reader.sees("'")) {
      const close = reader.take() === "<" ? ">" : "'";
      if (!/^[^\d\s-]/.test(reader.until(close))) throw reader.error("the group has no name", start);
      return capturing();
    }
    if (reader.sees("(")) throw reader.error("conditions are not supported", start);
    if (reader.sees("~")) throw reader.error("absent operators are not supported", start);
    if (reader.sees("{")) throw reader.error("callouts are not supported", start);
    const { options } = reader;
    reader.options = this.#letters(start);
    if (!reader.skip(":")) throw reader.error("the group is not closed", start);
    const node = inner(behind);
    reader.options = options;
    return { kind: "sequence", items: [node] };
  }

  /** Reads `?imx-imx)` where it follows, and changes the options. */
  #switchesOptions(): boolean {
    const reader = this.#reader;
    const before = reader.at;
    if (!reader.skip("?") || !/^[imxWDSPy-]$/.test(peek(reader))) {
      reader.at = before;
      return false;
    }
    const options = this.#letters(before - 1);
    if (!reader.skip(")")) {
      reader.at = before;
      return false;
    }
    reader.options = options;
    return true;
  }

  #letters(start: number): PatternOptions {
    const reader = this.#reader;
    let { options } = reader;
    let on = true;
    for (;;) {
      if (reader.sees(":") || reader.sees(")")) return options;
      if (reader.skip("-")) on = false;
      else if (reader.skip("i")) options = { ...options, ignoreCase: on };
      else if (reader.skip("m")) options = { ...options, dotAll: on };
      else if (reader.skip("x")) options = { ...options, extended: on };
      else if (reader.skip("W")) options = { ...options, asciiWord: on };
      else if (reader.skip("D")) options = { ...options, asciiDigit: on };
      else if (reader.skip("S")) options = { ...options, asciiSpace: on };
      else if (reader.skip("P")) options = { ...options, asciiPosix: on };
      else if (!(on && reader.skip("y{g}"))) {
        throw reader.error("the group begins with an option that is not supported", start);
      }
    }
  }

  /** Skips `(?#...)`, and whitespace and comments where they do not count. */
  #skipsComment(): boolean {
    const reader = this.#reader;
    const start = reader.at;
    if (reader.skip("(?#")) {
      for (;;) {
        const character = reader.take();
        if (character === "") throw reader.error("the comment is not closed", start);
        if (character === ")") return true;
        if (character === "\\") reader.take();
      }
    }
    if (!reader.options.extended) return false;
    if (" \t\n\r\f".includes(peek(reader)) && !reader.done) {
      reader.at++;
      return true;
    }
    if (!reader.skip("#")) return false;
    while (!reader.done && reader.take() !== "\n");
    return true;
  }

  #text(points: readonly number[], behind: boolean): Node {
    return this.#reader.options.ignoreCase ? foldedText(points, behind) : plainText(points);
  }

  #seesQuantifier(): boolean {
    const reader = this.#reader;
    while (this.#skipsComment());
    const start = reader.at;
    const found = this.#quantifier() !== undefined;
    reader.at = start;
    return found;
  }

  /** `atom` with the quantifiers that follow it. */
  #quantified(atom: Node, behind: boolean): Node {
    const reader = this.#reader;
    let node = atom;
    for (;;) {
      while (this.#skipsComment());
      const start = reader.at;
      const quantifier = this.#quantifier();
      if (quantifier === undefined) return node;
      if (behind && quantifier.mode === "possessive") {
        throw reader.error("a possessive quantifier cannot stand in what is looked for behind", start);
      }
      if (isPlace(node)) throw reader.error("what matches a place cannot be repeated", start);
      if (quantifier.min !== 1 || quantifier.max !== 1) node = { kind: "repeat", body: node, ...quantifier };
    }
  }

  #quantifier(): Omit<Repeat, "kind" | "body"> | undefined {
    const reader = this.#reader;
    if (reader.skip("*")) return { min: 0, max: Number.POSITIVE_INFINITY, mode: this.#mode() };
    if (reader.skip("+")) return { min: 1, max: Number.POSITIVE_INFINITY, mode: this.#mode() };
    if (reader.skip("?")) return { min: 0, max: 1, mode: this.#mode() };
    return this.#interval();
  }

  #mode(): RepeatMode {
    if (this.#reader.skip("?")) return "lazy";
    return this.#reader.skip("+") ? "possessive" : "greedy";
  }

  /** Reads `{n,m}`, `{n,}`, `{,m}` or `{n}`; undefined, and nothing is read, where there is no such thing. */
  #interval(): Omit<Repeat, "kind" | "body"> | undefined {
    const reader = this.#reader;
    const start = reader.at;
    if (!reader.skip("{")) return undefined;
    const low = reader.digits(/^\d$/, 12);
    const isRange = reader.skip(",");
    const high = isRange ? reader.digits(/^\d$/, 12) : low;
    if (!reader.skip("}") || (low === "" && high === "")) {
      reader.at = start;
      return undefined;
    }
    const min = Number(low);
    const max = high === "" ? Number.POSITIVE_INFINITY : Number(high);
    if (min > MOST_REPEATS || (max > MOST_REPEATS && max !== Number.POSITIVE_INFINITY)) {
      throw reader.error(`something is repeated more than ${MOST_REPEATS} times`, start);
    }
    // The wrong way around, Oniguruma reads it as possessive; `{n}?` is an optional `{n}`, not a lazy one.
    if (min > max) return { min: max, max: min, mode: "possessive" };
    return { min, max, mode: isRange && reader.skip("?") ? "lazy" : "greedy" };
  }
}

function setNode(set: CharSet, negated: boolean): Node {
  return { kind: "set", set: negated ? set.complement() : set };
}

/** Whether Oniguruma refuses a quantifier on `node`. */
function isPlace(node: Node): boolean {
  if (node.kind === "choice") return node.options.some(isPlace);
  return node.kind === "look" || node.kind === "assertion";
}

function peek(reader: PatternReader): string {
  const character = reader.take();
  if (character !== "") reader.at--;
  return character;
}
