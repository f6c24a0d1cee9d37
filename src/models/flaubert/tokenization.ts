import { NFC, normalizeString } from "../../tokenizers/index.js";
import type { TokenizeOptions } from "../../tokenizers/pretrained/index.js";
import { lower } from "../../tokenizers/python-text/index.js";
import { XLMTokenizer, type XLMTokenizerConfig } from "../xlm/tokenization.js";

/** Fields of tokenizer_config.json that FlauBERT's tokenizer reads beside XLM's, of which it has no accents removed. */
export interface FlaubertTokenizerConfig extends XLMTokenizerConfig {
  /** Whether to lowercase (default false). */
  do_lowercase?: boolean;
}

/**
 * FlauBERT's tokenizer: XLM's, for French, composed letters and accents kept. Equal to Transformers 4.37.2's
 * FlaubertTokenizer with sacremoses 0.2.0, but that `do_lowercase` is saved.
 */
export class FlaubertTokenizer extends XLMTokenizer {
  static override readonly tokenizerClass: string = "FlaubertTokenizer";

  readonly do_lowercase: boolean;

  constructor(
    vocabulary: ConstructorParameters<typeof XLMTokenizer>[0],
    config: FlaubertTokenizerConfig = {},
  ) {
    super(vocabulary, { ...config, do_lowercase_and_remove_accent: false });
    this.do_lowercase = config.do_lowercase ?? false;
  }

  protected override get tokenizeOptions(): readonly string[] {
    return ["bypass_tokenizer"];
  }

  protected override _tokenize(text: string, options: TokenizeOptions): string[] {
    if (options.bypass_tokenizer) return super._tokenize(text, { ...options, lang: "fr" });
    const composed = normalizeString(new NFC(), text.replaceAll("``", '"').replaceAll("''", '"'));
    return super._tokenize(this.do_lowercase ? lower(composed) : composed, { ...options, lang: "fr" });
  }

  protected override savedFields(): Record<string, unknown> {
    const { do_lowercase_and_remove_accent: _, ...fields } = super.savedFields();
    return fields;
  }
}
