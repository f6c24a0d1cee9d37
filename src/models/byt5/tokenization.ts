import { TransformersError } from "../../errors.js";
import { AddedToken } from "../../tokenizers/index.js";
import {
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  type TokenTable,
} from "../../tokenizers/pretrained/index.js";
import { decodeUtf8 } from "../../tokenizers/python-text/index.js";

/** Fields of tokenizer_config.json that ByT5's tokenizer reads beside those of every tokenizer. */
export interface ByT5TokenizerConfig extends TokenizerConfig {
  /** How many tokens `<extra_id_0>`, `<extra_id_1>`, ... there are behind the bytes (default 125). */
  extra_ids?: number;
}

/** The ids of <pad>, </s> and <unk> stand before those of bytes. */
const OFFSET = 3;
const BYTES = 256;

const DEFAULTS = {
  eos_token: special("</s>"),
  unk_token: special("<unk>"),
  pad_token: special("<pad>"),
};

/** Bytes as characters of the same number. */
const TABLE: TokenTable = {
  size: BYTES,
  idOf: (token) => (Array.from(token).length === 1 ? token.codePointAt(0)! + OFFSET : undefined),
  tokenOf: (id) => (id >= OFFSET && id < OFFSET + 0x110000 ? String.fromCodePoint(id - OFFSET) : undefined),
  *entries() {
    for (let id = OFFSET; id < OFFSET + BYTES; id++) yield [String.fromCodePoint(id - OFFSET), id] as const;
  },
};

/**
 * ByT5's tokenizer: the bytes of a text in UTF-8, each a token, and `</s>`. It needs no vocabulary file. Equal to
 * Transformers 4.37.2's ByT5Tokenizer.
 */
export class ByT5Tokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "ByT5Tokenizer";

  readonly #encoder = new TextEncoder();

  constructor(_vocabulary: null = null, config: ByT5TokenizerConfig = {}) {
    const { extra_ids = 125, ...rest } = config;
    const names = Object.fromEntries(
      (["eos_token", "unk_token", "pad_token"] as const).map((name) => [
        name,
        special(rest[name] ?? DEFAULTS[name]),
      ]),
    );
    const { pad_token, eos_token, unk_token } = names as Record<string, AddedToken>;
    super(TABLE, {
      ...DEFAULTS,
      ...rest,
      ...names,
      extra_ids: 0,
      additional_special_tokens: extraTokens(extra_ids, config.additional_special_tokens ?? null),
      added_tokens_decoder: new Map([
        [0, pad_token!],
        [1, eos_token!],
        [2, unk_token!],
        ...(config.added_tokens_decoder ?? []),
      ]),
    });
    this.model_input_names = config.model_input_names ?? ["input_ids", "attention_mask"];
  }

  static backendFromFiles(): null {
    return null;
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return Array.from(this.#encoder.encode(text), (byte) => String.fromCharCode(byte));
  }

  /** The text of bytes; those that are no UTF-8 are left out. */
  override convert_tokens_to_string(tokens: readonly string[]): string {
    const added = this.added_tokens_encoder;
    const bytes = tokens.flatMap((token) =>
      added.has(token) ? Array.from(this.#encoder.encode(token)) : [byteOf(token)],
    );
    return decodeUtf8(Uint8Array.from(bytes));
  }

  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    return [...this.#ended(token_ids_0), ...(token_ids_1 === null ? [] : this.#ended(token_ids_1))];
  }

  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const length = token_ids_0.length + 1 + (token_ids_1 === null ? 0 : token_ids_1.length + 1);
    return new Array<number>(length).fill(0);
  }

  #ended(ids: readonly number[]): number[] {
    const eos = this.convert_tokens_to_ids(this.eos_token!);
    return ids.at(-1) === eos ? [...ids] : [...ids, eos];
  }
}

function special(token: string | AddedToken): AddedToken {
  return typeof token === "string"
    ? new AddedToken(token, { lstrip: true, rstrip: true, special: true })
    : token;
}

/** @throws TransformersError CONFIG_INVALID where the given tokens have another number of extra ones. */
function extraTokens(
  count: number,
  given: ByT5TokenizerConfig["additional_special_tokens"] | null,
): readonly (string | AddedToken)[] | null {
  if (count === 0 || (given != null && given.length === 0)) return given ?? null;
  if (given == null) return Array.from({ length: count }, (_, number) => `<extra_id_${number}>`);
  const contents = given.map((token) => (typeof token === "string" ? token : token.content));
  const found = new Set(contents.filter((content) => content.includes("extra_id"))).size;
  if (found === count) return given;
  throw new TransformersError(
    "CONFIG_INVALID",
    `extra_ids is ${count}, but additional_special_tokens has ${found} tokens with extra_id in them`,
  );
}

function byteOf(token: string): number {
  const byte = token.codePointAt(0);
  if (byte !== undefined && byte < BYTES) return byte;
  throw new TransformersError("INVALID_ARGUMENT", `the token ${JSON.stringify(token)} stands for no byte`);
}
