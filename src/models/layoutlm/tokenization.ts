import { BertTokenizer } from "../bert/tokenization.js";

/** LayoutLM's tokenizer: BERT's under another name. */
export class LayoutLMTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "LayoutLMTokenizer";
}

/** Python's name for the same class. */
export const LayoutLMTokenizerFast = LayoutLMTokenizer;
export type LayoutLMTokenizerFast = LayoutLMTokenizer;
