import { AlbertTokenizer, type AlbertTokenizerConfig } from "../albert/tokenization.js";

/** FNet's tokenizer: ALBERT's, which leaves case and accents as they are. Its models take no attention mask. */
export class FNetTokenizer extends AlbertTokenizer {
  static override readonly tokenizerClass: string = "FNetTokenizer";
  static override readonly model_input_names: readonly string[] = ["input_ids", "token_type_ids"];
  static override readonly defaults: AlbertTokenizerConfig = {
    do_lower_case: false,
    remove_space: true,
    keep_accents: true,
    unk_token: "<unk>",
    sep_token: "[SEP]",
    pad_token: "<pad>",
    cls_token: "[CLS]",
    mask_token: "[MASK]",
    sp_model_kwargs: {},
  };
}

/** Python's name for the same class. */
export const FNetTokenizerFast = FNetTokenizer;
export type FNetTokenizerFast = FNetTokenizer;
