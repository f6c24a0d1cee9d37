import { pointAt, pointBefore } from "../text.js";
import type { CharSet } from "./char-set.js";
import { Clusters } from "./clusters.js";
import { property, wordCharacters } from "./properties.js";
import type { Assertion } from "./syntax.js";

let wordSet: CharSet | undefined;
let asciiWordSet: CharSet | undefined;

/** What holds at the places of units[from, to), where nothing around is seen. */
export class Places {
  readonly #units: Uint16Array;
  readonly #from: number;
  readonly #to: number;
  readonly #clusters: Clusters;

  constructor(units: Uint16Array, from: number, to: number) {
    this.#units = units;
    this.#from = from;
    this.#to = to;
    this.#clusters = new Clusters(units, from, to);
  }

  /** Whether an assertion holds; `searchStart` is where the search for a match began. */
  holds(assertion: Assertion, position: number, searchStart: number): boolean {
    const units = this.#units;
    switch (assertion) {
      case "text start":
        return position === this.#from;
      case "text end":
        return position === this.#to;
      case "text end or last newline":
        return position === this.#to || (position === this.#to - 1 && units[position] === 10);
      case "line start":
        return position === this.#from || (position < this.#to && units[position - 1] === 10);
      case "line end":
        return position === this.#to || units[position] === 10;
      case "search start":
        return position === searchStart;
      case "word boundary":
        return this.#isWordBoundary(position, words());
      case "no word boundary":
        return !this.#isWordBoundary(position, words());
      case "ascii word boundary":
        return this.#isWordBoundary(position, asciiWords());
      case "no ascii word boundary":
        return !this.#isWordBoundary(position, asciiWords());
      case "cluster boundary":
        return this.#clusters.isBoundary(position);
      case "no cluster boundary":
        return !this.#clusters.isBoundary(position);
    }
  }

  /** The place behind the line break at `position`, CR LF as one; -1 where there is none. */
  afterNewline(position: number): number {
    if (position >= this.#to) return -1;
    const unit = this.#units[position]!;
    if (unit === 13 && position + 1 < this.#to && this.#units[position + 1] === 10) return position + 2;
    const isNewline = (unit >= 10 && unit <= 13) || unit === 0x85 || unit === 0x2028 || unit === 0x2029;
    return isNewline ? position + 1 : -1;
  }

  /** The place where the cluster ends that has the character at `position`. */
  afterCluster(position: number): number {
    return this.#clusters.endOf(position);
  }

  #isWordBoundary(position: number, word: CharSet): boolean {
    const units = this.#units;
    const before = position > this.#from && word.has(pointBefore(units, position, this.#from));
    const after = position < this.#to && word.has(pointAt(units, position, this.#to));
    return before !== after;
  }
}

function words(): CharSet {
  wordSet ??= wordCharacters();
  return wordSet;
}

function asciiWords(): CharSet {
  asciiWordSet ??= property("word").intersection(property("ascii"));
  return asciiWordSet;
}
