import type { PostProcessor } from "../../tokenizers/index.js";
import {
  A,
  B,
  type BytePairConfig,
  frame,
  SpacedBytePairTokenizer,
  type SpecialTokenFlags,
} from "../../tokenizers/pretrained/index.js";

/** DeBERTa's tokenizer: GPT-2's words in BERT's frame. Its mask takes the spaces on its left with it. */
export class DebertaTokenizer extends SpacedBytePairTokenizer {
  static override readonly tokenizerClass: string = "DebertaTokenizer";
  static override readonly model_input_names: readonly string[] = [
    "input_ids",
    "attention_mask",
    "token_type_ids",
  ];
  static override readonly special_token_flags: SpecialTokenFlags = {
    mask_token: { lstrip: true, normalized: true },
  };
  static override readonly defaults: BytePairConfig = {
    errors: "replace",
    bos_token: "[CLS]",
    eos_token: "[SEP]",
    sep_token: "[SEP]",
    cls_token: "[CLS]",
    unk_token: "[UNK]",
    pad_token: "[PAD]",
    mask_token: "[MASK]",
    add_prefix_space: false,
    add_bos_token: false,
  };

  /** `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, whatever the special tokens are. */
  protected static override postProcessor(
    _config: BytePairConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    return frame(idOf, {
      single: [["[CLS]", 0], A, ["[SEP]", 0]],
      pair: [["[CLS]", 0], A, ["[SEP]", 0], B, ["[SEP]", 1]],
    });
  }
}

/** Python's name for the same class. */
export const DebertaTokenizerFast = DebertaTokenizer;
export type DebertaTokenizerFast = DebertaTokenizer;
