import type { Tokenizer } from "../../tokenizers/index.js";
import type { BatchEncoding, CallOptions, CallValues, TextInput } from "../../tokenizers/pretrained/index.js";
import { encodeMarkedWords } from "../../tokenizers/pretrained/marked-words.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";
import {
  BOX_CALL_OPTIONS,
  BOX_DEFAULTS,
  type Box,
  type BoxCall,
  type BoxFields,
  boxFillers,
  boxMarks,
  readBoxFields,
  savedBoxFields,
} from "../layoutlmv2/boxes.js";
import { XLMRobertaTokenizer } from "../xlm-roberta/tokenization.js";

/** Fields of tokenizer_config.json that LayoutXLM's tokenizer reads beside those of its kind. */
export interface LayoutXLMTokenizerConfig extends SentencePieceConfig, Partial<BoxFields> {
  readonly [field: string]: unknown;
}

/** A tokenizer is called like a function: see {@link BoxCall}. */
export interface LayoutXLMTokenizer extends BoxCall {
  /** Not possible: words without boxes are refused. */
  <const Text extends TextInput | null, const Options extends CallOptions = object>(
    text: Text,
    options?: Options,
  ): BatchEncoding<CallValues<Text, Options>>;
}

/**
 * LayoutXLM's tokenizer: XLM-RoBERTa's, of words with their boxes on a page: `<s> words </s>`, or `<s> question </s>
 * </s> words </s>`. Equal to Transformers 4.37.2's LayoutXLMTokenizerFast.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class LayoutXLMTokenizer extends XLMRobertaTokenizer implements BoxFields {
  static override readonly tokenizerClass: string = "LayoutXLMTokenizer";
  static override readonly defaults: LayoutXLMTokenizerConfig = {
    ...XLMRobertaTokenizer.defaults,
    ...BOX_DEFAULTS,
    sep_token_box: [1000, 1000, 1000, 1000],
  };

  cls_token_box: Box;
  sep_token_box: Box;
  pad_token_box: Box;
  pad_token_label: number;
  only_label_first_subword: boolean;

  constructor(backend: Tokenizer, config: LayoutXLMTokenizerConfig = {}) {
    super(backend, config);
    const fields = readBoxFields(this.init_kwargs);
    this.cls_token_box = fields.cls_token_box;
    this.sep_token_box = fields.sep_token_box;
    this.pad_token_box = fields.pad_token_box;
    this.pad_token_label = fields.pad_token_label;
    this.only_label_first_subword = fields.only_label_first_subword;
  }

  protected override get callOptions(): ReadonlySet<string> {
    return BOX_CALL_OPTIONS;
  }

  protected override get columnFillers(): Readonly<Record<string, unknown>> {
    return boxFillers(this);
  }

  protected override encodeTexts(text: TextInput, options: CallOptions): BatchEncoding<unknown> {
    const { result, rows } = encodeMarkedWords(
      this,
      text,
      { ...options },
      boxMarks(this, true),
      this.callDefaults(),
    );
    if (options.verbose ?? true) this.warnOfLength(rows, options.max_length);
    return result;
  }

  protected override savedFields(): Record<string, unknown> {
    return { ...super.savedFields(), ...savedBoxFields(this) };
  }
}

/** Python's name for the same class. */
export const LayoutXLMTokenizerFast = LayoutXLMTokenizer;
export type LayoutXLMTokenizerFast = LayoutXLMTokenizer;
