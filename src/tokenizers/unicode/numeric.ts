import { TableReader } from "./codec.js";
import { numericRanges } from "./pre-tokenizer-tables.js";

let table: Uint8Array | undefined;

/** 1 for each code point that the reference takes for numeric: category N of its Unicode version. */
export function numeric(): Uint8Array {
  if (table === undefined) {
    table = new Uint8Array(0x110000);
    const reader = new TableReader(numericRanges);
    for (let point = 0; !reader.done; ) {
      const start = point + reader.unsigned();
      point = start + reader.unsigned();
      table.fill(1, start, point);
    }
  }
  return table;
}
