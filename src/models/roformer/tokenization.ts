import { TransformersError } from "../../errors.js";
import { BertNormalizer, type Tokenizer } from "../../tokenizers/index.js";
import { BertTokenizer, type BertTokenizerConfig } from "../bert/tokenization.js";
import { RoFormerWords } from "./words.js";

/**
 * RoFormer's tokenizer: BERT's, but that Chinese is cut into words by jieba's dictionary where the vocabulary has
 * them. There is no such dictionary here: what depends on it is refused, see {@link RoFormerWords}. All other text,
 * and all text of vocabularies of single characters, is tokenized as by Transformers 4.37.2's RoFormerTokenizerFast.
 */
export class RoFormerTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "RoFormerTokenizer";

  constructor(backend: Tokenizer, config: BertTokenizerConfig = {}) {
    if (config.do_basic_tokenize === false || (config.never_split ?? []).length > 0) {
      throw new TransformersError(
        "UNSUPPORTED",
        "RoFormer's tokenizer has neither do_basic_tokenize: false nor never_split, as Python's fast one; leave them out",
      );
    }
    const { normalizer } = backend;
    super(backend, config);
    if (normalizer instanceof BertNormalizer && backend.normalizer instanceof BertNormalizer) {
      const { handle_chinese_chars } = normalizer.options;
      backend.normalizer = new BertNormalizer({ ...backend.normalizer.options, handle_chinese_chars });
    }
    backend.pre_tokenizer = new RoFormerWords(backend.get_vocab());
  }

  static override pipelineOf(vocab: ReadonlyMap<string, number>, config: BertTokenizerConfig): Tokenizer {
    const tokenizer = super.pipelineOf(vocab, config);
    // Jieba sees Chinese as it stands.
    tokenizer.normalizer = new BertNormalizer({ handle_chinese_chars: false });
    return tokenizer;
  }
}

/** Python's name for the same class. */
export const RoFormerTokenizerFast = RoFormerTokenizer;
export type RoFormerTokenizerFast = RoFormerTokenizer;
