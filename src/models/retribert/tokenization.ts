import { BertTokenizer } from "../bert/tokenization.js";

/** RetriBERT's tokenizer: BERT's, for a model that takes no token types. */
export class RetriBertTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "RetriBertTokenizer";
  static override readonly model_input_names: readonly string[] = ["input_ids", "attention_mask"];
}

/** Python's name for the same class. */
export const RetriBertTokenizerFast = RetriBertTokenizer;
export type RetriBertTokenizerFast = RetriBertTokenizer;
