import { type PostProcessor, TemplateProcessing } from "../../tokenizers/index.js";
import { SentencePieceTokenizer } from "../../tokenizers/pretrained/index.js";
import { contentOf } from "../../tokenizers/pretrained/special-tokens.js";
import {
  FAIRSEQ,
  type ModelProto,
  RenumberedConverter,
  type SpmConverter,
} from "../../tokenizers/sentencepiece/index.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";

/** Tokens that fill the vocabulary up. */
const MADE_UP = Array.from({ length: 7 }, (_, i) => `<madeupword${i}>`);

/**
 * XGLM's tokenizer: the pieces of a SentencePiece model as fairseq numbers them, `</s> A`, or `</s> A </s> </s> B`.
 * Equal to Transformers 4.37.2's XGLMTokenizerFast.
 */
export class XGLMTokenizer extends SentencePieceTokenizer {
  static override readonly tokenizerClass: string = "XGLMTokenizer";
  static override readonly vocab_files_names = { vocab_file: "sentencepiece.bpe.model" };
  static override readonly defaults: SentencePieceConfig = {
    bos_token: "<s>",
    eos_token: "</s>",
    sep_token: "</s>",
    cls_token: "<s>",
    unk_token: "<unk>",
    pad_token: "<pad>",
    sp_model_kwargs: {},
  };

  protected static override complete(config: SentencePieceConfig): SentencePieceConfig {
    const given = config.additional_special_tokens ?? [];
    const known = new Set(given.map(contentOf));
    return {
      ...config,
      additional_special_tokens: [...given, ...MADE_UP.filter((word) => !known.has(word))],
    };
  }

  protected static override converter(model: ModelProto, _config: SentencePieceConfig): SpmConverter {
    return new RenumberedConverter(model, { ...FAIRSEQ, last: MADE_UP });
  }

  protected static override postProcessor(
    _config: SentencePieceConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    return new TemplateProcessing({
      single: "</s> $A",
      pair: "</s> $A </s> </s> $B",
      // As in Python's files, of which the templates use one.
      special_tokens: ["<s>", "</s>"].map((token) => [token, idOf(token)] as const),
    });
  }
}

/** Python's name for the same class. */
export const XGLMTokenizerFast = XGLMTokenizer;
export type XGLMTokenizerFast = XGLMTokenizer;
