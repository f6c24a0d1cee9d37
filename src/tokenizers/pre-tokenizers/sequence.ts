import type { Json } from "../json.js";
import { IntBuffer } from "../text.js";
import type { PreTokenizer } from "./pre-tokenizer.js";

/** Several pre-tokenizers, each splitting the pieces of the one before. */
export class PreTokenizerSequence implements PreTokenizer {
  readonly type = "Sequence";
  readonly pretokenizers: readonly PreTokenizer[];

  constructor(pretokenizers: readonly PreTokenizer[]) {
    this.pretokenizers = pretokenizers;
  }

  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    let pieces = new IntBuffer();
    if (from < to) {
      pieces.push(from);
      pieces.push(to);
    }
    for (const pretokenizer of this.pretokenizers) {
      const finer = new IntBuffer(pieces.length * 2 + 16);
      for (let i = 0; i < pieces.length; i += 2) {
        pretokenizer.split(units, pieces.values[i]!, pieces.values[i + 1]!, finer);
      }
      pieces = finer;
    }
    spans.reserve(pieces.length);
    for (let i = 0; i < pieces.length; i++) spans.push(pieces.values[i]!);
  }

  toJson(): Json {
    return { type: this.type, pretokenizers: this.pretokenizers.map((item) => item.toJson()) };
  }
}
