import type { PostProcessor } from "../../tokenizers/index.js";
import { A, B, frame, framing } from "../../tokenizers/pretrained/index.js";
import { BertTokenizer, type BertTokenizerConfig } from "../bert/tokenization.js";

/** Funnel Transformer's tokenizer: BERT's with other names of special tokens, the first of which is of type 2. */
export class FunnelTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "FunnelTokenizer";
  static override readonly defaults: BertTokenizerConfig = {
    ...BertTokenizer.defaults,
    unk_token: "<unk>",
    sep_token: "<sep>",
    pad_token: "<pad>",
    cls_token: "<cls>",
    mask_token: "<mask>",
    bos_token: "<s>",
    eos_token: "</s>",
    clean_text: true,
    wordpieces_prefix: "##",
  };

  protected static override postProcessor(
    config: BertTokenizerConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    const [cls, sep] = [framing(config.cls_token), framing(config.sep_token)];
    return frame(idOf, {
      single: [[cls, 2], A, [sep, 0]],
      pair: [[cls, 2], A, [sep, 0], B, [sep, 1]],
    });
  }
}

/** Python's name for the same class. */
export const FunnelTokenizerFast = FunnelTokenizer;
export type FunnelTokenizerFast = FunnelTokenizer;
