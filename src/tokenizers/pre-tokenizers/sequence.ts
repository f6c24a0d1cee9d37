import type { Json } from "../json.js";
import type { PreTokenizer, StepSequence } from "./pre-tokenizer.js";

/** Several pre-tokenizers, each working on the pieces of the one before. */
export class PreTokenizerSequence implements StepSequence {
  readonly type = "Sequence";
  readonly pretokenizers: readonly PreTokenizer[];

  constructor(pretokenizers: readonly PreTokenizer[]) {
    this.pretokenizers = pretokenizers;
  }

  toJson(): Json {
    return { type: this.type, pretokenizers: this.pretokenizers.map((item) => item.toJson()) };
  }
}
