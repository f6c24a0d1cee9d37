import { TransformersError } from "../../errors.js";
import type { FileTexts, TokenizeOptions } from "../../tokenizers/pretrained/index.js";
import { PhobertTokenizer, type PhobertVocabulary } from "../phobert/tokenization.js";

/** Fields of tokenizer_config.json that BERTweet's tokenizer reads beside those of every tokenizer. */
export type BertweetTokenizerConfig = NonNullable<ConstructorParameters<typeof PhobertTokenizer>[1]> & {
  /** Whether tweets are brought into one form (default false); true is refused here. */
  normalization?: boolean;
};

/**
 * BERTweet's tokenizer: PhoBERT's, for English tweets. Equal to Transformers 4.37.2's BertweetTokenizer without its
 * normalization of tweets, which is by the Python package emoji.
 */
export class BertweetTokenizer extends PhobertTokenizer {
  static override readonly tokenizerClass: string = "BertweetTokenizer";

  /** Whether tweets are brought into one form. */
  readonly normalization: boolean;

  constructor(vocabulary: PhobertVocabulary, config: BertweetTokenizerConfig = {}) {
    super(vocabulary, { normalization: false, ...config });
    this.normalization = config.normalization ?? false;
  }

  static override backendFromFiles(files: FileTexts, config: BertweetTokenizerConfig): PhobertVocabulary {
    return PhobertTokenizer.backendFromFiles(files, config);
  }

  protected override _tokenize(text: string, options: TokenizeOptions): string[] {
    if (!this.normalization) return super._tokenize(text, options);
    throw new TransformersError(
      "UNSUPPORTED",
      "normalization: true needs rules for tweets that are not here; normalize them before (@USER, HTTPURL, :emoji:) and set normalization: false",
    );
  }
}
