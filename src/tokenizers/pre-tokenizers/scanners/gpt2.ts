import type { IntBuffer } from "../../text.js";
import { LETTER, NUMBER, OTHER, scanClasses } from "./classes.js";
import { APOSTROPHE, BLANK, classesAt, contractionEnd, runEnd, spacesEnd } from "./runs.js";

/** Words, numbers and other characters with the blank before them, contractions, whitespace. */
export const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** The matches of {@link GPT2}. */
export function scanGpt2(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
  const table = scanClasses();
  for (let i = from; i < to; ) {
    const start = i;
    if (units[i] === APOSTROPHE) i = contractionEnd(units, i, to);
    if (i === start) {
      const body = units[i] === BLANK && i + 1 < to ? i + 1 : i;
      const kind = classesAt(table, units, body, to) & (LETTER | NUMBER | OTHER);
      i = kind === 0 ? spacesEnd(table, units, start, to) : runEnd(table, units, body, to, kind);
    }
    spans.push(start);
    spans.push(i);
  }
}
