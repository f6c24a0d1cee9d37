import type { IntBuffer } from "../../text.js";
import { LETTER, NUMBER, OTHER, scanClasses } from "./classes.js";
import { APOSTROPHE, after, classesAt, contractionEnd, runEnd } from "./runs.js";

/** Words, digits one by one, runs of other characters; whitespace it does not match. */
export const CLIP = String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`;

/** The matches of {@link CLIP}. */
export function scanClip(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
  const table = scanClasses();
  for (let i = from; i < to; ) {
    const start = i;
    const kind = classesAt(table, units, i, to) & (LETTER | NUMBER | OTHER);
    if (units[i] === APOSTROPHE) i = contractionEnd(units, i, to);
    if (kind !== 0 && i === start) {
      i = kind === NUMBER ? after(units, i, to) : runEnd(table, units, i, to, kind);
    }
    if (kind === 0) {
      i++; // whitespace takes one unit
      continue;
    }
    spans.push(start);
    spans.push(i);
  }
}
