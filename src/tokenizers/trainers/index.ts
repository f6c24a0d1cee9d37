export { BpeTrainer, type BpeTrainerOptions } from "./bpe.js";
export type { BytePairs } from "./byte-pairs.js";
export type { AsyncTexts, Texts } from "./text-counter.js";
export { Trainer, type TrainerOptions, type TrainingProgress, type WordCounts } from "./trainer.js";
export { type ScoredVocabulary, UnigramTrainer, type UnigramTrainerOptions } from "./unigram.js";
export { WordLevelTrainer, type WordLevelTrainerOptions } from "./word-level.js";
export { WordTally } from "./word-tally.js";
export { WordPieceTrainer, type WordPieceTrainerOptions } from "./wordpiece.js";
