import { SentencePieceTokenizer } from "../../tokenizers/pretrained/index.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";

/** Reformer's tokenizer: the pieces of a SentencePiece model, without a frame or padding. */
export class ReformerTokenizer extends SentencePieceTokenizer {
  static override readonly tokenizerClass: string = "ReformerTokenizer";
  static override readonly defaults: SentencePieceConfig = {
    eos_token: "</s>",
    unk_token: "<unk>",
    additional_special_tokens: [],
    sp_model_kwargs: {},
  };
}

/** Python's name for the same class. */
export const ReformerTokenizerFast = ReformerTokenizer;
export type ReformerTokenizerFast = ReformerTokenizer;
