import type { Tokenizer } from "../../tokenizers/index.js";
import {
  type BytePairConfig,
  type FileTexts,
  PreTrainedTokenizer,
} from "../../tokenizers/pretrained/index.js";
import { GPT2Tokenizer } from "../gpt2/tokenization.js";

/** GPT-NeoX's tokenizer: GPT-2's, of a tokenizer.json alone. */
export class GPTNeoXTokenizer extends GPT2Tokenizer {
  static override readonly tokenizerClass: string = "GPTNeoXTokenizer";
  static override readonly defaults: BytePairConfig = {
    unk_token: "<|endoftext|>",
    bos_token: "<|endoftext|>",
    eos_token: "<|endoftext|>",
    add_prefix_space: false,
  };

  static override backendFromFiles(files: FileTexts, config: BytePairConfig): Tokenizer {
    return PreTrainedTokenizer.backendFromFiles(files, config);
  }

  protected override get takesWords(): boolean {
    return true;
  }

  protected override vocabularyFiles(): [] {
    return [];
  }
}

/** Python's name for the same class. */
export const GPTNeoXTokenizerFast = GPTNeoXTokenizer;
export type GPTNeoXTokenizerFast = GPTNeoXTokenizer;
