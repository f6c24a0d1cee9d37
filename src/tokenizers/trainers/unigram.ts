import { TransformersError } from "../../errors.js";
import type { AddedToken } from "../added-vocabulary.js";
import { type Model, Unigram } from "../models/index.js";
import { PieceLattice } from "./piece-lattice.js";
import { seedPieces } from "./seed-pieces.js";
import {
  byCodePoints,
  checkWholeNumbers,
  readOptions,
  Trainer,
  type TrainerOptions,
  toSpecialTokens,
  type WordCounts,
} from "./trainer.js";

/** Options of {@link UnigramTrainer}. */
export interface UnigramTrainerOptions extends TrainerOptions {
  /** Characters that are pieces in any case; of a longer string the first one (default none). */
  initial_alphabet?: readonly string[];
  /** The share of pieces that each round keeps, above 0 and below 1 (default 0.75). */
  shrinking_factor?: number;
  /** The unknown token, which becomes the first where it is not among the special ones (default: none). */
  unk_token?: string | null;
  /** The most characters of a piece (default 16). */
  max_piece_length?: number;
  /** How often a round estimates the scores (default 2). */
  n_sub_iterations?: number;
  /** The most pieces to begin with (default 1,000,000). */
  seed_size?: number;
}

const DEFAULTS = {
  vocab_size: 8000,
  special_tokens: [] as readonly (string | AddedToken)[],
  initial_alphabet: [] as readonly string[],
  shrinking_factor: 0.75,
  unk_token: null as string | null,
  max_piece_length: 16,
  n_sub_iterations: 2,
  seed_size: 1_000_000,
};

/** A piece that is expected less often is given up. */
const LEAST_EXPECTATION = 0.5;
/** How far apart the scores of characters are that are only there because every character has to be. */
const LACKING_CHARACTER_STEP = 0.0001;

/** Pieces with their scores in the order of their ids, and the id of the unknown token. */
export interface ScoredVocabulary {
  readonly pieces: readonly (readonly [piece: string, score: number])[];
  readonly unk_id: number | null;
}

/**
 * Makes the pieces and scores of a unigram model (Kudo 2018): begins with all substrings that repeat, estimates their
 * probabilities by expectation maximisation, gives up those that the likelihood needs least, over and over.
 *
 * Pieces and scores are those of the Rust library `tokenizers`, but for what there changes from run to run: the order
 * of sums, which decides between pieces that are equally dispensable, and the order of characters with equal scores,
 * which here is that of their code points.
 */
export class UnigramTrainer extends Trainer {
  readonly options: Readonly<typeof DEFAULTS>;

  /** @throws TransformersError INVALID_ARGUMENT where a number is out of its range, or an option is unknown. */
  constructor(options: UnigramTrainerOptions = {}) {
    super(options.progress_callback);
    this.options = readOptions("UnigramTrainer", options, DEFAULTS);
    const { vocab_size, max_piece_length, n_sub_iterations, seed_size, shrinking_factor } = this.options;
    checkWholeNumbers({ vocab_size, max_piece_length, seed_size }, 1);
    checkWholeNumbers({ n_sub_iterations });
    if (!(shrinking_factor > 0 && shrinking_factor < 1)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `shrinking_factor must be above 0 and below 1, not ${shrinking_factor}`,
      );
    }
  }

  /** The model that `words` give, and the special tokens. */
  train(words: WordCounts, _model?: Model): { model: Unigram; specialTokens: AddedToken[] } {
    const { pieces, unk_id } = this.trainVocabulary(words);
    return {
      model: new Unigram(pieces, { unk_id }),
      specialTokens: toSpecialTokens(this.options.special_tokens),
    };
  }

  /**
   * Pieces and scores as plain data.
   * @throws TransformersError INVALID_ARGUMENT where vocab_size leaves no room for every character.
   */
  trainVocabulary(words: WordCounts): ScoredVocabulary {
    const { vocab_size, max_piece_length, seed_size, n_sub_iterations } = this.options;
    this.progress?.({ stage: "find pieces", current: 0, total: 1 });
    const seeds = seedPieces(words, max_piece_length, seed_size);
    this.progress?.({ stage: "find pieces", current: 1, total: 1 });
    const required = this.#requiredCharacters(seeds.characters);
    const lattice = new PieceLattice(seeds);
    const enough = Math.floor((vocab_size * 11) / 10);
    const rounds = Math.ceil(Math.log(enough / lattice.size) / Math.log(this.options.shrinking_factor));
    const total = Math.max(1, rounds + 1) * n_sub_iterations;
    for (let step = 0; ; ) {
      const before = lattice.size;
      for (let i = 0; i < n_sub_iterations; i++) {
        maximize(lattice);
        step++;
        this.progress?.({ stage: "fit pieces", current: step, total: Math.max(total, step) });
      }
      if (lattice.size <= enough) break;
      this.#prune(lattice, enough);
      if (lattice.size === before) break; // as many are left as there can be
    }
    return this.#finish(lattice, required);
  }

  /** The characters that must be pieces, by code point. */
  #requiredCharacters(characters: readonly string[]): readonly string[] {
    const { vocab_size, special_tokens, initial_alphabet } = this.options;
    const initial = initial_alphabet.flatMap((text) => [...text].slice(0, 1));
    const required = [...new Set([...characters, ...initial])].sort(byCodePoints);
    if (required.length > vocab_size || special_tokens.length >= vocab_size) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `vocab_size ${vocab_size} leaves no room for ${required.length} characters and ${special_tokens.length} special tokens`,
      );
    }
    return required;
  }

  /** Gives up the pieces that the likelihood of the words needs least. */
  #prune(lattice: PieceLattice, enough: number): void {
    const frequencies = lattice.frequencies();
    const sum = frequencies.reduce((total, frequency) => total + frequency, 0);
    const kept: number[] = [];
    const candidates: { readonly id: number; readonly loss: number }[] = [];
    for (let id = 1; id < lattice.size; id++) {
      const frequency = frequencies[id]!;
      const alternative = lattice.alternative(id);
      if (frequency === 0 && alternative === "needless") continue;
      if (typeof alternative === "string") {
        kept.push(id);
      } else if (frequency > 0) {
        // What the likelihood loses where each occurrence is replaced by the alternative's pieces. Their sum should
        // grow by the number of these pieces; in the Rust library it is that of all pieces, which decides what stays.
        const logSum = Math.log(sum + frequency * (lattice.size - 1));
        let replaced = 0;
        for (const other of alternative) replaced += Math.log(frequencies[other]! + frequency) - logSum;
        const loss = (frequency / lattice.wordCount) * (Math.log(frequency) - Math.log(sum) - replaced);
        candidates.push({ id, loss });
      }
    }
    candidates.sort((a, b) => b.loss - a.loss);
    const size = Math.max(enough, Math.floor(lattice.size * this.options.shrinking_factor));
    const room = size - 1 - kept.length;
    // As in the Rust library, nothing is cut where the pieces that stay anyway are too many already.
    const chosen = room < 0 ? candidates : candidates.slice(0, room);
    lattice.keep([...kept, ...chosen.map(({ id }) => id)]);
  }

  /** The vocabulary: special tokens, then pieces by score, of which every character is one. */
  #finish(lattice: PieceLattice, required: readonly string[]): ScoredVocabulary {
    const { vocab_size, special_tokens, unk_token } = this.options;
    const { scores } = lattice;
    const special = toSpecialTokens(special_tokens).map((token) => token.content);
    const unkId = unk_token === null ? -1 : special.indexOf(unk_token);
    if (unk_token !== null && unkId < 0) special.unshift(unk_token);
    const room = vocab_size - special.length;

    const texts = Array.from(scores, (_, id) => (id === 0 ? "" : lattice.text(id)));
    const idOf = new Map(texts.map((text, id) => [text, id]));
    let lacking = 0;
    const pieces = required.map((character): [string, number] => {
      const id = idOf.get(character);
      const score = id === undefined ? lattice.leastScore + lacking++ * LACKING_CHARACTER_STEP : scores[id]!;
      return [character, score];
    });
    const inserted = new Set(required);
    // As in the Rust library, there is no limit where the characters fill the vocabulary already.
    for (let id = 1; id < lattice.size; id++) {
      if (inserted.has(texts[id]!)) continue;
      pieces.push([texts[id]!, scores[id]!]);
      if (pieces.length === room) break;
    }
    pieces.sort(([, a], [, b]) => b - a);
    return {
      pieces: [...special.map((token): [string, number] => [token, 0]), ...pieces],
      unk_id: unk_token === null ? null : Math.max(0, unkId),
    };
  }
}

/**
 * Estimates the scores anew, with a prior that favours few pieces (Liang and Klein 2007, Structured Bayesian
 * Nonparametric Models with Variational Inference), and gives up pieces that are hardly expected anywhere.
 */
function maximize(lattice: PieceLattice): void {
  const expected = lattice.expectations();
  const kept: number[] = [];
  let sum = 0;
  for (let id = 1; id < lattice.size; id++) {
    if (!(expected[id]! >= LEAST_EXPECTATION)) continue;
    kept.push(id);
    sum += expected[id]!;
  }
  const scores = new Float64Array(kept.length + 1);
  for (const [i, id] of kept.entries()) scores[i + 1] = digamma(expected[id]!) - digamma(sum);
  lattice.keep(kept);
  lattice.scores = scores;
}

/** The derivative of log gamma, for x > 0: its asymptotic series, from 7 on. */
function digamma(x: number): number {
  let result = 0;
  let at = x;
  for (; at < 7; at++) result -= 1 / at;
  at -= 0.5;
  const inverse = 1 / (at * at);
  return (
    result +
    Math.log(at) +
    inverse * (1 / 24 - inverse * (7 / 960 - inverse * (31 / 8064 - inverse * (127 / 30720))))
  );
}
