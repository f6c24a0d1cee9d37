import { TransformersError } from "../../errors.js";

/** A table as TAPAS reads it: the names of its columns, and the cells of each row below them, all of them texts. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A token of a table; columns count from 1, and so do rows, of which the header is row 0. */
export interface TableToken {
  readonly token: string;
  readonly column: number;
  readonly row: number;
  /** The place in its cell of the token that its word begins with; -1 where a cell begins inside of a word. */
  readonly word: number;
}

/** The tokens of a table, row by row and the header first, and the size that they span. */
export interface TokenizedTable {
  readonly tokens: readonly TableToken[];
  /** The most tokens that a cell has. */
  readonly longestCell: number;
}

/** @throws TransformersError INVALID_ARGUMENT where it is no table, or a row is not as long as the header. */
export function checkTable(value: unknown): Table {
  const { header, rows } = (typeof value === "object" && value !== null ? value : {}) as Partial<Table>;
  if (!isTexts(header) || !Array.isArray(rows)) {
    throw invalid(
      "a table is { header: [...], rows: [[...], ...] }, the names of columns and the cells below them",
    );
  }
  for (const [number, row] of rows.entries()) {
    if (!isTexts(row))
      throw invalid(`row ${number} of the table must be a list of texts: write numbers as texts`);
    if (row.length !== header.length) {
      throw invalid(`row ${number} of the table has ${row.length} cells, and its header ${header.length}`);
    }
  }
  return { header, rows };
}

export function tokenizeTable(
  table: Table,
  stripColumnNames: boolean,
  tokenize: (text: string) => string[],
): TokenizedTable {
  const tokens: TableToken[] = [];
  let longestCell = 0;
  const header = table.header.map((name) => (stripColumnNames ? "" : name));
  for (const [row, cells] of [header, ...table.rows].entries()) {
    for (const [column, cell] of cells.entries()) {
      let word = -1;
      const pieces = tokenize(cell);
      for (const [place, token] of pieces.entries()) {
        if (!token.startsWith("##")) word = place;
        tokens.push({ token, column: column + 1, row, word });
      }
      longestCell = Math.max(longestCell, pieces.length);
    }
  }
  return { tokens, longestCell };
}

/** The tokens that are left of so many rows below the header, where of each cell only so many words' beginnings count. */
export function keptTokens(table: TokenizedTable, rows: number, perCell: number): TableToken[] {
  return table.tokens.filter(({ row, word }) => row <= rows && word < perCell);
}

/**
 * How many rows fit, and how many tokens of each cell: rows are dropped from the end until the table fits into
 * `budget` tokens with at least one token of each cell, or with `trim` of them where that is not negative.
 */
export function fitTable(
  table: TokenizedTable,
  rows: number,
  budget: number,
  trim: number,
): { rows: number; perCell: number } {
  // How many tokens there are by the place of their word.
  const counts = new Array<number>(table.longestCell + 1).fill(0);
  const byRow: TableToken[][] = [];
  for (const token of table.tokens) {
    if (token.row > rows) continue;
    counts[token.word + 1]!++;
    byRow[token.row] ??= [];
    byRow[token.row]!.push(token);
  }
  for (let kept = rows; ; kept--) {
    const perCell = tokensPerCell(counts, budget, trim);
    if (perCell !== null) return { rows: kept, perCell: perCell === 0 ? 1 : perCell };
    if (kept <= 1) return { rows: kept - 1, perCell: 1 };
    for (const { word } of byRow[kept] ?? []) counts[word + 1]!--;
  }
}

/** The most tokens of each cell that fit into the budget; null where that is none. */
function tokensPerCell(counts: readonly number[], budget: number, trim: number): number | null {
  const longest = counts.length - 1;
  const most = trim >= 0 && longest > trim ? trim : longest;
  let cost = counts[0]!;
  let found = 0;
  for (let perCell = 0; perCell <= most; perCell++) {
    found = perCell;
    cost += counts[perCell + 1] ?? 0;
    if (cost > budget) break;
  }
  if (found < most && (trim >= 0 || found === 0)) return null;
  return found;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", message);
}
