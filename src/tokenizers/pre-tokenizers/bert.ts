import type { Json } from "../json.js";
import { type IntBuffer, pointAt } from "../text.js";
import { classes, PUNCTUATION, WHITESPACE } from "../unicode/classes.js";
import type { Splitter } from "./pre-tokenizer.js";

/** Splits at whitespace, which is dropped, and makes each punctuation character a piece of its own. */
export class BertPreTokenizer implements Splitter {
  readonly type = "BertPreTokenizer";

  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    const flagsOf = classes();
    let start = from;
    let i = from;
    while (i < to) {
      const unit = units[i]!;
      const point = (unit & 0xfc00) === 0xd800 ? pointAt(units, i, to) : unit;
      const next = point > 0xffff ? i + 2 : i + 1;
      const flags = flagsOf[point]! & (WHITESPACE | PUNCTUATION);
      if (flags !== 0) {
        if (start < i) {
          spans.push(start);
          spans.push(i);
        }
        if (flags & PUNCTUATION) {
          spans.push(i);
          spans.push(next);
        }
        start = next;
      }
      i = next;
    }
    if (start < to) {
      spans.push(start);
      spans.push(to);
    }
  }

  toJson(): Json {
    return { type: this.type };
  }
}
