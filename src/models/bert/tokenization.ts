import { TransformersError } from "../../errors.js";
import {
  AddedToken,
  BertNormalizer,
  BertPreTokenizer,
  normalizeString,
  readVocabTxt,
  splitString,
  TemplateProcessing,
  Tokenizer,
  WhitespaceSplit,
  WordPiece,
  WordPieceDecoder,
} from "../../tokenizers/index.js";
import {
  NeverSplitNormalizer,
  NeverSplitPreTokenizer,
  NeverSplitWordPiece,
} from "../../tokenizers/never-split.js";
import {
  type FileTexts,
  PreTrainedTokenizer,
  type TokenizerConfig,
} from "../../tokenizers/pretrained/index.js";

/** Fields of tokenizer_config.json that BERT's tokenizer reads beside those of every tokenizer. */
export interface BertTokenizerConfig extends TokenizerConfig {
  /** Whether to lowercase (default true). */
  do_lower_case?: boolean;
  /** Whether to clean, split at punctuation and so on before WordPiece, and not only at whitespace (default true). */
  do_basic_tokenize?: boolean;
  /** Words that are neither changed nor split; one that the vocabulary lacks is unknown (default none). */
  never_split?: readonly string[] | null;
  /** Whether each CJK ideograph is a word of its own (default true). */
  tokenize_chinese_chars?: boolean;
  /** Whether to strip accents; null (the default): where it lowercases. */
  strip_accents?: boolean | null;
}

const DEFAULTS = {
  do_lower_case: true,
  do_basic_tokenize: true,
  never_split: null,
  tokenize_chinese_chars: true,
  strip_accents: null,
  unk_token: "[UNK]",
  sep_token: "[SEP]",
  pad_token: "[PAD]",
  cls_token: "[CLS]",
  mask_token: "[MASK]",
} as const;

/**
 * BERT's tokenizer: cleaning, case and accents, words and punctuation, WordPiece, `[CLS] A [SEP] B [SEP]`.
 * Defaults are those of Transformers 4.37.2; results those of its BertTokenizerFast. What only its slow
 * BertTokenizer has, `never_split` and `do_basic_tokenize: false`, works too.
 */
export class BertTokenizer extends PreTrainedTokenizer {
  static override readonly tokenizerClass: string = "BertTokenizer";

  constructor(backend: Tokenizer, config: BertTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    followConfig(backend, complete);
    super(backend, complete);
  }

  /** Makes a tokenizer from a vocabulary: tokens and ids, or the text of a vocab.txt. */
  static fromVocab(
    vocab: string | ReadonlyMap<string, number>,
    config: BertTokenizerConfig = {},
  ): BertTokenizer {
    const tokens = typeof vocab === "string" ? readVocabTxt(vocab) : vocab;
    return new BertTokenizer(pipelineOf(tokens, config), config);
  }

  static override backendFromFiles(files: FileTexts, config: BertTokenizerConfig): Tokenizer {
    const json = files.get("tokenizer.json");
    if (json !== undefined) return Tokenizer.from_json(json);
    const vocab = files.get("vocab.txt");
    if (vocab !== undefined) return pipelineOf(readVocabTxt(vocab), config);
    throw new TransformersError(
      "FILE_NOT_FOUND",
      `BertTokenizer needs tokenizer.json or vocab.txt; found ${[...files.keys()].join(", ") || "neither"}`,
    );
  }

  /** `[CLS] A [SEP]`, or `[CLS] A [SEP] B [SEP]`, of ids without special tokens. */
  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1?: readonly number[] | null,
  ): number[] {
    const [cls, sep] = this.#frame();
    return [cls, ...token_ids_0, sep, ...(token_ids_1 ? [...token_ids_1, sep] : [])];
  }

  /** The token type ids of what `build_inputs_with_special_tokens` gives: 0 up to the first [SEP], then 1. */
  override create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1?: readonly number[] | null,
  ): number[] {
    const first = new Array<number>(token_ids_0.length + 2).fill(0);
    return token_ids_1 ? [...first, ...new Array<number>(token_ids_1.length + 1).fill(1)] : first;
  }

  protected override tokenizerJson(): string | null {
    return this.backend_tokenizer.model instanceof NeverSplitWordPiece ? null : super.tokenizerJson();
  }

  protected override vocabularyFiles(): [string, string][] {
    const { model } = this.backend_tokenizer;
    const tokens = [...model.get_vocab()].sort(([, a], [, b]) => a - b).map(([token]) => `${token}\n`);
    return [["vocab.txt", tokens.join("")]];
  }

  #frame(): [number, number] {
    const { cls_token_id, sep_token_id } = this;
    if (cls_token_id !== null && sep_token_id !== null) return [cls_token_id, sep_token_id];
    throw new TransformersError("CONFIG_INVALID", "the tokenizer lacks cls_token or sep_token");
  }
}

/** Python's name for the same class. */
export const BertTokenizerFast = BertTokenizer;
export type BertTokenizerFast = BertTokenizer;

/** The pipeline over a bare vocabulary. */
function pipelineOf(vocab: ReadonlyMap<string, number>, config: BertTokenizerConfig): Tokenizer {
  const nameOf = (name: "unk_token" | "cls_token" | "sep_token") => {
    const token = config[name] ?? DEFAULTS[name];
    return token instanceof AddedToken ? token.content : token;
  };
  const model = new WordPiece(vocab, { unk_token: nameOf("unk_token") });
  const [cls, sep] = [nameOf("cls_token"), nameOf("sep_token")];
  const framing = [cls, sep].map((token) => {
    const id = vocab.get(token);
    if (id !== undefined) return [token, id] as const;
    throw new TransformersError("CONFIG_INVALID", `the vocabulary lacks ${JSON.stringify(token)}`);
  });
  return new Tokenizer(model, {
    normalizer: new BertNormalizer(),
    pre_tokenizer: new BertPreTokenizer(),
    post_processor: new TemplateProcessing({
      single: [piece(cls, 0), { Sequence: { id: "A", type_id: 0 } }, piece(sep, 0)],
      pair: [
        piece(cls, 0),
        { Sequence: { id: "A", type_id: 0 } },
        piece(sep, 0),
        { Sequence: { id: "B", type_id: 1 } },
        piece(sep, 1),
      ],
      special_tokens: framing,
    }),
    decoder: new WordPieceDecoder(),
  });
}

function piece(id: string, type_id: number) {
  return { SpecialToken: { id, type_id } };
}

/** Makes a pipeline do what tokenizer_config.json says, which goes before tokenizer.json. */
function followConfig(backend: Tokenizer, config: BertTokenizerConfig): void {
  const { normalizer, model } = backend;
  const basics = {
    lowercase: config.do_lower_case ?? true,
    strip_accents: config.strip_accents ?? null,
    handle_chinese_chars: config.tokenize_chinese_chars ?? true,
  };
  if (config.do_basic_tokenize === false) {
    backend.normalizer = null;
    backend.pre_tokenizer = new WhitespaceSplit();
    return;
  }
  if (config.never_split != null && config.never_split.length > 0) {
    if (!(model instanceof WordPiece)) {
      throw new TransformersError("UNSUPPORTED", `never_split needs a WordPiece model, not ${model.type}`);
    }
    const words = new Set(config.never_split);
    backend.model = new NeverSplitWordPiece(model, words);
    backend.normalizer = new NeverSplitNormalizer(basics, words);
    backend.pre_tokenizer = new NeverSplitPreTokenizer(words);
    return;
  }
  if (!(normalizer instanceof BertNormalizer)) return;
  const now = normalizer.options;
  const differs = (Object.keys(basics) as (keyof typeof basics)[]).some((name) => now[name] !== basics[name]);
  if (differs) backend.normalizer = new BertNormalizer({ ...now, ...basics });
}

/** Options of {@link BasicTokenizer}. */
export type BasicTokenizerOptions = Pick<
  BertTokenizerConfig,
  "do_lower_case" | "never_split" | "tokenize_chinese_chars" | "strip_accents"
>;

/** The first half of BERT's tokenization: cleaning, case and accents, whitespace and punctuation. */
export class BasicTokenizer {
  readonly #normalizer: NeverSplitNormalizer;
  readonly #preTokenizer: NeverSplitPreTokenizer;

  constructor(options: BasicTokenizerOptions = {}) {
    const words = new Set(options.never_split ?? []);
    this.#normalizer = new NeverSplitNormalizer(
      {
        lowercase: options.do_lower_case ?? true,
        strip_accents: options.strip_accents ?? null,
        handle_chinese_chars: options.tokenize_chinese_chars ?? true,
      },
      words,
    );
    this.#preTokenizer = new NeverSplitPreTokenizer(words);
  }

  /** The words and punctuation characters of a text. */
  tokenize(text: string): string[] {
    return splitString(this.#preTokenizer, normalizeString(this.#normalizer, text));
  }
}

/** The second half of BERT's tokenization: WordPiece over words between whitespace. */
export class WordpieceTokenizer {
  readonly #tokenizer: Tokenizer;

  constructor(options: {
    vocab: ReadonlyMap<string, number>;
    unk_token: string;
    max_input_chars_per_word?: number;
  }) {
    const { vocab, unk_token, max_input_chars_per_word } = options;
    this.#tokenizer = new Tokenizer(new WordPiece(vocab, { unk_token, max_input_chars_per_word }), {
      pre_tokenizer: new WhitespaceSplit(),
    });
  }

  /** The tokens of a text. */
  tokenize(text: string): string[] {
    return this.#tokenizer.encode_fast(text).tokens;
  }
}
