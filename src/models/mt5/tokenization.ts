import { T5Tokenizer } from "../t5/tokenization.js";

/** mT5's tokenizer: T5's, under the name that mT5's files have for it. */
export class MT5Tokenizer extends T5Tokenizer {
  static override readonly tokenizerClass: string = "MT5Tokenizer";
  /** Python's MT5Tokenizer is T5Tokenizer, and saves itself as that. */
  static override readonly otherNames = ["T5Tokenizer"];
}

/** Python's name for the same class. */
export const MT5TokenizerFast = MT5Tokenizer;
export type MT5TokenizerFast = MT5Tokenizer;
