import {
  type BatchEncoding,
  type CallOptions,
  type CallValues,
  type LanguageFrame,
  type TextInput,
  type TranslationConfig,
  TranslationTokenizer,
} from "../../tokenizers/pretrained/index.js";
import {
  type ModelProto,
  RenumberedConverter,
  type SpmConverter,
} from "../../tokenizers/sentencepiece/index.js";

/** Options of a call that only SeamlessM4T's tokenizer has; texts are padded, to a multiple of 2. */
export interface SeamlessM4TCallOptions extends CallOptions {
  /** The language of the texts, of this call and those after it. */
  src_lang?: string;
  /** The language of what the model is to write, for this call and those after it. */
  tgt_lang?: string;
}

const FIRST = { first: ["<pad>", "<unk>", "<s>", "</s>"], unk_id: 1 };

/** It is called like a function, with options for languages. */
export interface SeamlessM4TTokenizer {
  <const Text extends TextInput | null, const Options extends SeamlessM4TCallOptions = object>(
    text: Text,
    options?: Options,
  ): BatchEncoding<CallValues<Text, Options>>;
  readonly is_fast: boolean;
}

/**
 * SeamlessM4T's tokenizer: the pieces of a SentencePiece model behind the language, `__eng__ A </s>`, or
 * `</s> __fra__ A </s>` for what the model is to write. Equal to Transformers 4.37.2's SeamlessM4TTokenizerFast, but that
 * texts are framed as the model reads them from the first call on.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the base class provides
export class SeamlessM4TTokenizer extends TranslationTokenizer {
  static override readonly tokenizerClass: string = "SeamlessM4TTokenizer";
  static override readonly defaults: TranslationConfig = {
    bos_token: "<s>",
    eos_token: "</s>",
    sep_token: "</s>",
    cls_token: "<s>",
    unk_token: "<unk>",
    pad_token: "<pad>",
    src_lang: "eng",
    tgt_lang: "fra",
    sp_model_kwargs: {},
  };
  protected static override readonly languages: readonly [string, string] = ["eng", "fra"];

  protected static override converter(model: ModelProto, _config: TranslationConfig): SpmConverter {
    return new RenumberedConverter(model, FIRST, { legacy: false });
  }

  // Only calls pad by themselves.
  override encode_plus(text: string | readonly string[], options: CallOptions = {}): BatchEncoding<unknown> {
    return super.encode_plus(text, { ...NO_PADDING, ...options });
  }

  override batch_encode_plus(
    batch: readonly (string | readonly string[] | readonly (readonly string[])[])[],
    options: CallOptions = {},
  ): BatchEncoding<unknown> {
    return super.batch_encode_plus(batch, { ...NO_PADDING, ...options });
  }

  protected override invoke(
    text: TextInput | null,
    options: SeamlessM4TCallOptions = {},
  ): BatchEncoding<unknown> {
    const { src_lang, tgt_lang, ...call } = options;
    if (src_lang !== undefined) this.src_lang = src_lang;
    if (tgt_lang !== undefined) this.tgt_lang = tgt_lang;
    return super.invoke(text, { padding: true, pad_to_multiple_of: 2, ...call });
  }

  /** `__eng__` of "eng". */
  protected override languageToken(language: string): string {
    return language.includes("__") ? language : `__${language}__`;
  }

  /** A language without a token is the unknown token, as in Python, whose models come without one. */
  protected override languageId(language: string): number {
    return this.idOf(language) ?? this.idOrUnknown(language);
  }

  protected override frameOf(language: string, isTarget: boolean): LanguageFrame {
    const end = this.eos_token!;
    return { prefix: isTarget ? [end, language] : [language], suffix: [end] };
  }
}

const NO_PADDING = { padding: false, pad_to_multiple_of: null } as const;

/** Python's name for the same class. */
export const SeamlessM4TTokenizerFast = SeamlessM4TTokenizer;
export type SeamlessM4TTokenizerFast = SeamlessM4TTokenizer;
