import type { AddedToken } from "../added-vocabulary.js";
import { type Model, WordPiece } from "../models/index.js";
import { learnBytePairs } from "./byte-pairs.js";
import {
  checkWholeNumbers,
  readOptions,
  Trainer,
  type TrainerOptions,
  toSpecialTokens,
  type WordCounts,
} from "./trainer.js";

/** Options of {@link WordPieceTrainer}. */
export interface WordPieceTrainerOptions extends TrainerOptions {
  /** A pair must occur this often to be merged (default 0). */
  min_frequency?: number;
  /** Keep only this many characters, the most frequent ones (default: all). */
  limit_alphabet?: number | null;
  /** Characters to keep in any case, before all others; of a longer string the first one (default none). */
  initial_alphabet?: readonly string[];
  /** What marks a token that continues a word (default "##"); null: nothing. */
  continuing_subword_prefix?: string | null;
  /** What marks a token that ends a word (default: nothing). */
  end_of_word_suffix?: string | null;
  /** The token for unknown words of the model that is made (default: that of the model before, else "[UNK]"). */
  unk_token?: string;
}

const DEFAULTS = {
  vocab_size: 30_000,
  min_frequency: 0,
  special_tokens: [] as readonly (string | AddedToken)[],
  limit_alphabet: null as number | null,
  initial_alphabet: [] as readonly string[],
  continuing_subword_prefix: "##" as string | null,
  end_of_word_suffix: null as string | null,
};

/**
 * Makes a WordPiece vocabulary, as the Rust library `tokenizers` does: by byte-pair merges, of which the vocabulary
 * is kept and the order is not. {@link learnBytePairs} says what is done where its results change from run to run.
 */
export class WordPieceTrainer extends Trainer {
  readonly options: Readonly<typeof DEFAULTS>;
  readonly #unkToken: string | undefined;

  /** @throws TransformersError INVALID_ARGUMENT where a number is no whole number from 0, or an option is unknown. */
  constructor(options: WordPieceTrainerOptions = {}) {
    super(options.progress_callback);
    this.options = readOptions("WordPieceTrainer", options, DEFAULTS, ["unk_token"]);
    this.#unkToken = options.unk_token;
    const { vocab_size, min_frequency, limit_alphabet } = this.options;
    checkWholeNumbers({ vocab_size, min_frequency, limit_alphabet });
  }

  /** The model that `words` give, and the special tokens. */
  train(words: WordCounts, model?: Model): { model: WordPiece; specialTokens: AddedToken[] } {
    const before = model instanceof WordPiece ? model.options : {};
    const { continuing_subword_prefix: prefix } = this.options;
    const vocabulary = this.trainVocabulary(words);
    const trained = new WordPiece(new Map(vocabulary.map((token, id) => [token, id])), {
      ...before,
      ...(this.#unkToken === undefined ? {} : { unk_token: this.#unkToken }),
      ...(prefix === null ? {} : { continuing_subword_prefix: prefix }),
    });
    return { model: trained, specialTokens: toSpecialTokens(this.options.special_tokens) };
  }

  /** The tokens in the order of their ids. */
  trainVocabulary(words: WordCounts): readonly string[] {
    const all = { ...this.options, max_token_length: null, progress_callback: this.progress ?? null };
    return learnBytePairs(words, all).tokens;
  }
}
