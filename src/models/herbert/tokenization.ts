import {
  AddedToken,
  BertNormalizer,
  BertPreTokenizer,
  BertProcessing,
  BPEDecoder,
  type BPEOptions,
  type PostProcessor,
} from "../../tokenizers/index.js";
import { type BytePairConfig, BytePairTokenizer, framing } from "../../tokenizers/pretrained/index.js";

/** HerBERT's tokenizer: BERT's words by byte-pair encoding, `<s> A </s> B </s>` with the second text of type 1. */
export class HerbertTokenizer extends BytePairTokenizer {
  static override readonly tokenizerClass: string = "HerbertTokenizer";
  static override readonly model_input_names: readonly string[] = [
    "input_ids",
    "token_type_ids",
    "attention_mask",
  ];
  static override readonly defaults: BytePairConfig = {
    cls_token: "<s>",
    unk_token: "<unk>",
    pad_token: "<pad>",
    mask_token: "<mask>",
    sep_token: "</s>",
    bos_token: "<s>",
    do_lowercase_and_remove_accent: false,
    lang2id: null,
    id2lang: null,
    additional_special_tokens: Array.from(
      { length: 10 },
      (_, i) => new AddedToken(`<special${i}>`, { special: true, normalized: true }),
    ),
  };
  protected static override readonly mergesHaveHeader = false;

  protected static override modelOptions(config: BytePairConfig): BPEOptions {
    return { unk_token: framing(config.unk_token), end_of_word_suffix: "</w>" };
  }

  protected static override normalizer() {
    return new BertNormalizer({ lowercase: false, strip_accents: false });
  }

  protected static override preTokenizer() {
    return new BertPreTokenizer();
  }

  protected static override decoder() {
    return new BPEDecoder("</w>");
  }

  protected static override postProcessor(
    config: BytePairConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    const [cls, sep] = [framing(config.cls_token), framing(config.sep_token)];
    return new BertProcessing([sep, idOf(sep)], [cls, idOf(cls)]);
  }
}

/** Python's name for the same class. */
export const HerbertTokenizerFast = HerbertTokenizer;
export type HerbertTokenizerFast = HerbertTokenizer;
