import {
  type BPEOptions,
  ByteLevel,
  Lowercase,
  NFC,
  NormalizerSequence,
  type PostProcessor,
  PreTokenizerSequence,
  Regex,
  Replace,
  RobertaProcessing,
  Split,
} from "../../tokenizers/index.js";
import {
  type BytePairConfig,
  BytePairTokenizer,
  type DecodeOptions,
  framing,
  type SpecialTokenFlags,
} from "../../tokenizers/pretrained/index.js";
import { strip } from "../../tokenizers/python-text/index.js";

const NORMALIZED = { normalized: true };

/** What CLIP takes as a word: English contractions, letters, a digit, other visible characters. */
const WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/** CLIP's tokenizer: words in lower case as bytes, the last of which has `</w>`, between two special tokens. */
export class CLIPTokenizer extends BytePairTokenizer {
  static override readonly tokenizerClass: string = "CLIPTokenizer";
  static override readonly special_token_flags: SpecialTokenFlags = {
    bos_token: NORMALIZED,
    eos_token: NORMALIZED,
    unk_token: NORMALIZED,
  };
  static override readonly defaults: BytePairConfig = {
    errors: "replace",
    unk_token: "<|endoftext|>",
    bos_token: "<|startoftext|>",
    eos_token: "<|endoftext|>",
    pad_token: "<|endoftext|>",
  };

  protected static override modelOptions(config: BytePairConfig): BPEOptions {
    return {
      unk_token: framing(config.unk_token),
      continuing_subword_prefix: "",
      end_of_word_suffix: "</w>",
    };
  }

  protected static override normalizer() {
    return new NormalizerSequence([new NFC(), new Replace(new Regex("\\s+"), " "), new Lowercase()]);
  }

  protected static override preTokenizer() {
    return new PreTokenizerSequence([
      new Split(new Regex(WORDS), "Removed", { invert: true }),
      new ByteLevel({ add_prefix_space: false }),
    ]);
  }

  protected static override postProcessor(
    config: BytePairConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    const [bos, eos] = [framing(config.bos_token), framing(config.eos_token)];
    const options = { add_prefix_space: false, trim_offsets: false };
    return new RobertaProcessing([eos, idOf(eos)], [bos, idOf(bos)], options);
  }

  /** Spaces stand where words end. */
  protected override decodeIds(ids: readonly number[], options: DecodeOptions): string {
    return strip(super.decodeIds(ids, options).replaceAll("</w>", " "));
  }
}

/** Python's name for the same class. */
export const CLIPTokenizerFast = CLIPTokenizer;
export type CLIPTokenizerFast = CLIPTokenizer;
