import {
  type BPEOptions,
  ByteLevel,
  ByteLevelProcessing,
  NFC,
  type PostProcessor,
  PreTokenizerSequence,
  Regex,
  Split,
} from "../../tokenizers/index.js";
import { type BytePairConfig, BytePairTokenizer } from "../../tokenizers/pretrained/index.js";

/** What Qwen2 takes as a word. */
const WORDS =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** Qwen2's tokenizer: words, single digits and punctuation of the composed text, as bytes. It frames nothing. */
export class Qwen2Tokenizer extends BytePairTokenizer {
  static override readonly tokenizerClass: string = "Qwen2Tokenizer";
  static override readonly defaults: BytePairConfig = {
    errors: "replace",
    unk_token: "<|endoftext|>",
    bos_token: null,
    eos_token: "<|endoftext|>",
    pad_token: "<|endoftext|>",
    clean_up_tokenization_spaces: false,
    split_special_tokens: false,
  };
  protected static override readonly mergesHaveHeader = false;

  protected static override modelOptions(): BPEOptions {
    return { continuing_subword_prefix: "", end_of_word_suffix: "" };
  }

  protected static override normalizer() {
    return new NFC();
  }

  protected static override preTokenizer(config: BytePairConfig) {
    return new PreTokenizerSequence([
      new Split(new Regex(WORDS), "Isolated", { invert: false }),
      new ByteLevel({ add_prefix_space: config.add_prefix_space ?? false, use_regex: false }),
    ]);
  }

  protected static override postProcessor(): PostProcessor {
    return new ByteLevelProcessing({ trim_offsets: false });
  }
}

/** Python's name for the same class. */
export const Qwen2TokenizerFast = Qwen2Tokenizer;
export type Qwen2TokenizerFast = Qwen2Tokenizer;
