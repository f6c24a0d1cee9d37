import {
  BertFramedPieces,
  type IdSequence,
  type SpecialTokenFlags,
  type SpecialTokensMaskOptions,
} from "../../tokenizers/pretrained/index.js";
import { toIds } from "../../tokenizers/pretrained/token-methods.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";

/** As Python's classes make tokens of their texts: looked for in the normalised text. */
const NORMALIZED = { normalized: true };

/**
 * BigBird's tokenizer: the pieces of a SentencePiece model in BERT's frame, `[CLS] A [SEP] B [SEP]`. Equal to
 * Transformers 4.37.2's BigBirdTokenizerFast.
 */
export class BigBirdTokenizer extends BertFramedPieces {
  static override readonly tokenizerClass: string = "BigBirdTokenizer";
  static override readonly model_input_names: readonly string[] = ["input_ids", "attention_mask"];
  static override readonly special_token_flags: SpecialTokenFlags = {
    bos_token: NORMALIZED,
    eos_token: NORMALIZED,
    unk_token: NORMALIZED,
    pad_token: NORMALIZED,
    cls_token: NORMALIZED,
    sep_token: NORMALIZED,
    mask_token: { lstrip: true, normalized: true },
  };
  static override readonly defaults: SentencePieceConfig = {
    unk_token: "<unk>",
    bos_token: "<s>",
    eos_token: "</s>",
    pad_token: "<pad>",
    sep_token: "[SEP]",
    mask_token: "[MASK]",
    cls_token: "[CLS]",
    sp_model_kwargs: {},
  };

  /** Of ids that have them already, only the tokens of the frame count, as in Python. */
  override get_special_tokens_mask(ids: IdSequence, options: SpecialTokensMaskOptions = {}): number[] {
    const mask = super.get_special_tokens_mask(ids, options);
    if (!options.already_has_special_tokens) return mask;
    const framing = [this.cls_token_id, this.sep_token_id];
    return toIds(ids).map((id) => (framing.includes(id) ? 1 : 0));
  }
}

/** Python's name for the same class. */
export const BigBirdTokenizerFast = BigBirdTokenizer;
export type BigBirdTokenizerFast = BigBirdTokenizer;
