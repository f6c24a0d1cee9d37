import { TransformersError } from "../../errors.js";
import { AddedToken } from "../../tokenizers/index.js";
import { frameId } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  PythonTokenizer,
  type TokenizeOptions,
  type TokenizerConfig,
  type TokenTable,
} from "../../tokenizers/pretrained/index.js";

const BYTES = 256;

/** The special tokens, whose ids stand before those of bytes. */
const SPECIAL = {
  pad_token: "[PAD]",
  bos_token: "[BOS]",
  eos_token: "[EOS]",
  mask_token: "[MASK]",
  cls_token: "[CLS]",
  sep_token: "[SEP]",
} as const;
const OFFSET = Object.keys(SPECIAL).length;

/** Bytes as characters of the same number. */
const TABLE: TokenTable = {
  size: BYTES,
  idOf: (token) => (Array.from(token).length === 1 ? token.codePointAt(0)! + OFFSET : undefined),
  tokenOf: (id) => (id >= OFFSET && id < OFFSET + 0x110000 ? String.fromCodePoint(id - OFFSET) : undefined),
  *entries() {
    for (let byte = 0; byte < BYTES; byte++) yield [String.fromCodePoint(byte), byte + OFFSET] as const;
  },
};

/**
 * Perceiver's tokenizer: the bytes of a text in UTF-8, each a token, in BERT's frame. It needs no vocabulary file. Equal
 * to Transformers 4.37.2's PerceiverTokenizer.
 */
export class PerceiverTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "PerceiverTokenizer";

  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(_vocabulary: null = null, config: TokenizerConfig = {}) {
    const names = Object.keys(SPECIAL) as (keyof typeof SPECIAL)[];
    const tokens = names.map((name) => [name, special(config[name] ?? SPECIAL[name])] as const);
    super(TABLE, {
      model_max_length: 2048,
      ...config,
      ...Object.fromEntries(tokens),
      added_tokens_decoder: new Map([
        ...tokens.map(([, token], id) => [id, token] as const),
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

  /** The text of bytes; each of those that are no UTF-8 becomes U+FFFD. */
  override convert_tokens_to_string(tokens: readonly string[]): string {
    const added = this.added_tokens_encoder;
    const bytes = tokens.flatMap((token) => {
      if (added.has(token)) return Array.from(this.#encoder.encode(token));
      const byte = token.codePointAt(0);
      if (byte !== undefined && byte < BYTES) return [byte];
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `the token ${JSON.stringify(token)} stands for no byte`,
      );
    });
    return this.#decoder.decode(Uint8Array.from(bytes));
  }

  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    const [cls, sep] = [frameId(this, "cls_token"), frameId(this, "sep_token")];
    return [cls, ...token_ids_0, sep, ...(token_ids_1 === null ? [] : [...token_ids_1, sep])];
  }
}

function special(token: string | AddedToken): AddedToken {
  return typeof token === "string" ? new AddedToken(token, { special: true }) : token;
}
