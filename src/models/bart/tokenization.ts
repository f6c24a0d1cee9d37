import type { SpecialTokenFlags } from "../../tokenizers/pretrained/index.js";
import { RobertaTokenizer } from "../roberta/tokenization.js";

/** BART's tokenizer: RoBERTa's, whose mask is looked for in the normalised text. */
export class BartTokenizer extends RobertaTokenizer {
  static override readonly tokenizerClass: string = "BartTokenizer";
  static override readonly special_token_flags: SpecialTokenFlags = {
    ...RobertaTokenizer.special_token_flags,
    mask_token: { lstrip: true, normalized: true },
  };
}

/** Python's name for the same class. */
export const BartTokenizerFast = BartTokenizer;
export type BartTokenizerFast = BartTokenizer;
