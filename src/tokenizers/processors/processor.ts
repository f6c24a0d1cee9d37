import type { Encoding } from "../encoding.js";
import type { Json } from "../json.js";

/** Adds special tokens to the encodings of one or two sequences. */
export interface PostProcessor {
  /** The component's `type` in tokenizer.json. */
  readonly type: string;
  /** How many special tokens it adds to one sequence, or to a pair. */
  addedTokens(isPair: boolean): number;
  /** The parts that, one after the other, are the result. */
  process(encodings: readonly Encoding[], addSpecialTokens: boolean): Encoding[];
  toJson(): Json;
}
