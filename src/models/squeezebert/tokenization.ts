import { BertTokenizer } from "../bert/tokenization.js";

/** SqueezeBERT's tokenizer: BERT's under another name. */
export class SqueezeBertTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "SqueezeBertTokenizer";
}

/** Python's name for the same class. */
export const SqueezeBertTokenizerFast = SqueezeBertTokenizer;
export type SqueezeBertTokenizerFast = SqueezeBertTokenizer;
