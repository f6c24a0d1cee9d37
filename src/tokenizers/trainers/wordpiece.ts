import { TransformersError } from "../../errors.js";
import { AddedToken } from "../added-vocabulary.js";
import { WordPiece } from "../models/index.js";
import type { Trainer } from "../tokenizer.js";
import { PairMerger } from "./pair-merger.js";

/** Options of {@link WordPieceTrainer}. */
export interface WordPieceTrainerOptions {
  /** The size to grow to, special tokens and alphabet included (default 30,000). */
  vocab_size?: number;
  /** A pair must occur this often to be merged (default 0). */
  min_frequency?: number;
  /** Tokens that come first in the vocabulary (default none). */
  special_tokens?: readonly (string | AddedToken)[];
  /** Keep only this many characters, the most frequent ones (default: all). */
  limit_alphabet?: number | null;
  /** Characters to keep in any case, before all others; of a longer string the first one (default none). */
  initial_alphabet?: readonly string[];
  /** What marks a token that continues a word (default "##"). */
  continuing_subword_prefix?: string;
  /** The token for unknown words of the model that is made (default "[UNK]"). */
  unk_token?: string;
  /** Called now and then with the number of tokens so far. */
  onProgress?: (tokens: number, vocab_size: number) => void;
}

/**
 * Makes a WordPiece vocabulary: special tokens, alphabet, then byte-pair merges of the most frequent pair, over
 * and over (Sennrich et al. 2016), as the Rust library `tokenizers` does. That library numbers the characters
 * that continue words in an order that changes from run to run; here it is that of their first appearance in
 * `wordCounts`. Ties at the edge of `limit_alphabet` fall to the smaller code point.
 */
export class WordPieceTrainer implements Trainer {
  readonly options: Required<WordPieceTrainerOptions>;

  /** @throws TransformersError INVALID_ARGUMENT where a number is no whole number from 0. */
  constructor(options: WordPieceTrainerOptions = {}) {
    this.options = {
      vocab_size: options.vocab_size ?? 30_000,
      min_frequency: options.min_frequency ?? 0,
      special_tokens: options.special_tokens ?? [],
      limit_alphabet: options.limit_alphabet ?? null,
      initial_alphabet: options.initial_alphabet ?? [],
      continuing_subword_prefix: options.continuing_subword_prefix ?? "##",
      unk_token: options.unk_token ?? "[UNK]",
      onProgress: options.onProgress ?? (() => {}),
    };
    const { vocab_size, min_frequency, limit_alphabet } = this.options;
    for (const [name, value] of Object.entries({ vocab_size, min_frequency, limit_alphabet })) {
      if (value !== null && (!Number.isInteger(value) || value < 0)) {
        throw new TransformersError(
          "INVALID_ARGUMENT",
          `${name} must be a whole number from 0, not ${value}`,
        );
      }
    }
  }

  /** The model that `wordCounts` gives, and the special tokens. */
  train(wordCounts: ReadonlyMap<string, number>): { model: WordPiece; specialTokens: AddedToken[] } {
    const { options } = this;
    const specialTokens = options.special_tokens.map((token) =>
      typeof token === "string" ? new AddedToken(token, { special: true }) : token,
    );
    const vocabulary = this.trainVocabulary(wordCounts);
    const model = new WordPiece(new Map(vocabulary.map((token, id) => [token, id])), {
      unk_token: options.unk_token,
      continuing_subword_prefix: options.continuing_subword_prefix,
    });
    return { model, specialTokens };
  }

  /** The tokens in the order of their ids. */
  trainVocabulary(wordCounts: ReadonlyMap<string, number>): string[] {
    const { vocab_size, min_frequency, special_tokens, continuing_subword_prefix: prefix } = this.options;
    const tokens: string[] = [];
    const ids = new Map<string, number>();
    const idOf = (token: string): number => {
      const known = ids.get(token);
      if (known !== undefined) return known;
      ids.set(token, tokens.length);
      return tokens.push(token) - 1;
    };
    for (const token of special_tokens) idOf(typeof token === "string" ? token : token.content);
    for (const character of this.#alphabet(wordCounts)) idOf(character);

    const merger = new PairMerger();
    for (const [word, count] of wordCounts) {
      const symbols: number[] = [];
      let isFirst = true;
      for (const character of word) {
        if (ids.has(character)) symbols.push(idOf(isFirst ? character : prefix + character));
        isFirst = false;
      }
      merger.addWord(symbols, count);
    }
    merger.start();
    while (tokens.length < vocab_size) {
      const best = merger.best();
      if (best === undefined || best.count < Math.max(1, min_frequency)) break;
      const second = tokens[best.second]!;
      const rest = second.startsWith(prefix) ? second.slice(prefix.length) : second;
      merger.merge(idOf(tokens[best.first]! + rest));
      if (tokens.length % 256 === 0) this.options.onProgress(tokens.length, vocab_size);
    }
    return tokens;
  }

  /** The characters to keep, by code point. */
  #alphabet(wordCounts: ReadonlyMap<string, number>): string[] {
    const { initial_alphabet, limit_alphabet } = this.options;
    const counts = new Map<string, number>();
    for (const [word, count] of wordCounts) {
      for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count);
    }
    for (const text of initial_alphabet) {
      const [character] = text;
      if (character !== undefined) counts.set(character, Number.POSITIVE_INFINITY);
    }
    const byPoint = (a: string, b: string) => a.codePointAt(0)! - b.codePointAt(0)!;
    const characters = [...counts.keys()].sort(byPoint);
    if (limit_alphabet === null || characters.length <= limit_alphabet) return characters;
    const frequent = characters.sort((a, b) => {
      const [left, right] = [counts.get(a)!, counts.get(b)!];
      return left === right ? byPoint(a, b) : right > left ? 1 : -1;
    });
    return frequent.slice(0, limit_alphabet).sort(byPoint);
  }
}
