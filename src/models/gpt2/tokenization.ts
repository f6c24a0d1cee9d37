import { ByteLevelProcessing, type PostProcessor } from "../../tokenizers/index.js";
import {
  A,
  B,
  type BytePairConfig,
  frame,
  framing,
  SpacedBytePairTokenizer,
  type SpecialTokenFlags,
} from "../../tokenizers/pretrained/index.js";

/** Fields of tokenizer_config.json that GPT-2's tokenizer reads beside those of its kind. */
export interface GPT2TokenizerConfig extends BytePairConfig {
  /** Whether texts begin with `bos_token` (default false). Read where there is no tokenizer.json. */
  add_bos_token?: boolean;
}

/** As Python's classes make tokens of their texts: looked for in the normalised text. */
const NORMALIZED = { normalized: true };

/**
 * GPT-2's tokenizer: words with the space before them, as bytes, by byte-pair encoding. Defaults and results are those
 * of Transformers 4.37.2's GPT2TokenizerFast.
 */
export class GPT2Tokenizer extends SpacedBytePairTokenizer {
  static override readonly tokenizerClass: string = "GPT2Tokenizer";
  static override readonly special_token_flags: SpecialTokenFlags = {
    bos_token: NORMALIZED,
    eos_token: NORMALIZED,
    unk_token: NORMALIZED,
    pad_token: NORMALIZED,
  };
  static override readonly defaults: GPT2TokenizerConfig = {
    errors: "replace",
    unk_token: "<|endoftext|>",
    bos_token: "<|endoftext|>",
    eos_token: "<|endoftext|>",
    pad_token: null,
    add_prefix_space: false,
    add_bos_token: false,
  };

  protected static override postProcessor(
    config: GPT2TokenizerConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    if (!config.add_bos_token) return new ByteLevelProcessing({ trim_offsets: false });
    const bos = framing(config.bos_token);
    return frame(idOf, { single: [[bos, 0], A], pair: [[bos, 0], A, B] });
  }

  /** The contents of messages, each with `eos_token` behind it. */
  override get default_chat_template(): string {
    return "{% for message in messages %}{{ message.content ~ eos_token }}{% endfor %}";
  }
}

/** Python's name for the same class. */
export const GPT2TokenizerFast = GPT2Tokenizer;
export type GPT2TokenizerFast = GPT2Tokenizer;
