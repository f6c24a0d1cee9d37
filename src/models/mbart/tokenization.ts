import {
  type LanguageFrame,
  type SpecialTokenFlags,
  type TranslationConfig,
  TranslationTokenizer,
} from "../../tokenizers/pretrained/index.js";
import {
  FAIRSEQ,
  type ModelProto,
  RenumberedConverter,
  type SpmConverter,
} from "../../tokenizers/sentencepiece/index.js";
import { MBART_LANGUAGES } from "./languages.js";

/**
 * mBART's tokenizer: the pieces of a SentencePiece model as fairseq numbers them, followed by the end and the language,
 * `A </s> en_XX`. Defaults and results are those of Transformers 4.37.2's MBartTokenizerFast.
 */
export class MBartTokenizer extends TranslationTokenizer {
  static override readonly tokenizerClass: string = "MBartTokenizer";
  static override readonly special_token_flags: SpecialTokenFlags = { mask_token: { lstrip: true } };
  static override readonly defaults: TranslationConfig = {
    bos_token: "<s>",
    eos_token: "</s>",
    sep_token: "</s>",
    cls_token: "<s>",
    unk_token: "<unk>",
    pad_token: "<pad>",
    mask_token: "<mask>",
    src_lang: null,
    tgt_lang: null,
    sp_model_kwargs: {},
  };
  protected static override readonly languages: readonly [string, string] = ["en_XX", "ro_RO"];
  protected static override readonly languageTokens: readonly string[] = MBART_LANGUAGES;

  protected static override converter(model: ModelProto, _config: TranslationConfig): SpmConverter {
    return new RenumberedConverter(model, { ...FAIRSEQ, last: [...this.languageTokens, "<mask>"] });
  }

  protected override frameOf(language: string, _isTarget: boolean): LanguageFrame {
    return { prefix: [], suffix: [this.eos_token!, language] };
  }
}

/** Python's name for the same class. */
export const MBartTokenizerFast = MBartTokenizer;
export type MBartTokenizerFast = MBartTokenizer;
