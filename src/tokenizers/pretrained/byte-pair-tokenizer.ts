import { TransformersError } from "../../errors.js";
import { ByteLevelDecoder, type Decoder } from "../decoders/index.js";
import { BPE, type BPEOptions } from "../models/bpe.js";
import type { Normalizer } from "../normalizers/index.js";
import { ByteLevel, type PreTokenizer } from "../pre-tokenizers/index.js";
import type { PostProcessor } from "../processors/index.js";
import { Tokenizer } from "../tokenizer.js";
import { type BpeFiles, readBpeFiles, writeBpeFiles } from "../vocabulary-files/merges.js";
import type { BatchEncoding } from "./batch-encoding.js";
import type { CallOptions } from "./call-options.js";
import type { TextInput } from "./inputs.js";
import { PreTrainedTokenizer } from "./pretrained-tokenizer.js";
import type { FileTexts, TokenizerConfig } from "./read-files.js";
import { SPECIAL_TOKEN_NAMES, SpecialTokens, toSpecial } from "./special-tokens.js";
import type { FileContent } from "./write-files.js";

/** Fields of tokenizer_config.json that tokenizers with byte-pair encoding read beside those of every one. */
export interface BytePairConfig extends TokenizerConfig {
  /** Whether a text begins with a space, so that its first word is like any other (default false). */
  add_prefix_space?: boolean;
  /** What decoding does with bytes that are no UTF-8: "replace", the only one. */
  errors?: string;
}

/**
 * A tokenizer of vocab.json and merges.txt, where there is no tokenizer.json. Families say what is special about
 * theirs; unless they say otherwise, words are taken with the space before them, and as bytes.
 */
export abstract class BytePairTokenizer extends PreTrainedTokenizer {
  static override readonly vocab_files_names: Readonly<Record<string, string>> = {
    vocab_file: "vocab.json",
    merges_file: "merges.txt",
  };
  static override readonly model_input_names: readonly string[] = ["input_ids", "attention_mask"];
  /** The fields that tokenizer_config.json may leave out. */
  static readonly defaults: BytePairConfig = {};
  /** Whether the first line of merges.txt is left out even where it does not say that it is no merge. */
  protected static readonly mergesHaveHeader: boolean = true;

  constructor(backend: Tokenizer, config: BytePairConfig = {}) {
    const complete = { ...(new.target as unknown as typeof BytePairTokenizer).defaults, ...config };
    if ((complete.errors ?? "replace") !== "replace") {
      throw new TransformersError(
        "UNSUPPORTED",
        `errors: ${JSON.stringify(complete.errors)} is not supported: bytes that are no UTF-8 become U+FFFD, as "replace" says`,
      );
    }
    const { pre_tokenizer } = backend;
    const add_prefix_space = complete.add_prefix_space ?? false;
    if (pre_tokenizer instanceof ByteLevel && pre_tokenizer.options.add_prefix_space !== add_prefix_space) {
      backend.pre_tokenizer = new ByteLevel({ ...pre_tokenizer.options, add_prefix_space });
    }
    super(backend, complete);
  }

  static override backendFromFiles(files: FileTexts, config: BytePairConfig): Tokenizer {
    const json = files.get("tokenizer.json");
    if (json !== undefined) return Tokenizer.from_json(json);
    const bpe = readBpeFiles(files, this.tokenizerClass, this.mergesHaveHeader);
    return this.pipelineOf(bpe, { ...this.defaults, ...config });
  }

  /** The pipeline over a bare vocabulary. `config` is complete. */
  static pipelineOf(files: BpeFiles, config: BytePairConfig): Tokenizer {
    const tokenizer = new Tokenizer(new BPE(files.vocab, files.merges, this.modelOptions(config)), {
      normalizer: this.normalizer(config),
      pre_tokenizer: this.preTokenizer(config),
      decoder: this.decoder(config),
    });
    const special = new SpecialTokens();
    for (const name of SPECIAL_TOKEN_NAMES) {
      const token = config[name];
      if (token != null) special.set(name, toSpecial(token, this.special_token_flags[name]));
    }
    special.additional = config.additional_special_tokens ?? [];
    const named = new Map(special.all().map((token) => [token.content, token]));
    const numbered = [...(config.added_tokens_decoder ?? [])].sort(([a], [b]) => a - b);
    // Files that give tokens by number come first, and their flags count, but for what only names say is special.
    for (const [, token] of numbered) {
      tokenizer.add_tokens([token.special ? token : (named.get(token.content) ?? token)]);
      named.delete(token.content);
    }
    tokenizer.add_special_tokens([...named.values()]);
    tokenizer.post_processor = this.postProcessor(config, (token) => {
      const id = tokenizer.token_to_id(token);
      if (id !== undefined) return id;
      throw new TransformersError(
        "CONFIG_INVALID",
        `the vocabulary lacks ${JSON.stringify(token)}, which frames texts of ${this.tokenizerClass}`,
      );
    });
    return tokenizer;
  }

  protected static modelOptions(_config: BytePairConfig): BPEOptions {
    return { continuing_subword_prefix: "", end_of_word_suffix: "" };
  }

  protected static normalizer(_config: BytePairConfig): Normalizer | null {
    return null;
  }

  protected static preTokenizer(config: BytePairConfig): PreTokenizer {
    return new ByteLevel({ add_prefix_space: config.add_prefix_space ?? false });
  }

  protected static decoder(_config: BytePairConfig): Decoder {
    return new ByteLevelDecoder();
  }

  /** What frames texts; `idOf` gives the id of a token, and throws where there is none. */
  protected static postProcessor(
    _config: BytePairConfig,
    _idOf: (token: string) => number,
  ): PostProcessor | null {
    return null;
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const { model } = this.backend_tokenizer;
    return model instanceof BPE ? writeBpeFiles({ vocab: model.get_vocab(), merges: model.merges }) : [];
  }
}

/** A {@link BytePairTokenizer} that takes words that are split already only with `add_prefix_space`. */
export abstract class SpacedBytePairTokenizer extends BytePairTokenizer {
  /** Whether a text begins with a space. */
  get add_prefix_space(): boolean {
    return (this.init_kwargs as BytePairConfig).add_prefix_space ?? false;
  }

  /** Whether it takes words that are split already. */
  protected get takesWords(): boolean {
    return this.add_prefix_space;
  }

  protected override encodeTexts(text: TextInput, options: CallOptions): BatchEncoding<unknown> {
    if (options.is_split_into_words && !this.takesWords) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        "words need a space in front: load the tokenizer with add_prefix_space: true, or pass texts that are not split",
      );
    }
    return super.encodeTexts(text, options);
  }
}
