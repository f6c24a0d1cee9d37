import type { AddedToken } from "../added-vocabulary.js";
import { BPE, type Model } from "../models/index.js";
import { type BytePairs, learnBytePairs } from "./byte-pairs.js";
import {
  checkWholeNumbers,
  readOptions,
  Trainer,
  type TrainerOptions,
  toSpecialTokens,
  type WordCounts,
} from "./trainer.js";

/** Options of {@link BpeTrainer}. */
export interface BpeTrainerOptions extends TrainerOptions {
  /** A pair must occur this often to be merged (default 0). */
  min_frequency?: number;
  /** Keep only this many characters, the most frequent ones (default: all). */
  limit_alphabet?: number | null;
  /**
   * Characters to keep in any case, before all others; of a longer string the first one (default none). With
   * ByteLevel: `ByteLevel.alphabet()`.
   */
  initial_alphabet?: readonly string[];
  /** What marks a token that continues a word (default: nothing). */
  continuing_subword_prefix?: string | null;
  /** What marks a token that ends a word (default: nothing). */
  end_of_word_suffix?: string | null;
  /** Tokens have fewer characters than this, but may have two in any case (default: any number). */
  max_token_length?: number | null;
}

const DEFAULTS = {
  vocab_size: 30_000,
  min_frequency: 0,
  special_tokens: [] as readonly (string | AddedToken)[],
  limit_alphabet: null as number | null,
  initial_alphabet: [] as readonly string[],
  continuing_subword_prefix: null as string | null,
  end_of_word_suffix: null as string | null,
  max_token_length: null as number | null,
};

/** Makes a vocabulary and merges for byte-pair encoding: {@link learnBytePairs}. */
export class BpeTrainer extends Trainer {
  readonly options: Readonly<typeof DEFAULTS>;

  /** @throws TransformersError INVALID_ARGUMENT where a number is no whole number from 0, or an option is unknown. */
  constructor(options: BpeTrainerOptions = {}) {
    super(options.progress_callback);
    this.options = readOptions("BpeTrainer", options, DEFAULTS);
    const { vocab_size, min_frequency, limit_alphabet, max_token_length } = this.options;
    checkWholeNumbers({ vocab_size, min_frequency, limit_alphabet, max_token_length });
  }

  /** The model that `words` give, and the special tokens. */
  train(words: WordCounts, model?: Model): { model: BPE; specialTokens: AddedToken[] } {
    const { tokens, merges } = this.trainVocabulary(words);
    const { continuing_subword_prefix, end_of_word_suffix } = this.options;
    const trained = new BPE(
      new Map(tokens.map((token, id) => [token, id])),
      merges.map(([first, second]) => [tokens[first]!, tokens[second]!]),
      { ...(model instanceof BPE ? model.options : {}), continuing_subword_prefix, end_of_word_suffix },
    );
    return { model: trained, specialTokens: toSpecialTokens(this.options.special_tokens) };
  }

  /** Tokens and merges as plain data. */
  trainVocabulary(words: WordCounts): BytePairs {
    return learnBytePairs(words, { ...this.options, progress_callback: this.progress ?? null });
  }
}
