import { TransformersError } from "../../errors.js";
import type { PostProcessor } from "../../tokenizers/index.js";
import { A, B0, frame, SentencePieceTokenizer } from "../../tokenizers/pretrained/index.js";
import { contentOf } from "../../tokenizers/pretrained/special-tokens.js";
import {
  type ModelProto,
  type ScoredVocabulary,
  SpmConverter,
} from "../../tokenizers/sentencepiece/index.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";

/** Fields of tokenizer_config.json that T5's tokenizer reads beside those of every one with a SentencePiece model. */
export interface T5TokenizerConfig extends SentencePieceConfig {
  /** How many sentinels `<extra_id_0>`, `<extra_id_1>`, ... there are (default 100). */
  extra_ids?: number;
  /**
   * Whether what stands behind a special token gets a space in front (default true). Read where there is no
   * tokenizer.json.
   */
  legacy?: boolean;
}

const SENTINEL = /<extra_id_\d+>/;

class T5Converter extends SpmConverter {
  readonly #sentinels: number;

  constructor(model: ModelProto, config: T5TokenizerConfig) {
    super(model, { legacy: config.legacy ?? true });
    this.#sentinels = config.extra_ids ?? 0;
  }

  /** The last sentinel stands directly behind the pieces, the first at the end. */
  override vocab(): ScoredVocabulary {
    const last = this.#sentinels - 1;
    const sentinels = Array.from(
      { length: this.#sentinels },
      (_, i) => [`<extra_id_${last - i}>`, 0] as const,
    );
    return [...super.vocab(), ...sentinels];
  }
}

/**
 * T5's tokenizer: the pieces of a SentencePiece model and sentinels, `A </s>` or `A </s> B </s>`. Defaults and results
 * are those of Transformers 4.37.2's T5TokenizerFast.
 */
export class T5Tokenizer extends SentencePieceTokenizer {
  static override readonly tokenizerClass: string = "T5Tokenizer";
  static override readonly defaults: T5TokenizerConfig = {
    eos_token: "</s>",
    unk_token: "<unk>",
    pad_token: "<pad>",
    extra_ids: 100,
    sp_model_kwargs: {},
    legacy: true,
  };

  protected static override complete(config: T5TokenizerConfig): T5TokenizerConfig {
    const given = config.additional_special_tokens ?? [];
    const count = config.extra_ids ?? 0;
    const sentinels = given.filter((token) => SENTINEL.test(contentOf(token)));
    if (sentinels.length > 0 && count > 0 && sentinels.length !== count) {
      throw new TransformersError(
        "CONFIG_INVALID",
        `extra_ids is ${count}, and additional_special_tokens has ${sentinels.length} sentinels; give as many, or none`,
      );
    }
    const further = sentinels.length > 0 ? [] : Array.from({ length: count }, (_, i) => `<extra_id_${i}>`);
    return { ...config, additional_special_tokens: [...given, ...further] };
  }

  protected static override converter(model: ModelProto, config: T5TokenizerConfig): SpmConverter {
    return new T5Converter(model, config);
  }

  protected static override postProcessor(
    _config: T5TokenizerConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    const end = ["</s>", 0] as const;
    return frame(idOf, { single: [A, end], pair: [A, end, B0, end] });
  }

  /** The tokens that stand for spans of a text which the model is to fill in. */
  get_sentinel_tokens(): string[] {
    return this.additional_special_tokens.filter((token) => SENTINEL.test(token));
  }

  get_sentinel_token_ids(): number[] {
    return this.convert_tokens_to_ids(this.get_sentinel_tokens());
  }
}

/** Python's name for the same class. */
export const T5TokenizerFast = T5Tokenizer;
export type T5TokenizerFast = T5Tokenizer;
