import { BertFramedPieces, type SpecialTokenFlags } from "../../tokenizers/pretrained/index.js";
import type { ModelProto, SpmConverter } from "../../tokenizers/sentencepiece/index.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";
import { AlbertConverter } from "./converter.js";

/** Fields of tokenizer_config.json that ALBERT's tokenizer reads. Read where there is no tokenizer.json. */
export interface AlbertTokenizerConfig extends SentencePieceConfig {
  /** Whether to lowercase (default true). */
  do_lower_case?: boolean;
  /** Whether to strip a text and join its spaces; only saved: texts are cut as if it were true. */
  remove_space?: boolean;
  /** Whether to leave accents where they are (default false). */
  keep_accents?: boolean;
}

/**
 * ALBERT's tokenizer: the pieces of a SentencePiece model in BERT's frame, `[CLS] A [SEP] B [SEP]`. Defaults and results
 * are those of Transformers 4.37.2's AlbertTokenizerFast.
 */
export class AlbertTokenizer extends BertFramedPieces {
  static override readonly tokenizerClass: string = "AlbertTokenizer";
  static override readonly special_token_flags: SpecialTokenFlags = { mask_token: { lstrip: true } };
  static override readonly defaults: AlbertTokenizerConfig = {
    do_lower_case: true,
    remove_space: true,
    keep_accents: false,
    bos_token: "[CLS]",
    eos_token: "[SEP]",
    unk_token: "<unk>",
    sep_token: "[SEP]",
    pad_token: "<pad>",
    cls_token: "[CLS]",
    mask_token: "[MASK]",
    sp_model_kwargs: {},
  };

  protected static override converter(model: ModelProto, config: AlbertTokenizerConfig): SpmConverter {
    return new AlbertConverter(model, config);
  }
}

/** Python's name for the same class. */
export const AlbertTokenizerFast = AlbertTokenizer;
export type AlbertTokenizerFast = AlbertTokenizer;
