import { ByteLevel, PreTokenizerSequence, type Tokenizer } from "../../tokenizers/index.js";
import type { BytePairConfig } from "../../tokenizers/pretrained/index.js";
import { GPTNeoXTokenizer } from "../gpt_neox/tokenization.js";

/** BLOOM's tokenizer: of a tokenizer.json alone, with other special tokens than GPT-2's. */
export class BloomTokenizer extends GPTNeoXTokenizer {
  static override readonly tokenizerClass: string = "BloomTokenizer";
  static override readonly defaults: BytePairConfig = {
    unk_token: "<unk>",
    bos_token: "<s>",
    eos_token: "</s>",
    pad_token: "<pad>",
    add_prefix_space: false,
    clean_up_tokenization_spaces: false,
  };

  constructor(backend: Tokenizer, config: BytePairConfig = {}) {
    const { pre_tokenizer } = backend;
    if (config.add_prefix_space && pre_tokenizer instanceof PreTokenizerSequence) {
      backend.pre_tokenizer = new PreTokenizerSequence(
        pre_tokenizer.pretokenizers.map((step) =>
          step instanceof ByteLevel ? new ByteLevel({ ...step.options, add_prefix_space: true }) : step,
        ),
      );
    }
    super(backend, config);
  }

  protected override get takesWords(): boolean {
    return this.add_prefix_space;
  }
}

/** Python's name for the same class. */
export const BloomTokenizerFast = BloomTokenizer;
export type BloomTokenizerFast = BloomTokenizer;
