import { type Normalizer, NormalizerSequence, type PostProcessor } from "../../tokenizers/index.js";
import {
  bertFrame,
  SentencePieceTokenizer,
  type SpecialTokenFlags,
} from "../../tokenizers/pretrained/index.js";
import { type ModelProto, replaceSpaces, SpmConverter } from "../../tokenizers/sentencepiece/index.js";
import { accentsAndCase, quotes } from "../albert/converter.js";
import type { AlbertTokenizerConfig } from "../albert/tokenization.js";

class RemBertConverter extends SpmConverter {
  readonly #config: AlbertTokenizerConfig;

  constructor(model: ModelProto, config: AlbertTokenizerConfig) {
    super(model);
    this.#config = config;
  }

  override normalizer(): Normalizer {
    const rules = this.precompiled();
    return new NormalizerSequence([
      ...quotes(),
      replaceSpaces(" "),
      ...accentsAndCase(this.#config),
      ...(rules === null ? [] : [rules]),
    ]);
  }
}

/**
 * RemBERT's tokenizer: the pieces of a SentencePiece model in BERT's frame, `[CLS] A [SEP] B [SEP]`. Results are those of
 * Transformers 4.37.2's RemBertTokenizerFast; defaults those of its RemBertTokenizer, which the pipeline is made of.
 */
export class RemBertTokenizer extends SentencePieceTokenizer {
  static override readonly tokenizerClass: string = "RemBertTokenizer";
  static override readonly vocab_files_names = { vocab_file: "sentencepiece.model" };
  static override readonly model_input_names: readonly string[] = [
    "input_ids",
    "token_type_ids",
    "attention_mask",
  ];
  static override readonly special_token_flags: SpecialTokenFlags = {
    mask_token: { lstrip: true, normalized: true },
  };
  static override readonly defaults: AlbertTokenizerConfig = {
    do_lower_case: false,
    remove_space: true,
    keep_accents: true,
    bos_token: "[CLS]",
    eos_token: "[SEP]",
    unk_token: "[UNK]",
    sep_token: "[SEP]",
    pad_token: "[PAD]",
    cls_token: "[CLS]",
    mask_token: "[MASK]",
  };

  protected static override converter(model: ModelProto, config: AlbertTokenizerConfig): SpmConverter {
    return new RemBertConverter(model, config);
  }

  protected static override postProcessor(
    _config: AlbertTokenizerConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    return bertFrame(idOf);
  }
}

/** Python's name for the same class. */
export const RemBertTokenizerFast = RemBertTokenizer;
export type RemBertTokenizerFast = RemBertTokenizer;
