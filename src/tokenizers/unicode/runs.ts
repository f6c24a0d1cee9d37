import { ArithmeticReader } from "./arithmetic-code.js";
import { digitAt, NumberReader } from "./digits.js";

const POINTS = 0x110000;

/** A number for each code point, and the runs of code points that have the same. */
export interface RunTable {
  /** Indexed by code point. */
  readonly values: Uint8Array;
  /** Where the runs begin. */
  readonly starts: readonly number[];
}

/** Gets the runs [start, end) of code points, and the value of each. */
export type RunVisitor = (value: number, start: number, end: number) => void;

/** Calls `visit` with the runs of a table, which follow each other. */
export function forEachRun(table: RunTable, visit: RunVisitor): void {
  table.starts.forEach((start, i) => {
    visit(table.values[start]!, start, table.starts[i + 1] ?? POINTS);
  });
}

/**
 * Reads a table, run by run: a digit says the value and the length of each. Of each value there are as many digits as
 * `counts` says at its index, for lengths from 1 on; with the last of them, a number of `rests` is added to the length.
 */
export function readRuns(runs: string, rests: string, counts: string): RunTable {
  const table = new Filler();
  const values: number[] = [];
  const lengths: number[] = [];
  for (let value = 0; value < counts.length; value++) {
    for (let length = 1; length <= digitAt(counts, value); length++) {
      values.push(value);
      lengths.push(length);
    }
  }
  const rest = new NumberReader(rests);
  for (let i = 0; i < runs.length; i++) {
    const digit = digitAt(runs, i);
    const isLast = values[digit + 1] !== values[digit];
    table.add(values[digit]!, lengths[digit]! + (isLast ? rest.unsigned() : 0));
  }
  return table;
}

// What is read; with what is known then, it makes a context of the arithmetic code.
const EXPECTED = 0;
const NEW = 1;
const VALUE = 2;
const WHOLE = 3;
const LENGTH = 4;
const UNIFORM = 5;

/** Reads a table of values below 2 ** width, as {@link forEachRunWithin} does. */
export function readRunsWithin(text: string, width: number, base: RunTable): RunTable {
  const table = new Filler();
  forEachRunWithin(text, width, base, (value, start, end) => table.add(value, end - start));
  return table;
}

/**
 * Calls `visit` with runs of values below 2 ** width, told by the runs of `base`, which has much to do with them: where
 * the base has one value, they often have one. If not, most of the base's runs still have one value, and that which the
 * last run of the same base value had. Other values are often the next after the highest so far. A run that ends where
 * one of the base does may go on.
 */
export function forEachRunWithin(text: string, width: number, base: RunTable, visit: RunVisitor): void {
  const reader = new ArithmeticReader(text);
  const lastOf = new Uint8Array(256);
  const isUniform: (boolean | undefined)[] = [];
  let highest = 0;
  let previous = 0;
  forEachRun(base, (around, start, end) => {
    if (isUniform[around] === true) {
      previous = lastOf[around]!;
      visit(previous, start, end);
      return;
    }
    isUniform[around] ??= reader.bit(context(UNIFORM, 0)) === 1;
    for (let point = start; point < end; ) {
      let value = lastOf[around]!;
      const isRepeated = value === previous ? 1 : 0;
      if (point > start || reader.bit(context(EXPECTED, around, isRepeated)) === 0) {
        const isNew = reader.bit(context(NEW, around)) === 1;
        value = isNew ? highest + 1 : reader.number(width, context(VALUE, previous));
      }
      const left = end - point;
      const isWhole = left === 1 || isUniform[around] || reader.bit(context(WHOLE, around)) === 1;
      const length = isWhole ? left : reader.length(context(LENGTH, value));
      visit(value, point, point + length);
      point += length;
      highest = Math.max(highest, value);
      lastOf[around] = value;
      previous = value;
    }
  });
}

/** A table as far as it has been read. */
class Filler implements RunTable {
  readonly values = new Uint8Array(POINTS);
  readonly starts: number[] = [];
  end = 0;
  #previous = 0;

  add(value: number, length: number): void {
    if (value !== this.#previous || this.end === 0) this.starts.push(this.end);
    if (value !== 0) this.values.fill(value, this.end, this.end + length);
    this.end += length;
    this.#previous = value;
  }
}

/** A context of the arithmetic code: what is read, and what is known then. */
export function context(read: number, first: number, second = 0): number {
  return read + 8 * (first + 256 * second);
}
