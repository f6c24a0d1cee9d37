import type { PostProcessor } from "../../tokenizers/index.js";
import {
  bertFrame,
  SentencePieceTokenizer,
  type SpecialTokenFlags,
} from "../../tokenizers/pretrained/index.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";

/** As Python's classes make tokens of their texts: looked for in the normalised text. */
const NORMALIZED = { normalized: true };

/**
 * BigBird's tokenizer: the pieces of a SentencePiece model in BERT's frame, `[CLS] A [SEP] B [SEP]`. Equal to
 * Transformers 4.37.2's BigBirdTokenizerFast.
 */
export class BigBirdTokenizer extends SentencePieceTokenizer {
  static override readonly tokenizerClass: string = "BigBirdTokenizer";
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

  protected static override postProcessor(
    _config: SentencePieceConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    return bertFrame(idOf);
  }
}

/** Python's name for the same class. */
export const BigBirdTokenizerFast = BigBirdTokenizer;
export type BigBirdTokenizerFast = BigBirdTokenizer;
