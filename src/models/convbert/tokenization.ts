import { BertTokenizer } from "../bert/tokenization.js";

/** ConvBERT's tokenizer: BERT's under another name. */
export class ConvBertTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "ConvBertTokenizer";
}

/** Python's name for the same class. */
export const ConvBertTokenizerFast = ConvBertTokenizer;
export type ConvBertTokenizerFast = ConvBertTokenizer;
