import {
  Lowercase,
  type Normalizer,
  NormalizerSequence,
  type PreTokenizer,
  PreTokenizerSequence,
  Punctuation,
  Strip,
} from "../../tokenizers/index.js";
import { BertFramedPieces, type SpecialTokenFlags } from "../../tokenizers/pretrained/index.js";
import { type ModelProto, replaceSpaces, SpmConverter } from "../../tokenizers/sentencepiece/index.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";

/** Fields of tokenizer_config.json that DeBERTa-v2's tokenizer reads. Read where there is no tokenizer.json. */
export interface DebertaV2TokenizerConfig extends SentencePieceConfig {
  /** Whether to lowercase (default false). */
  do_lower_case?: boolean;
  /** Whether each punctuation character is a word of its own (default false). */
  split_by_punct?: boolean;
}

class DebertaV2Converter extends SpmConverter {
  readonly #config: DebertaV2TokenizerConfig;

  constructor(model: ModelProto, config: DebertaV2TokenizerConfig) {
    super(model);
    this.#config = config;
  }

  override normalizer(): Normalizer {
    const rules = this.precompiled();
    return new NormalizerSequence([
      ...(this.#config.do_lower_case ? [new Lowercase()] : []),
      new Strip(),
      ...(rules === null ? [] : [rules]),
      replaceSpaces(" "),
    ]);
  }

  override pre_tokenizer(): PreTokenizer {
    const punctuation = this.#config.split_by_punct ? [new Punctuation("Isolated")] : [];
    return new PreTokenizerSequence([...punctuation, this.metaspace()]);
  }
}

/**
 * DeBERTa-v2's tokenizer: the pieces of a SentencePiece model in BERT's frame, `[CLS] A [SEP] B [SEP]`. Equal to
 * Transformers 4.37.2's DebertaV2TokenizerFast.
 */
export class DebertaV2Tokenizer extends BertFramedPieces {
  static override readonly tokenizerClass: string = "DebertaV2Tokenizer";
  static override readonly vocab_files_names = { vocab_file: "spm.model" };
  static override readonly special_token_flags: SpecialTokenFlags = { unk_token: { normalized: true } };
  static override readonly defaults: DebertaV2TokenizerConfig = {
    do_lower_case: false,
    split_by_punct: false,
    bos_token: "[CLS]",
    eos_token: "[SEP]",
    unk_token: "[UNK]",
    sep_token: "[SEP]",
    pad_token: "[PAD]",
    cls_token: "[CLS]",
    mask_token: "[MASK]",
    sp_model_kwargs: {},
  };

  protected static override converter(model: ModelProto, config: DebertaV2TokenizerConfig): SpmConverter {
    return new DebertaV2Converter(model, config);
  }
}

/** Python's name for the same class. */
export const DebertaV2TokenizerFast = DebertaV2Tokenizer;
export type DebertaV2TokenizerFast = DebertaV2Tokenizer;
