import { BertTokenizer } from "../bert/tokenization.js";

/** LXMERT's tokenizer: BERT's under another name. */
export class LxmertTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "LxmertTokenizer";
}

/** Python's name for the same class. */
export const LxmertTokenizerFast = LxmertTokenizer;
export type LxmertTokenizerFast = LxmertTokenizer;
