import { isPair, pointAt, pointBefore } from "../text.js";
import { clusterTable } from "../unicode/frozen.js";
import { graphemeRuns } from "../unicode/graphemes.js";
import { lazily } from "../unicode/lazily.js";
import { readRunsWithin } from "../unicode/runs.js";
import type { CharSet } from "./char-set.js";
import { property } from "./properties.js";

// Classes of Grapheme_Cluster_Break (Unicode Standard Annex #29); those up to V are in the table, 0 is any other.
const CONTROL = 1;
const EXTEND = 2;
const ZWJ = 3;
const PREPEND = 4;
const SPACING_MARK = 5;
const V = 6;
const L = 7;
const T = 8;
const LV = 9;
const LVT = 10;
const REGIONAL = 11;

const HANGUL = { first: 0xac00, last: 0xd7a3, trailings: 28 } as const;
const CR = 13;
const LF = 10;

let pictographs: CharSet | undefined;

/** Finds where extended grapheme clusters end in a text, as Oniguruma does (without the rule for Indic conjuncts). */
export class Clusters {
  readonly #units: Uint16Array;
  readonly #from: number;
  readonly #to: number;
  /** A cluster's part that has been looked at: from where on, and where it ends. */
  #start = -1;
  #end = -1;
  /** A place between two regional indicators, and how many stand before it. */
  #flagsAt = -1;
  #flags = 0;

  constructor(units: Uint16Array, from: number, to: number) {
    this.#units = units;
    this.#from = from;
    this.#to = to;
  }

  /** Where the cluster ends that has the character at `position`. */
  endOf(position: number): number {
    if (position >= this.#start && position < this.#end) return this.#end;
    let end = position;
    do end += isPair(this.#units, end, this.#to) ? 2 : 1;
    while (end < this.#to && !this.isBoundary(end));
    this.#start = position;
    this.#end = end;
    return end;
  }

  /** Whether a cluster begins or ends at `position`. */
  isBoundary(position: number): boolean {
    if (position === this.#from || position === this.#to) return this.#from < this.#to;
    const before = pointBefore(this.#units, position, this.#from);
    const after = pointAt(this.#units, position, this.#to);
    if (before === CR && after === LF) return false;
    const left = classOf(before);
    const right = classOf(after);
    if (left === CONTROL || right === CONTROL) return true;
    if (left === L && (right === L || right === V || right === LV || right === LVT)) return false;
    if ((left === LV || left === V) && (right === V || right === T)) return false;
    if ((left === LVT || left === T) && right === T) return false;
    if (right === EXTEND || right === ZWJ || right === SPACING_MARK) return false;
    if (left === PREPEND && !(isHangul(left) && isHangul(right))) return false;
    if (left === ZWJ) return !(isPictograph(after) && this.#followsPictograph(position - 1));
    if (left === REGIONAL && right === REGIONAL) return this.#flagsBefore(position) % 2 === 0;
    return true;
  }

  /** Whether a pictograph, and marks, stand before `position`. */
  #followsPictograph(position: number): boolean {
    let at = position;
    while (at > this.#from) {
      const point = pointBefore(this.#units, at, this.#from);
      if (classOf(point) !== EXTEND) return isPictograph(point);
      at -= point > 0xffff ? 2 : 1;
    }
    return false;
  }

  /** How many regional indicators stand in a row before `position`. */
  #flagsBefore(position: number): number {
    let count = 0;
    let at = position;
    while (at > this.#from && at !== this.#flagsAt) {
      if (classOf(pointBefore(this.#units, at, this.#from)) !== REGIONAL) break;
      count++;
      at -= 2;
    }
    this.#flags = at === this.#flagsAt ? this.#flags + count : count;
    this.#flagsAt = position;
    return this.#flags;
  }
}

function isHangul(kind: number): boolean {
  return kind >= V && kind <= LVT;
}

function isPictograph(point: number): boolean {
  pictographs ??= property("Extended_Pictographic");
  return pictographs.has(point);
}

function classOf(point: number): number {
  return classTable()[point]!;
}

const classTable = lazily(() => {
  const table = readRunsWithin(clusterTable, 3, graphemeRuns()).values;
  table.fill(L, 0x1100, 0x1160).fill(L, 0xa960, 0xa97d);
  table.fill(V, 0x1160, 0x11a8).fill(V, 0xd7b0, 0xd7c7);
  table.fill(T, 0x11a8, 0x1200).fill(T, 0xd7cb, 0xd7fc);
  for (let point: number = HANGUL.first; point <= HANGUL.last; point++) {
    table[point] = (point - HANGUL.first) % HANGUL.trailings === 0 ? LV : LVT;
  }
  return table.fill(REGIONAL, 0x1f1e6, 0x1f200);
});
