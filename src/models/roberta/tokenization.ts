import { type PostProcessor, RobertaProcessing, type Tokenizer } from "../../tokenizers/index.js";
import {
  type BytePairConfig,
  framing,
  SpacedBytePairTokenizer,
  type SpecialTokenFlags,
} from "../../tokenizers/pretrained/index.js";

/** Fields of tokenizer_config.json that RoBERTa's tokenizer reads beside those of its kind. */
export interface RobertaTokenizerConfig extends BytePairConfig {
  /** Whether offsets leave out the spaces around a token (default true). */
  trim_offsets?: boolean;
}

/** As Python's classes make tokens of their texts: looked for in the normalised text. */
const NORMALIZED = { normalized: true };

/**
 * RoBERTa's tokenizer: GPT-2's words between `<s>` and `</s>`, two of which stand between two texts. Its mask takes the
 * spaces on its left with it, and its model takes no token types. Equal to Transformers 4.37.2's RobertaTokenizerFast.
 */
export class RobertaTokenizer extends SpacedBytePairTokenizer {
  static override readonly tokenizerClass: string = "RobertaTokenizer";
  static override readonly special_token_flags: SpecialTokenFlags = {
    bos_token: NORMALIZED,
    eos_token: NORMALIZED,
    sep_token: NORMALIZED,
    cls_token: NORMALIZED,
    unk_token: NORMALIZED,
    pad_token: NORMALIZED,
    mask_token: { lstrip: true },
  };
  static override readonly defaults: RobertaTokenizerConfig = {
    errors: "replace",
    bos_token: "<s>",
    eos_token: "</s>",
    sep_token: "</s>",
    cls_token: "<s>",
    unk_token: "<unk>",
    pad_token: "<pad>",
    mask_token: "<mask>",
    add_prefix_space: false,
    trim_offsets: true,
  };

  constructor(backend: Tokenizer, config: RobertaTokenizerConfig = {}) {
    const { add_prefix_space = false, trim_offsets = true } = config;
    const { post_processor } = backend;
    if (post_processor instanceof RobertaProcessing) {
      const { sep, cls } = post_processor;
      backend.post_processor = new RobertaProcessing(sep, cls, { add_prefix_space, trim_offsets });
    }
    super(backend, config);
  }

  protected static override postProcessor(
    config: RobertaTokenizerConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    const { add_prefix_space = false, trim_offsets = true } = config;
    const [cls, sep] = [framing(config.cls_token), framing(config.sep_token)];
    return new RobertaProcessing([sep, idOf(sep)], [cls, idOf(cls)], { add_prefix_space, trim_offsets });
  }
}

/** Python's name for the same class. */
export const RobertaTokenizerFast = RobertaTokenizer;
export type RobertaTokenizerFast = RobertaTokenizer;
