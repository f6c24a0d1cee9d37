import { RobertaTokenizer } from "../roberta/tokenization.js";

/** Longformer's tokenizer: RoBERTa's under another name. */
export class LongformerTokenizer extends RobertaTokenizer {
  static override readonly tokenizerClass: string = "LongformerTokenizer";
}

/** Python's name for the same class. */
export const LongformerTokenizerFast = LongformerTokenizer;
export type LongformerTokenizerFast = LongformerTokenizer;
