import { TableReader } from "./codec.js";
import { splitScriptRuns } from "./pre-tokenizer-tables.js";

let table: Uint8Array | undefined;

/**
 * The script of each code point as the UnicodeScripts pre-tokenizer sees it, by numbers without a meaning: Hiragana,
 * Katakana and Han are one, and 0 (the space, and what has none) goes with any.
 */
export function splitScripts(): Uint8Array {
  if (table === undefined) {
    table = new Uint8Array(0x110000);
    const reader = new TableReader(splitScriptRuns);
    for (let point = 0; !reader.done; ) {
      const end = point + reader.unsigned();
      table.fill(reader.unsigned(), point, end);
      point = end;
    }
  }
  return table;
}
