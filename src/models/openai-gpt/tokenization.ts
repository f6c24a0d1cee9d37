import { BertNormalizer, BertPreTokenizer, BPEDecoder, type BPEOptions } from "../../tokenizers/index.js";
import { type BytePairConfig, BytePairTokenizer, framing } from "../../tokenizers/pretrained/index.js";

/** GPT's tokenizer: BERT's words in lower case, by byte-pair encoding over characters, the last of which has `</w>`. */
export class OpenAIGPTTokenizer extends BytePairTokenizer {
  static override readonly tokenizerClass: string = "OpenAIGPTTokenizer";
  static override readonly defaults: BytePairConfig = { unk_token: "<unk>" };

  protected static override modelOptions(config: BytePairConfig): BPEOptions {
    return { unk_token: framing(config.unk_token), end_of_word_suffix: "</w>" };
  }

  protected static override normalizer() {
    return new BertNormalizer({ lowercase: true });
  }

  protected static override preTokenizer() {
    return new BertPreTokenizer();
  }

  protected static override decoder() {
    return new BPEDecoder("</w>");
  }

  /** Texts are always in lower case. */
  get do_lower_case(): boolean {
    return true;
  }
}

/** Python's name for the same class. */
export const OpenAIGPTTokenizerFast = OpenAIGPTTokenizer;
export type OpenAIGPTTokenizerFast = OpenAIGPTTokenizer;
