import { TransformersError } from "../../errors.js";
import {
  type PostProcessor,
  type PreTokenizer,
  PreTokenizerSequence,
  WhitespaceSplit,
} from "../../tokenizers/index.js";
import {
  A,
  B0,
  frame,
  framing,
  type IdSequence,
  SentencePieceTokenizer,
  type SpecialTokensMaskOptions,
} from "../../tokenizers/pretrained/index.js";
import { contentOf } from "../../tokenizers/pretrained/special-tokens.js";
import { toIds } from "../../tokenizers/pretrained/token-methods.js";
import {
  type ModelProto,
  type ScoredVocabulary,
  SpmConverter,
} from "../../tokenizers/sentencepiece/index.js";
import type { SentencePieceConfig } from "../../tokenizers/vocabulary-files/index.js";

/** Fields of tokenizer_config.json that PEGASUS's tokenizer reads beside those of every one with a SentencePiece model. */
export interface PegasusTokenizerConfig extends SentencePieceConfig {
  /** The token in place of a sentence (default "<mask_1>"); `mask_token` stands for a single token. */
  mask_token_sent?: string | null;
  /** How much larger ids are than the places of the pieces in the model: ids from 2 on are for pretraining (default 103). */
  offset?: number;
}

/** The id of the end. */
const EOS_ID = 1;

/** The score of tokens that no text is given. */
const NEVER = -100;

class PegasusConverter extends SpmConverter {
  readonly #config: PegasusTokenizerConfig;

  constructor(model: ModelProto, config: PegasusTokenizerConfig) {
    super(model);
    this.#config = config;
  }

  override vocab(): ScoredVocabulary {
    const { pad_token, eos_token, mask_token, mask_token_sent, offset = 0 } = this.#config;
    const masks =
      mask_token_sent == null ? [] : [mask_token_sent, ...(mask_token == null ? [] : [mask_token])];
    return [
      ...[framing(pad_token), framing(eos_token), ...masks.map(contentOf)].map(
        (token) => [token, 0] as const,
      ),
      ...unknownTokens(2, offset).map((token) => [token, NEVER] as const),
      ...super.vocab().slice(2),
    ];
  }

  override unk_id(): number {
    return super.unk_id() + (this.#config.offset ?? 0);
  }

  override pre_tokenizer(): PreTokenizer {
    return new PreTokenizerSequence([new WhitespaceSplit(), this.metaspace()]);
  }
}

/** The tokens of pretraining: `<unk_2>`, `<unk_3>`, ... */
function unknownTokens(from: number, to: number): string[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => `<unk_${from + i}>`);
}

/**
 * PEGASUS's tokenizer: the pieces of a SentencePiece model behind tokens of its pretraining, `A </s>`. Defaults and
 * results are those of Transformers 4.37.2's PegasusTokenizerFast.
 */
export class PegasusTokenizer extends SentencePieceTokenizer {
  static override readonly tokenizerClass: string = "PegasusTokenizer";
  static override readonly defaults: PegasusTokenizerConfig = {
    pad_token: "<pad>",
    eos_token: "</s>",
    unk_token: "<unk>",
    mask_token: "<mask_2>",
    mask_token_sent: "<mask_1>",
    offset: 103,
    sp_model_kwargs: {},
  };

  protected static override complete(config: PegasusTokenizerConfig): PegasusTokenizerConfig {
    const { mask_token_sent = null, offset = 0 } = config;
    const given = config.additional_special_tokens ?? null;
    const mask = mask_token_sent === null ? [] : [mask_token_sent];
    if (given === null) {
      return { ...config, additional_special_tokens: [...mask, ...unknownTokens(2, offset)] };
    }
    const isKnown = given.some((token) => contentOf(token) === mask_token_sent);
    const named = isKnown ? [...given] : [...mask, ...given];
    const tokens = [...named, ...unknownTokens(named.length, offset - 1)];
    if (new Set(tokens.map(contentOf)).size === tokens.length) {
      return { ...config, additional_special_tokens: tokens };
    }
    throw new TransformersError(
      "CONFIG_INVALID",
      `additional_special_tokens names a token twice, or tokens <unk_n> other than those from ${named.length} on: ${named.map(contentOf).join(", ")}`,
    );
  }

  protected static override converter(model: ModelProto, config: PegasusTokenizerConfig): SpmConverter {
    return new PegasusConverter(model, config);
  }

  protected static override postProcessor(
    config: PegasusTokenizerConfig,
    _idOf: (token: string) => number,
  ): PostProcessor {
    const end = [framing(config.eos_token), 0] as const;
    // The model may have a piece like it, which is another token.
    return frame(() => EOS_ID, { single: [A, end], pair: [A, B0, end] });
  }

  /** How much larger ids are than the places of the pieces in the model. */
  get offset(): number {
    return (this.init_kwargs as PegasusTokenizerConfig).offset ?? 0;
  }

  /** 1 for the end and for each special token of the ids but the unknown one. */
  override get_special_tokens_mask(ids: IdSequence, options: SpecialTokensMaskOptions = {}): number[] {
    const framed = options.already_has_special_tokens
      ? toIds(ids)
      : this.build_inputs_with_special_tokens(toIds(ids), options.token_ids_1 ?? null);
    const special = new Set(this.all_special_ids.filter((id) => id !== this.unk_token_id));
    return framed.map((id) => (special.has(id) ? 1 : 0));
  }
}

/** Python's name for the same class. */
export const PegasusTokenizerFast = PegasusTokenizer;
export type PegasusTokenizerFast = PegasusTokenizer;
