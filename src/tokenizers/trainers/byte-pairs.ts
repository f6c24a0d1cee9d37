import type { AddedToken } from "../added-vocabulary.js";
import { PairMerger } from "./pair-merger.js";
import { type TrainingProgress, toSpecialTokens, type WordCounts } from "./trainer.js";

/** What byte-pair merges are learned with; {@link BpeTrainer} says what each means. */
export interface BytePairOptions {
  readonly vocab_size: number;
  readonly min_frequency: number;
  readonly special_tokens: readonly (string | AddedToken)[];
  readonly limit_alphabet: number | null;
  readonly initial_alphabet: readonly string[];
  readonly continuing_subword_prefix: string | null;
  readonly end_of_word_suffix: string | null;
  readonly max_token_length: number | null;
  readonly progress_callback: ((progress: TrainingProgress) => void) | null;
}

/** A vocabulary and the merges that it grew by. */
export interface BytePairs {
  /** The tokens in the order of their ids. */
  readonly tokens: readonly string[];
  /** The ids of the two tokens that each merge joins, the most frequent pair first. */
  readonly merges: readonly (readonly [first: number, second: number])[];
}

/**
 * Learns byte-pair merges (Sennrich et al. 2016) as the Rust library `tokenizers` does: special tokens, alphabet, then
 * over and over the most frequent pair, of equally frequent ones that of the smaller ids.
 *
 * The results are those of that library wherever its own do not change from run to run. They change with the order of
 * a hash table in two places: characters that have got a prefix or a suffix are numbered here in the order in which
 * `words` has them, and ties at the edge of `limit_alphabet` fall to the smaller code point.
 */
export function learnBytePairs(words: WordCounts, options: BytePairOptions): BytePairs {
  const { vocab_size, min_frequency, special_tokens, continuing_subword_prefix: prefix } = options;
  const tokens: string[] = [];
  const ids = new Map<string, number>();
  const lengths: number[] = []; // of each token in characters of words
  const idOf = (token: string, length: number): number => {
    const known = ids.get(token);
    if (known !== undefined) return known;
    ids.set(token, tokens.length);
    lengths.push(length);
    return tokens.push(token) - 1;
  };
  for (const token of toSpecialTokens(special_tokens)) idOf(token.content, 1);
  for (const character of alphabetOf(words, options)) idOf(character, 1);

  const merger = new PairMerger(options.max_token_length ?? Number.POSITIVE_INFINITY);
  addWords(merger, words, options, ids, idOf);
  merger.start();
  const merges: [number, number][] = [];
  while (tokens.length < vocab_size) {
    const best = merger.best();
    if (best === undefined || best.count < Math.max(1, min_frequency)) break;
    const { first, second } = best;
    const rest = tokens[second]!;
    const joined = tokens[first]! + (prefix && rest.startsWith(prefix) ? rest.slice(prefix.length) : rest);
    const id = idOf(joined, lengths[first]! + lengths[second]!);
    merges.push([first, second]);
    merger.merge(id, lengths);
    if (merges.length % 256 === 0) {
      options.progress_callback?.({ stage: "merge pairs", current: tokens.length, total: vocab_size });
    }
  }
  options.progress_callback?.({ stage: "merge pairs", current: tokens.length, total: tokens.length });
  return { tokens, merges: withoutRepetitions(merges) };
}

/** Adds words as rows of ids; a character outside the alphabet is left out. */
function addWords(
  merger: PairMerger,
  words: WordCounts,
  options: BytePairOptions,
  ids: ReadonlyMap<string, number>,
  idOf: (token: string, length: number) => number,
): void {
  const prefix = options.continuing_subword_prefix ?? "";
  const suffix = options.end_of_word_suffix ?? "";
  const symbols: number[] = [];
  for (const [word, count] of words) {
    symbols.length = 0;
    for (let i = 0; i < word.length; ) {
      const character = String.fromCodePoint(word.codePointAt(i)!);
      const next = i + character.length;
      const id = ids.get(character);
      if (id !== undefined) {
        const marked = (i > 0 ? prefix : "") + character + (next === word.length ? suffix : "");
        symbols.push(marked === character ? id : idOf(marked, 1));
      }
      i = next;
    }
    merger.addWord(symbols, count);
  }
}

/** The characters to keep, by code point. */
function alphabetOf(words: WordCounts, options: BytePairOptions): string[] {
  const { initial_alphabet, limit_alphabet } = options;
  const counts = new Map<number, number>();
  for (const [word, count] of words) {
    for (let i = 0; i < word.length; i++) {
      const point = word.codePointAt(i)!;
      if (point > 0xffff) i++;
      counts.set(point, (counts.get(point) ?? 0) + count);
    }
  }
  for (const text of initial_alphabet) {
    const point = text.codePointAt(0);
    if (point !== undefined) counts.set(point, Number.POSITIVE_INFINITY);
  }
  const points = [...counts.keys()].sort((a, b) => a - b);
  if (limit_alphabet !== null && points.length > limit_alphabet) {
    // Sorting is stable: of equals the smaller code point stays.
    points.sort((a, b) => (counts.get(a) === counts.get(b) ? 0 : counts.get(b)! > counts.get(a)! ? 1 : -1));
    points.length = limit_alphabet;
    points.sort((a, b) => a - b);
  }
  return points.map((point) => String.fromCodePoint(point));
}

/** A pair comes again when a token can be made in two ways; of its merges the last one counts. */
function withoutRepetitions(merges: readonly (readonly [number, number])[]): [number, number][] {
  const last = new Map<number, [number, number]>();
  for (const [first, second] of merges) {
    const key = first * 2 ** 26 + second;
    last.delete(key);
    last.set(key, [first, second]);
  }
  return [...last.values()];
}
