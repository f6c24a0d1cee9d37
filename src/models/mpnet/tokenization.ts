import type { PostProcessor } from "../../tokenizers/index.js";
import { A, B, frame, framing, type SpecialTokenFlags } from "../../tokenizers/pretrained/index.js";
import { BertTokenizer, type BertTokenizerConfig } from "../bert/tokenization.js";

/**
 * MPNet's tokenizer: BERT's words between `<s>` and `</s>`, two of which stand between two texts. Its mask takes the
 * spaces on its left with it, and its model takes no token types.
 */
export class MPNetTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "MPNetTokenizer";
  static override readonly model_input_names: readonly string[] = ["input_ids", "attention_mask"];
  static override readonly special_token_flags: SpecialTokenFlags = { mask_token: { lstrip: true } };
  static override readonly defaults: BertTokenizerConfig = {
    ...BertTokenizer.defaults,
    bos_token: "<s>",
    eos_token: "</s>",
    sep_token: "</s>",
    cls_token: "<s>",
    unk_token: "[UNK]",
    pad_token: "<pad>",
    mask_token: "<mask>",
  };

  protected static override postProcessor(
    config: BertTokenizerConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    const [cls, sep] = [framing(config.cls_token), framing(config.sep_token)];
    return frame(idOf, {
      single: [[cls, 0], A, [sep, 0]],
      pair: [[cls, 0], A, [sep, 0], [sep, 0], B, [sep, 1]],
    });
  }

  /** Nothing but zeros. */
  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    return super.create_token_type_ids_from_sequences(token_ids_0, token_ids_1).map(() => 0);
  }
}

/** Python's name for the same class. */
export const MPNetTokenizerFast = MPNetTokenizer;
export type MPNetTokenizerFast = MPNetTokenizer;
