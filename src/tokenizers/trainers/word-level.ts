import type { AddedToken } from "../added-vocabulary.js";
import { type Model, WordLevel } from "../models/index.js";
import {
  byCodePoints,
  checkWholeNumbers,
  readOptions,
  Trainer,
  type TrainerOptions,
  toSpecialTokens,
  type WordCounts,
} from "./trainer.js";

/** Options of {@link WordLevelTrainer}. */
export interface WordLevelTrainerOptions extends TrainerOptions {
  /** A word must occur this often (default 0). */
  min_frequency?: number;
}

const DEFAULTS = {
  vocab_size: 30_000,
  min_frequency: 0,
  special_tokens: [] as readonly (string | AddedToken)[],
};

/** Makes a vocabulary of the most frequent words; of equally frequent ones the first in the order of code points. */
export class WordLevelTrainer extends Trainer {
  readonly options: Readonly<typeof DEFAULTS>;

  /** @throws TransformersError INVALID_ARGUMENT where a number is no whole number from 0, or an option is unknown. */
  constructor(options: WordLevelTrainerOptions = {}) {
    super(options.progress_callback);
    this.options = readOptions("WordLevelTrainer", options, DEFAULTS);
    const { vocab_size, min_frequency } = this.options;
    checkWholeNumbers({ vocab_size, min_frequency });
  }

  /** The model that `words` give, and the special tokens. */
  train(words: WordCounts, model?: Model): { model: WordLevel; specialTokens: AddedToken[] } {
    const before = model instanceof WordLevel ? { unk_token: model.unk_token } : {};
    return {
      model: new WordLevel(this.trainVocabulary(words), before),
      specialTokens: toSpecialTokens(this.options.special_tokens),
    };
  }

  /**
   * Words and their ids. As in the Rust library, a special token that the texts have too is numbered as a word, and
   * the id that it would have had is nobody's.
   */
  trainVocabulary(words: WordCounts): Map<string, number> {
    const { vocab_size, min_frequency, special_tokens } = this.options;
    const frequent = [...words]
      .filter(([, count]) => count >= min_frequency)
      .sort(([a, left], [b, right]) => right - left || byCodePoints(a, b));
    const all = [
      ...toSpecialTokens(special_tokens).map((token) => token.content),
      ...frequent.map(([word]) => word),
    ];
    return new Map(all.slice(0, vocab_size).map((word, id) => [word, id]));
  }
}
