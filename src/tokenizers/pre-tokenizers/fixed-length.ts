import { TransformersError } from "../../errors.js";
import type { Json, JsonFields } from "../json.js";
import { type IntBuffer, isPair } from "../text.js";
import type { Splitter } from "./pre-tokenizer.js";

/** Options of {@link FixedLength}, as in tokenizer.json. */
export interface FixedLengthOptions {
  /** Code points in a piece (default 5). */
  length?: number;
}

/** Pieces of a fixed number of code points; the last one may be shorter. */
export class FixedLength implements Splitter {
  readonly type = "FixedLength";
  readonly length: number;

  /** @throws TransformersError INVALID_ARGUMENT unless the length is a whole number of at least 1. */
  constructor(options: FixedLengthOptions = {}) {
    this.length = options.length ?? 5;
    if (!Number.isInteger(this.length) || this.length < 1) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `the length of a FixedLength pre-tokenizer must be a whole number of at least 1, not ${this.length}`,
      );
    }
  }

  static fromJson(fields: JsonFields): FixedLength {
    const length = fields.integer("length", 5, Number.MAX_SAFE_INTEGER);
    if (length === 0) throw fields.wrong("length", "a whole number of at least 1");
    return new FixedLength({ length });
  }

  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    for (let i = from; i < to; ) {
      spans.push(i);
      for (let count = 0; count < this.length && i < to; count++) i += isPair(units, i, to) ? 2 : 1;
      spans.push(i);
    }
  }

  toJson(): Json {
    return { type: this.type, length: this.length };
  }
}
