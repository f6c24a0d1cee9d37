import type {
  LanguageFrame,
  SpecialTokenFlags,
  TranslationConfig,
} from "../../tokenizers/pretrained/index.js";
import { MBartTokenizer } from "../mbart/tokenization.js";
import { NLLB_LANGUAGES } from "./languages.js";

/** Fields of tokenizer_config.json that NLLB's tokenizer reads beside mBART's. */
export interface NllbTokenizerConfig extends TranslationConfig {
  /** Whether the language stands behind the end, as in mBART, and not in front of the text (default false). */
  legacy_behaviour?: boolean;
}

/** NLLB's tokenizer: mBART's for 202 languages, whose tokens stand in front, `eng_Latn A </s>`. */
export class NllbTokenizer extends MBartTokenizer {
  static override readonly tokenizerClass: string = "NllbTokenizer";
  static override readonly special_token_flags: SpecialTokenFlags = {
    mask_token: { lstrip: true, normalized: true },
  };
  static override readonly defaults: NllbTokenizerConfig = {
    ...MBartTokenizer.defaults,
    legacy_behaviour: false,
  };
  protected static override readonly languages: readonly [string, string] = ["eng_Latn", "fra_Latn"];
  protected static override readonly languageTokens = NLLB_LANGUAGES;

  /** Whether the language stands behind the end. */
  get legacy_behaviour(): boolean {
    return (this.init_kwargs as NllbTokenizerConfig).legacy_behaviour ?? false;
  }

  protected override frameOf(language: string, isTarget: boolean): LanguageFrame {
    if (this.legacy_behaviour) return super.frameOf(language, isTarget);
    return { prefix: [language], suffix: [this.eos_token!] };
  }
}

/** Python's name for the same class. */
export const NllbTokenizerFast = NllbTokenizer;
export type NllbTokenizerFast = NllbTokenizer;
