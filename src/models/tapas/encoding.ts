import { TransformersError } from "../../errors.js";
import {
  columnValues,
  compareKeys,
  isNumber,
  type NumericValue,
  normalizeForMatch,
  parseText,
  sortKey,
} from "./numeric-values.js";
import type { Table, TableToken } from "./table.js";

/** The place of a cell: its row below the header and its column, both from 0. */
export type CellPlace = readonly [row: number, column: number];

/** What the values of a table's columns say of the tokens of its cells. */
export interface NumericColumns {
  readonly column_ranks: number[];
  readonly inv_column_ranks: number[];
  readonly numeric_relations: number[];
}

/** The numbers and dates of a table by column and row. */
export type TableValues = readonly ReadonlyMap<number, NumericValue>[];

export function tableValues(table: Table): TableValues {
  return table.header.map((_, column) => columnValues(table.rows.map((row) => row[column]!)));
}

/** The places in an example of the tokens of each cell; `offset` is that of the table. */
export class CellTokens {
  readonly #places = new Map<string, number[]>();

  constructor(tokens: readonly TableToken[], offset: number) {
    for (const [i, { row, column }] of tokens.entries()) {
      const key = `${row - 1} ${column - 1}`;
      const places = this.#places.get(key);
      if (places === undefined) this.#places.set(key, [offset + i]);
      else places.push(offset + i);
    }
  }

  of(row: number, column: number): readonly number[] {
    return this.#places.get(`${row} ${column}`) ?? [];
  }
}

/** Bits of `numeric_relations`: a question has a value that is equal to, less than or more than that of the cell. */
const [EQUAL, LESS, GREATER] = [1, 2, 4];

export function numericColumns(
  question: string,
  values: TableValues,
  cells: CellTokens,
  length: number,
): NumericColumns {
  const column_ranks = new Array<number>(length).fill(0);
  const inv_column_ranks = new Array<number>(length).fill(0);
  const numeric_relations = new Array<number>(length).fill(0);
  const asked = parseText(normalizeForMatch(question)).flatMap((span) => span.values);
  for (const [column, ofRows] of values.entries()) {
    const key = sortKey([...ofRows.values()]);
    if (key !== null) {
      const keys = [...ofRows.values()].map(key).sort(compareKeys);
      const unique = keys.filter((one, i) => i === 0 || compareKeys(keys[i - 1]!, one) !== 0);
      for (const [row, value] of ofRows) {
        const rank = unique.findIndex((one) => compareKeys(one, key(value)) === 0);
        for (const place of cells.of(row, column)) {
          column_ranks[place] = rank + 1;
          inv_column_ranks[place] = unique.length - rank;
        }
      }
    }
    if (ofRows.size === 0) continue;
    for (const one of asked) {
      const common = sortKey([...ofRows.values(), one]);
      if (common === null) continue;
      for (const [row, value] of ofRows) {
        const order = compareKeys(common(one), common(value));
        const relation = order === 0 ? EQUAL : order < 0 ? LESS : GREATER;
        for (const place of cells.of(row, column)) numeric_relations[place]! |= relation;
      }
    }
  }
  return { column_ranks, inv_column_ranks, numeric_relations };
}

/** 1 for the tokens of the cells that are an answer. @throws TransformersError INVALID_ARGUMENT where one has none. */
export function answerLabels(answers: readonly CellPlace[], cells: CellTokens, length: number): number[] {
  const labels = new Array<number>(length).fill(0);
  for (const [row, column] of answers) {
    const places = cells.of(row, column);
    if (places.length === 0) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `the answer in row ${row}, column ${column} is not among the tokens of the table`,
      );
    }
    for (const place of places) labels[place] = 1;
  }
  return labels;
}

/** The number of each token's cell (NaN where it has none), and how many tokens share it (1 where it is alone). */
export function cellNumbers(
  table: Table,
  values: TableValues,
  cells: CellTokens,
  length: number,
): { numeric_values: number[]; numeric_values_scale: number[] } {
  const numeric_values = new Array<number>(length).fill(Number.NaN);
  const numeric_values_scale = new Array<number>(length).fill(1);
  for (const [column, ofRows] of values.entries()) {
    for (const row of table.rows.keys()) {
      const places = cells.of(row, column);
      const value = ofRows.get(row);
      for (const place of places) {
        if (value !== undefined && isNumber(value)) numeric_values[place] = value.number;
        if (places.length > 1) numeric_values_scale[place] = places.length;
      }
    }
  }
  return { numeric_values, numeric_values_scale };
}
