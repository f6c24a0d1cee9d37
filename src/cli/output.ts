import { once } from "node:events";
import { paint } from "./colours.js";

export type Format = "json" | "lines" | "table";

/** What is printed for one text. */
export interface Answer {
  readonly input: unknown;
  readonly output: unknown;
  /** The same as cells of a table; numbers are scores. */
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Prints answers to standard output as they come, no faster than they are read. */
export class Printer {
  readonly #format: Format;
  readonly #columns: readonly string[];
  /** Of the table's columns, from the first answers that are printed. */
  #widths: number[] | null = null;

  constructor(format: Format, columns: readonly string[]) {
    this.#format = format;
    this.#columns = columns;
  }

  async print(answers: readonly Answer[]): Promise<void> {
    const lines = this.#lines(answers);
    if (lines.length > 0 && !process.stdout.write(`${lines.join("\n")}\n`))
      await once(process.stdout, "drain");
  }

  #lines(answers: readonly Answer[]): string[] {
    if (this.#format === "json") {
      return answers.map(({ input, output }) => JSON.stringify({ input, output }));
    }
    const rows = answers.flatMap((answer) => answer.rows);
    return this.#format === "lines"
      ? rows.map((row) => row.map((cell) => plain(cell, 6)).join("\t"))
      : this.#table(rows);
  }

  #table(rows: readonly (readonly (string | number)[])[]): string[] {
    const cells = rows.map((row) => row.map((cell) => plain(cell, 4)));
    const isNumber = this.#columns.map((_, i) => typeof rows[0]?.[i] === "number");
    const lines: string[] = [];
    let widths = this.#widths;
    if (widths === null) {
      const all = [this.#columns, ...cells];
      widths = this.#columns.map((_, i) => Math.max(...all.map((row) => displayWidth(row[i]!))));
      this.#widths = widths;
      lines.push(paint(tableLine(this.#columns, widths, isNumber), "heading"));
    }
    for (const row of cells) lines.push(tableLine(row, widths, isNumber));
    return lines;
  }
}

/** Columns two spaces apart, cut at the edge of the terminal. */
function tableLine(
  cells: readonly string[],
  widths: readonly number[],
  isNumber: readonly boolean[],
): string {
  const padded = cells.map((cell, i) => {
    const space = " ".repeat(Math.max(0, widths[i]! - displayWidth(cell)));
    return isNumber[i] ? space + cell : cell + space;
  });
  return cutTo(padded.join("  ").trimEnd(), process.stdout.columns || 80);
}

/** A cell on one line, without anything that a terminal or a reader of tabs would take for a command. */
function plain(cell: string | number, digits: number): string {
  return typeof cell === "number" ? cell.toFixed(digits) : cell.replace(/\p{Cc}+/gu, " ");
}

const wide = new RegExp(
  "[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\u33ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\ua000-\\ua4cf\\uac00-\\ud7a3" +
    "\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff00-\\uff60\\uffe0-\\uffe6\\u{1f300}-\\u{1faff}\\u{20000}-\\u{3fffd}]",
  "u",
);
const invisible = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** How many columns of a terminal a text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const char of text) width += pointWidth(char);
  return width;
}

function pointWidth(char: string): number {
  if (char >= " " && char <= "~") return 1;
  return invisible.test(char) ? 0 : wide.test(char) ? 2 : 1;
}

/** A text of at most so many columns, with "…" where it is cut. */
export function cutTo(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let width = 0;
  let kept = "";
  for (const char of text) {
    width += pointWidth(char);
    if (width > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}
