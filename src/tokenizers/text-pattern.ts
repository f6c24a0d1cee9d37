import type { Json, JsonFields } from "./json.js";
import { scannerFor } from "./pre-tokenizers/scanners/index.js";
import { Regex } from "./regex/index.js";
import { type IntBuffer, Text } from "./text.js";

/** What finds matches: appends start and end of each one in units[from, to) to `found`. */
type Finder = (units: Uint16Array, from: number, to: number, found: IntBuffer) => void;

/** What Split and Replace look for: a string as it is, or a regular expression. */
export class TextPattern {
  readonly source: string | Regex;
  readonly #find: Finder;

  constructor(source: string | Regex) {
    this.source = source;
    this.#find = typeof source === "string" ? literalFinder(source) : regexFinder(source);
  }

  /** Reads `{"String": ".."}` or `{"Regex": ".."}`. */
  static fromJson(fields: JsonFields, name: string): TextPattern {
    const pattern = fields.object(name);
    if (pattern.has("String")) return new TextPattern(pattern.string("String"));
    return new TextPattern(new Regex(pattern.string("Regex")));
  }

  /** Appends start and end of each match in units[from, to), which may be empty, to `found`. */
  findAll(units: Uint16Array, from: number, to: number, found: IntBuffer): void {
    this.#find(units, from, to, found);
  }

  toJson(): Json {
    return typeof this.source === "string" ? { String: this.source } : { Regex: this.source.pattern };
  }
}

function regexFinder(regex: Regex): Finder {
  return scannerFor(regex.pattern) ?? ((units, from, to, found) => regex.findAll(units, from, to, found));
}

/** Finds a string from left to right, by Knuth, Morris and Pratt (1977), so that no string takes more than linear time. */
function literalFinder(string: string): Finder {
  // An empty string is everywhere, as it is for a regular expression.
  if (string === "") return regexFinder(new Regex(""));
  const text = new Text();
  text.set(string, false);
  const wanted = text.units.slice(0, text.length);
  const { length } = wanted;
  const shorter = new Int32Array(length); // the longest proper prefix that a prefix ends with
  for (let i = 1, matched = 0; i < length; i++) {
    while (matched > 0 && wanted[i] !== wanted[matched]) matched = shorter[matched - 1]!;
    if (wanted[i] === wanted[matched]) matched++;
    shorter[i] = matched;
  }
  return (units, from, to, found) => {
    for (let i = from, matched = 0; i < to; i++) {
      const unit = units[i]!;
      while (matched > 0 && unit !== wanted[matched]) matched = shorter[matched - 1]!;
      if (unit === wanted[matched]) matched++;
      if (matched === length) {
        found.push(i + 1 - length);
        found.push(i + 1);
        matched = 0;
      }
    }
  };
}
