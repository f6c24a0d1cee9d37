import { TransformersError } from "../../errors.js";
import {
  BertNormalizer,
  BertPreTokenizer,
  normalizeString,
  type PostProcessor,
  readVocabTxt,
  splitString,
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
  A,
  B,
  type FileTexts,
  frame,
  framing,
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
  static override readonly vocab_files_names: Readonly<Record<string, string>> = { vocab_file: "vocab.txt" };
  /** The fields that tokenizer_config.json may leave out. */
  static readonly defaults: BertTokenizerConfig = DEFAULTS;

  constructor(backend: Tokenizer, config: BertTokenizerConfig = {}) {
    const complete = { ...(new.target as typeof BertTokenizer).defaults, ...config };
    followConfig(backend, complete);
    super(backend, complete);
  }

  /** Makes a tokenizer from a vocabulary: tokens and ids, or the text of a vocab.txt. */
  static fromVocab<T extends BertTokenizer>(
    this: BertTokenizerClass<T>,
    vocab: string | ReadonlyMap<string, number>,
    config: BertTokenizerConfig = {},
  ): T {
    return new this(this.pipelineOf(typeof vocab === "string" ? readVocabTxt(vocab) : vocab, config), config);
  }

  static override backendFromFiles(files: FileTexts, config: BertTokenizerConfig): Tokenizer {
    const json = files.get("tokenizer.json");
    if (json !== undefined) return Tokenizer.from_json(json);
    const vocab = files.get("vocab.txt");
    if (vocab !== undefined) return this.pipelineOf(readVocabTxt(vocab), config);
    throw new TransformersError(
      "FILE_NOT_FOUND",
      `${this.tokenizerClass} needs tokenizer.json or vocab.txt; found ${[...files.keys()].join(", ") || "neither"}`,
    );
  }

  /** The pipeline over a bare vocabulary. */
  static pipelineOf(vocab: ReadonlyMap<string, number>, config: BertTokenizerConfig): Tokenizer {
    const complete = { ...this.defaults, ...config };
    return new Tokenizer(new WordPiece(vocab, { unk_token: framing(complete.unk_token) }), {
      normalizer: new BertNormalizer(),
      pre_tokenizer: new BertPreTokenizer(),
      post_processor: this.postProcessor(complete, (token) => {
        const id = vocab.get(token);
        if (id !== undefined) return id;
        throw new TransformersError("CONFIG_INVALID", `the vocabulary lacks ${JSON.stringify(token)}`);
      }),
      decoder: new WordPieceDecoder(),
    });
  }

  /** What frames texts: `[CLS] A [SEP]`, or `[CLS] A [SEP] B [SEP]` with the second of type 1. */
  protected static postProcessor(
    config: BertTokenizerConfig,
    idOf: (token: string) => number,
  ): PostProcessor {
    const [cls, sep] = [framing(config.cls_token), framing(config.sep_token)];
    return frame(idOf, {
      single: [[cls, 0], A, [sep, 0]],
      pair: [[cls, 0], A, [sep, 0], B, [sep, 1]],
    });
  }

  protected override tokenizerJson(): string | null {
    return this.backend_tokenizer.model instanceof NeverSplitWordPiece ? null : super.tokenizerJson();
  }

  protected override vocabularyFiles(): [string, string][] {
    const { model } = this.backend_tokenizer;
    const tokens = [...model.get_vocab()].sort(([, a], [, b]) => a - b).map(([token]) => `${token}\n`);
    return [["vocab.txt", tokens.join("")]];
  }
}

/** BertTokenizer, or a class made of it. */
interface BertTokenizerClass<T> {
  new (backend: Tokenizer, config: BertTokenizerConfig): T;
  pipelineOf(vocab: ReadonlyMap<string, number>, config: BertTokenizerConfig): Tokenizer;
}

/** Python's name for the same class. */
export const BertTokenizerFast = BertTokenizer;
export type BertTokenizerFast = BertTokenizer;

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
