import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";
import { BOX_DEFAULTS, type BoxCall, type BoxFields, withBoxes } from "../layoutlmv2/boxes.js";
import { XLMRobertaTokenizer } from "../xlm-roberta/tokenization.js";

/** Fields of tokenizer_config.json that LayoutXLM's tokenizer reads beside those of its kind. */
export interface LayoutXLMTokenizerConfig extends SentencePieceConfig, Partial<BoxFields> {
  readonly [field: string]: unknown;
}

/** A tokenizer is called like a function: see {@link BoxCall}. */
export interface LayoutXLMTokenizer extends BoxCall {}

/**
 * LayoutXLM's tokenizer: XLM-RoBERTa's, of words with their boxes on a page: `<s> words </s>`, or `<s> question </s>
 * </s> words </s>`. Equal to Transformers 4.37.2's LayoutXLMTokenizerFast.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class LayoutXLMTokenizer extends withBoxes(XLMRobertaTokenizer, { labelsAfterEmpty: true }) {
  static override readonly tokenizerClass: string = "LayoutXLMTokenizer";
  static override readonly defaults: LayoutXLMTokenizerConfig = {
    ...XLMRobertaTokenizer.defaults,
    ...BOX_DEFAULTS,
    sep_token_box: [1000, 1000, 1000, 1000],
  };
}

/** Python's name for the same class. */
export const LayoutXLMTokenizerFast = LayoutXLMTokenizer;
export type LayoutXLMTokenizerFast = LayoutXLMTokenizer;
