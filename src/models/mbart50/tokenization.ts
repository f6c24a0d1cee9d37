import type {
  LanguageFrame,
  SpecialTokenFlags,
  TranslationConfig,
} from "../../tokenizers/pretrained/index.js";
import { MBART_LANGUAGES } from "../mbart/languages.js";
import { MBartTokenizer } from "../mbart/tokenization.js";

/** The languages that mBART-50 has beside mBART's, in the order of their ids. */
const FURTHER_LANGUAGES = (
  "af_ZA az_AZ bn_IN fa_IR he_IL hr_HR id_ID ka_GE km_KH mk_MK ml_IN mn_MN mr_IN pl_PL ps_AF pt_XX sv_SE sw_KE " +
  "ta_IN te_IN th_TH tl_XX uk_UA ur_PK xh_ZA gl_ES sl_SI"
).split(" ");

/** mBART-50's tokenizer: mBART's for more languages, whose tokens stand in front, `en_XX A </s>`. */
export class MBart50Tokenizer extends MBartTokenizer {
  static override readonly tokenizerClass: string = "MBart50Tokenizer";
  static override readonly special_token_flags: SpecialTokenFlags = {
    mask_token: { lstrip: true, normalized: true },
  };
  static override readonly defaults: TranslationConfig = {
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
  protected static override readonly languageTokens = [...MBART_LANGUAGES, ...FURTHER_LANGUAGES];
  protected static override readonly givenLanguagesFirst = true;

  protected override frameOf(language: string, _isTarget: boolean): LanguageFrame {
    return { prefix: [language], suffix: [this.eos_token!] };
  }
}

/** Python's name for the same class. */
export const MBart50TokenizerFast = MBart50Tokenizer;
export type MBart50TokenizerFast = MBart50Tokenizer;
