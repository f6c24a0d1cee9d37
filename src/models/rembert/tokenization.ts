import { type Normalizer, NormalizerSequence } from "../../tokenizers/index.js";
import {
  BertFramedPieces,
  type IdSequence,
  type SpecialTokenFlags,
  type SpecialTokensMaskOptions,
} from "../../tokenizers/pretrained/index.js";
import { toIds } from "../../tokenizers/pretrained/token-methods.js";
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
export class RemBertTokenizer extends BertFramedPieces {
  static override readonly tokenizerClass: string = "RemBertTokenizer";
  static override readonly vocab_files_names = { vocab_file: "sentencepiece.model" };
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

  /** Of ids that have them already, only the tokens of the frame count, as in Python. */
  override get_special_tokens_mask(ids: IdSequence, options: SpecialTokensMaskOptions = {}): number[] {
    const mask = super.get_special_tokens_mask(ids, options);
    if (!options.already_has_special_tokens) return mask;
    const framing = [this.cls_token_id, this.sep_token_id];
    return toIds(ids).map((id) => (framing.includes(id) ? 1 : 0));
  }
}

/** Python's name for the same class. */
export const RemBertTokenizerFast = RemBertTokenizer;
export type RemBertTokenizerFast = RemBertTokenizer;
