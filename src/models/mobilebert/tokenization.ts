import { BertTokenizer } from "../bert/tokenization.js";

/** MobileBERT's tokenizer: BERT's under another name. */
export class MobileBertTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "MobileBertTokenizer";
}

/** Python's name for the same class. */
export const MobileBertTokenizerFast = MobileBertTokenizer;
export type MobileBertTokenizerFast = MobileBertTokenizer;
