import type { Tokenizer } from "../../tokenizers/index.js";
import type { SpecialTokenFlags } from "../../tokenizers/pretrained/index.js";
import { BOX_DEFAULTS, type BoxCall, type BoxFields, withBoxes } from "../layoutlmv2/boxes.js";
import { RobertaTokenizer, type RobertaTokenizerConfig } from "../roberta/tokenization.js";

/** Fields of tokenizer_config.json that LayoutLMv3's tokenizer reads beside those of RoBERTa's. */
export interface LayoutLMv3TokenizerConfig extends RobertaTokenizerConfig, Partial<BoxFields> {
  readonly [field: string]: unknown;
}

/** A tokenizer is called like a function: see {@link BoxCall}. */
export interface LayoutLMv3Tokenizer extends BoxCall {}

/**
 * LayoutLMv3's tokenizer: RoBERTa's, of words with their boxes on a page: `<s> words </s>`, or `<s> question </s> </s>
 * words </s>`. Equal to Transformers 4.37.2's LayoutLMv3TokenizerFast.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class LayoutLMv3Tokenizer extends withBoxes(RobertaTokenizer, { labelsAfterEmpty: false }) {
  static override readonly tokenizerClass: string = "LayoutLMv3Tokenizer";
  static override readonly special_token_flags: SpecialTokenFlags = {
    ...RobertaTokenizer.special_token_flags,
    mask_token: { lstrip: true, normalized: true },
  };
  static override readonly defaults: LayoutLMv3TokenizerConfig = {
    ...RobertaTokenizer.defaults,
    ...BOX_DEFAULTS,
    sep_token_box: [0, 0, 0, 0],
    add_prefix_space: true,
  };

  constructor(backend: Tokenizer, config: LayoutLMv3TokenizerConfig = {}) {
    super(backend, { ...LayoutLMv3Tokenizer.defaults, ...config });
  }
}

/** Python's name for the same class. */
export const LayoutLMv3TokenizerFast = LayoutLMv3Tokenizer;
export type LayoutLMv3TokenizerFast = LayoutLMv3Tokenizer;
