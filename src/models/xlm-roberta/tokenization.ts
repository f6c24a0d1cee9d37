import type { PostProcessor } from "../../tokenizers/index.js";
import {
  robertaFrame,
  SentencePieceTokenizer,
  type SpecialTokenFlags,
} from "../../tokenizers/pretrained/index.js";
import {
  FAIRSEQ,
  type ModelProto,
  RenumberedConverter,
  type SpmConverter,
} from "../../tokenizers/sentencepiece/index.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";

/**
 * XLM-RoBERTa's tokenizer: the pieces of a SentencePiece model as fairseq numbers them, between `<s>` and `</s>`, two of
 * which stand between two texts. Equal to Transformers 4.37.2's XLMRobertaTokenizerFast.
 */
export class XLMRobertaTokenizer extends SentencePieceTokenizer {
  static override readonly tokenizerClass: string = "XLMRobertaTokenizer";
  static override readonly vocab_files_names = { vocab_file: "sentencepiece.bpe.model" };
  static override readonly special_token_flags: SpecialTokenFlags = { mask_token: { lstrip: true } };
  static override readonly defaults: SentencePieceConfig = {
    bos_token: "<s>",
    eos_token: "</s>",
    sep_token: "</s>",
    cls_token: "<s>",
    unk_token: "<unk>",
    pad_token: "<pad>",
    mask_token: "<mask>",
    sp_model_kwargs: {},
  };

  protected static override converter(model: ModelProto, _config: SentencePieceConfig): SpmConverter {
    return new RenumberedConverter(model, { ...FAIRSEQ, last: ["<mask>"] });
  }

  protected static override postProcessor(
    _config: SentencePieceConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    return robertaFrame(idOf);
  }
}

/** Python's name for the same class. */
export const XLMRobertaTokenizerFast = XLMRobertaTokenizer;
export type XLMRobertaTokenizerFast = XLMRobertaTokenizer;
