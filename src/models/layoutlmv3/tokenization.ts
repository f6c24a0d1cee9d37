import type { Tokenizer } from "../../tokenizers/index.js";
import type {
  BatchEncoding,
  CallOptions,
  CallValues,
  SpecialTokenFlags,
  TextInput,
} from "../../tokenizers/pretrained/index.js";
import { encodeMarkedWords } from "../../tokenizers/pretrained/marked-words.js";
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
import { RobertaTokenizer, type RobertaTokenizerConfig } from "../roberta/tokenization.js";

/** Fields of tokenizer_config.json that LayoutLMv3's tokenizer reads beside those of RoBERTa's. */
export interface LayoutLMv3TokenizerConfig extends RobertaTokenizerConfig, Partial<BoxFields> {
  readonly [field: string]: unknown;
}

/** A tokenizer is called like a function: see {@link BoxCall}. */
export interface LayoutLMv3Tokenizer extends BoxCall {
  /** Not possible: words without boxes are refused. */
  <const Text extends TextInput | null, const Options extends CallOptions = object>(
    text: Text,
    options?: Options,
  ): BatchEncoding<CallValues<Text, Options>>;
}

/**
 * LayoutLMv3's tokenizer: RoBERTa's, of words with their boxes on a page: `<s> words </s>`, or `<s> question </s> </s>
 * words </s>`. Equal to Transformers 4.37.2's LayoutLMv3TokenizerFast.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class LayoutLMv3Tokenizer extends RobertaTokenizer implements BoxFields {
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

  cls_token_box: Box;
  sep_token_box: Box;
  pad_token_box: Box;
  pad_token_label: number;
  only_label_first_subword: boolean;

  constructor(backend: Tokenizer, config: LayoutLMv3TokenizerConfig = {}) {
    super(backend, { ...LayoutLMv3Tokenizer.defaults, ...config });
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
      boxMarks(this, false),
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
export const LayoutLMv3TokenizerFast = LayoutLMv3Tokenizer;
export type LayoutLMv3TokenizerFast = LayoutLMv3Tokenizer;
