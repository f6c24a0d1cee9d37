import { BertTokenizer, type BertTokenizerConfig } from "../bert/tokenization.js";
import { BOX_DEFAULTS, type BoxCall, type BoxFields, withBoxes } from "./boxes.js";

export type { Box, BoxCall, BoxCallOptions, BoxEncoding, BoxFields } from "./boxes.js";

/** Fields of tokenizer_config.json that LayoutLMv2's tokenizer reads beside those of BERT's. */
export interface LayoutLMv2TokenizerConfig extends BertTokenizerConfig, Partial<BoxFields> {
  readonly [field: string]: unknown;
}

/** A tokenizer is called like a function: see {@link BoxCall}. */
export interface LayoutLMv2Tokenizer extends BoxCall {}

/**
 * LayoutLMv2's tokenizer: BERT's, of words with their boxes on a page: `[CLS] words [SEP]`, or `[CLS] question [SEP]
 * words [SEP]`. Equal to Transformers 4.37.2's LayoutLMv2TokenizerFast.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class LayoutLMv2Tokenizer extends withBoxes(BertTokenizer, { labelsAfterEmpty: true }) {
  static override readonly tokenizerClass: string = "LayoutLMv2Tokenizer";
  static override readonly defaults: LayoutLMv2TokenizerConfig = {
    ...BertTokenizer.defaults,
    ...BOX_DEFAULTS,
    sep_token_box: [1000, 1000, 1000, 1000],
    model_max_length: 512,
  };
}

/** Python's name for the same class. */
export const LayoutLMv2TokenizerFast = LayoutLMv2Tokenizer;
export type LayoutLMv2TokenizerFast = LayoutLMv2Tokenizer;
