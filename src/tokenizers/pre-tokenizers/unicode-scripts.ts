import type { Json } from "../json.js";
import { type IntBuffer, pointAt } from "../text.js";
import { splitScripts } from "../unicode/scripts.js";
import type { Splitter } from "./pre-tokenizer.js";

/**
 * Splits where the script changes, as SentencePiece does between pieces. What has no script goes with what is before
 * it; at the start of a piece it is dropped, as the reference drops it.
 */
export class UnicodeScripts implements Splitter {
  readonly type = "UnicodeScripts";

  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    const scriptOf = splitScripts();
    let start = -1;
    let script = 0;
    for (let i = from; i < to; ) {
      const point = pointAt(units, i, to);
      const here = scriptOf[point]!;
      if (here !== 0 && here !== script) {
        if (start >= 0) {
          spans.push(start);
          spans.push(i);
        }
        start = i;
        script = here;
      }
      i += point > 0xffff ? 2 : 1;
    }
    if (start >= 0) {
      spans.push(start);
      spans.push(to);
    }
  }

  toJson(): Json {
    return { type: this.type };
  }
}
