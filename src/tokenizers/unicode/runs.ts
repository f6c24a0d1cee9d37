import { ArithmeticReader } from "./arithmetic-code.js";

const POINTS = 0x110000;

/** A number for each code point, and the runs of code points that have the same. */
export interface RunTable {
  /** Indexed by code point. */
  readonly values: Uint8Array;
  /** Where the runs begin. */
  readonly starts: readonly number[];
}

/** Calls `visit` with the runs [start, end) of code points of one value. */
export function forEachRun(
  table: RunTable,
  visit: (value: number, start: number, end: number) => void,
): void {
  table.starts.forEach((start, i) => {
    visit(table.values[start]!, start, table.starts[i + 1] ?? POINTS);
  });
}

// What is read; with what is known then, it makes a context of the arithmetic code.
const EXPECTED = 0;
const NEW = 1;
const VALUE = 2;
const WHOLE = 3;
const LENGTH = 4;

/** Reads a table of values below 2 ** width, run by run: the value by the one before, the length by the value. */
export function readRuns(text: string, width: number): RunTable {
  const reader = new ArithmeticReader(text);
  const table = new Filler();
  while (table.end < POINTS) {
    const value = reader.number(width, context(VALUE, table.previous));
    table.add(value, reader.length(context(LENGTH, value)));
  }
  return table;
}

/**
 * Reads a table of values below 2 ** width, told by the runs of `base`, which has much to do with it: most of those
 * have one value, and that which the last run of the same base value had. Other values are often the next after the
 * highest so far.
 */
export function readRunsWithin(text: string, width: number, base: RunTable): RunTable {
  const reader = new ArithmeticReader(text);
  const table = new Filler();
  const lastOf = new Uint8Array(256);
  let highest = 0;
  forEachRun(base, (around, start, end) => {
    while (table.end < end) {
      let value = lastOf[around]!;
      const isRepeated = value === table.previous ? 1 : 0;
      if (table.end > start || reader.bit(context(EXPECTED, around, isRepeated)) === 0) {
        const isNew = reader.bit(context(NEW, around)) === 1;
        value = isNew ? highest + 1 : reader.number(width, context(VALUE, table.previous));
      }
      const left = end - table.end;
      const isWhole = left === 1 || reader.bit(context(WHOLE, around)) === 1;
      table.add(value, isWhole ? left : reader.length(context(LENGTH, value)));
      highest = Math.max(highest, value);
      lastOf[around] = value;
    }
  });
  return table;
}

/** A table as far as it has been read. */
class Filler implements RunTable {
  readonly values = new Uint8Array(POINTS);
  readonly starts: number[] = [];
  end = 0;
  previous = 0;

  add(value: number, length: number): void {
    if (value !== this.previous || this.end === 0) this.starts.push(this.end);
    this.values.fill(value, this.end, this.end + length);
    this.end += length;
    this.previous = value;
  }
}

function context(read: number, first: number, second = 0): number {
  return read + 8 * (first + 256 * second);
}
