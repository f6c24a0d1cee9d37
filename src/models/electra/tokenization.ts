import { BertTokenizer } from "../bert/tokenization.js";

/** ELECTRA's tokenizer: BERT's under another name. */
export class ElectraTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "ElectraTokenizer";
}

/** Python's name for the same class. */
export const ElectraTokenizerFast = ElectraTokenizer;
export type ElectraTokenizerFast = ElectraTokenizer;
