import type { SpecialTokenFlags } from "../../tokenizers/pretrained/index.js";
import { RobertaTokenizer } from "../roberta/tokenization.js";

/** MVP's tokenizer: RoBERTa's, whose special tokens are looked for in the text as it is. */
export class MvpTokenizer extends RobertaTokenizer {
  static override readonly tokenizerClass: string = "MvpTokenizer";
  static override readonly special_token_flags: SpecialTokenFlags = { mask_token: { lstrip: true } };
}

/** Python's name for the same class. */
export const MvpTokenizerFast = MvpTokenizer;
export type MvpTokenizerFast = MvpTokenizer;
