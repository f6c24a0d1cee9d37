import type { PostProcessor, Tokenizer } from "../../tokenizers/index.js";
import {
  A,
  B,
  frame,
  SentencePieceTokenizer,
  type SpecialTokenFlags,
} from "../../tokenizers/pretrained/index.js";
import type { ModelProto, SpmConverter } from "../../tokenizers/sentencepiece/index.js";
import { AlbertConverter } from "../albert/converter.js";
import type { AlbertTokenizerConfig } from "../albert/tokenization.js";

/** The type ids of the last token of a text, and of padding. */
const [CLS_TYPE, PAD_TYPE] = [2, 3];

/**
 * XLNet's tokenizer: the pieces of a SentencePiece model, `A <sep> <cls>` or `A <sep> B <sep> <cls>`, padded on the left.
 * Equal to Transformers 4.37.2's XLNetTokenizerFast.
 */
export class XLNetTokenizer extends SentencePieceTokenizer {
  static override readonly tokenizerClass: string = "XLNetTokenizer";
  static override readonly padding_side: "left" | "right" = "left";
  static override readonly model_input_names: readonly string[] = [
    "input_ids",
    "token_type_ids",
    "attention_mask",
  ];
  static override readonly special_token_flags: SpecialTokenFlags = { mask_token: { lstrip: true } };
  static override readonly defaults: AlbertTokenizerConfig = {
    do_lower_case: false,
    remove_space: true,
    keep_accents: false,
    bos_token: "<s>",
    eos_token: "</s>",
    unk_token: "<unk>",
    sep_token: "<sep>",
    pad_token: "<pad>",
    cls_token: "<cls>",
    mask_token: "<mask>",
    additional_special_tokens: ["<eop>", "<eod>"],
    sp_model_kwargs: {},
  };

  constructor(backend: Tokenizer, config: AlbertTokenizerConfig = {}) {
    super(backend, config);
    this.pad_token_type_id = PAD_TYPE;
  }

  protected static override converter(model: ModelProto, config: AlbertTokenizerConfig): SpmConverter {
    return new AlbertConverter(model, config);
  }

  protected static override postProcessor(
    _config: AlbertTokenizerConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    const [end, last] = [["<sep>", 0] as const, ["<cls>", CLS_TYPE] as const];
    return frame(idOf, { single: [A, end, last], pair: [A, end, B, ["<sep>", 1], last] });
  }
}

/** Python's name for the same class. */
export const XLNetTokenizerFast = XLNetTokenizer;
export type XLNetTokenizerFast = XLNetTokenizer;
