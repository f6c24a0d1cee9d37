import { BertTokenizer } from "../bert/tokenization.js";

/** DistilBERT's tokenizer: BERT's, for a model that takes no token types. */
export class DistilBertTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "DistilBertTokenizer";
  static override readonly model_input_names: readonly string[] = ["input_ids", "attention_mask"];
}

/** Python's name for the same class. */
export const DistilBertTokenizerFast = DistilBertTokenizer;
export type DistilBertTokenizerFast = DistilBertTokenizer;
