import { TransformersError } from "../../errors.js";
import { AddedToken } from "../../tokenizers/index.js";
import { BertFramedTokenizer } from "../../tokenizers/pretrained/framed-tokenizers.js";
import type { TokenizeOptions, TokenizerConfig, TokenTable } from "../../tokenizers/pretrained/index.js";

const CODE_POINTS = 0x110000;

/** Ids that decoding spells out: the special ones are in a private use area, but for padding. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0xe000, "[CLS]"],
  [0xe001, "[SEP]"],
  [0xe002, "[BOS]"],
  [0xe003, "[MASK]"],
  [0, "[PAD]"],
  [0xe004, "[RESERVED]"],
]);

const DEFAULTS = {
  bos_token: special(0xe000),
  eos_token: special(0xe001),
  sep_token: special(0xe001),
  cls_token: special(0xe000),
  pad_token: special(0),
  mask_token: special(0xe003, true),
  add_prefix_space: false,
  model_max_length: 2048,
};

/** Code points as their own ids. */
const TABLE: TokenTable = {
  size: CODE_POINTS,
  idOf: (token) => (Array.from(token).length === 1 ? token.codePointAt(0) : undefined),
  tokenOf: (id) => NAMES.get(id) ?? (id >= 0 && id < CODE_POINTS ? String.fromCodePoint(id) : undefined),
  *entries() {
    for (let point = 0; point < CODE_POINTS; point++) yield [String.fromCodePoint(point), point] as const;
  },
};

/**
 * CANINE's tokenizer: the code points of a text, each a token, in BERT's frame. It needs no vocabulary file. Equal to
 * Transformers 4.37.2's CanineTokenizer.
 */
export class CanineTokenizer extends BertFramedTokenizer {
  static override readonly tokenizerClass: string = "CanineTokenizer";

  constructor(_vocabulary: null = null, config: TokenizerConfig = {}) {
    super(TABLE, { ...DEFAULTS, ...config });
  }

  static backendFromFiles(): null {
    return null;
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    return Array.from(text);
  }

  protected override _convert_token_to_id(token: string): number {
    const id = TABLE.idOf(token);
    if (id !== undefined) return id;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `the token ${JSON.stringify(token)} is no single character`,
    );
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return tokens.join("");
  }
}

function special(point: number, lstrip = false): AddedToken {
  return new AddedToken(String.fromCodePoint(point), { lstrip, special: true });
}
