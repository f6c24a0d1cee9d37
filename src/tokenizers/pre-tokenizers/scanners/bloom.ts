import type { IntBuffer } from "../../text.js";
import { SPACE, scanClasses } from "./classes.js";
import { BLANK } from "./runs.js";

/** Runs without whitespace, brackets and sentence marks, with the blank before them. */
export const BLOOM = " ?[^(\\s|[.,!?…。，、।۔،])]+";

const EXCLUDED = new Set(Array.from("(|.,!?…。，、।۔،)", (mark) => mark.charCodeAt(0)));

/** The matches of {@link BLOOM}. */
export function scanBloom(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
  const table = scanClasses();
  const isExcluded = (unit: number) => (table[unit]! & SPACE) !== 0 || EXCLUDED.has(unit);
  for (let i = from; i < to; i++) {
    const start = i;
    if (units[i] === BLANK) i++;
    const body = i;
    while (i < to && !isExcluded(units[i]!)) i++;
    if (i === body) {
      i = start; // nothing here: on to the next character
      continue;
    }
    spans.push(start);
    spans.push(i--);
  }
}
