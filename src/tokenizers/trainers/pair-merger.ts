import { IntBuffer } from "../text.js";
import { MergeQueue } from "./merge-queue.js";

/** The pair of symbols that a merge would join, and how often it occurs. */
export interface PairCount {
  readonly first: number;
  readonly second: number;
  readonly count: number;
}

/**
 * Words as rows of symbols, in which the most frequent pair is replaced by a new symbol, over and over. Pairs,
 * their counts and the words they occur in lie in flat arrays; only what a merge changes is counted again.
 */
export class PairMerger {
  // Words: symbols[starts[w] .. starts[w] + lengths[w])
  readonly #symbols = new IntBuffer(1 << 16);
  readonly #starts = new IntBuffer(1 << 12);
  readonly #lengths = new IntBuffer(1 << 12);
  readonly #wordCounts: number[] = [];

  // Pairs: an open-addressed table of pair + 1, keyed by both symbols.
  #table = new Int32Array(1 << 14);
  readonly #firsts = new IntBuffer(1 << 12);
  readonly #seconds = new IntBuffer(1 << 12);
  readonly #counts: number[] = [];

  // Words in which a pair has newly appeared: a linked list per pair, and the pairs that have one.
  readonly #heads = new IntBuffer(1 << 12);
  readonly #placeWords = new IntBuffer(1 << 16);
  readonly #placeNext = new IntBuffer(1 << 16);
  readonly #touched: number[] = [];

  readonly #queue = new MergeQueue(this.#firsts, this.#seconds);
  readonly #lengthLimit: number;
  #symbolLengths: readonly number[] = [];

  /** Merges never make pairs whose lengths add up to `lengthLimit` or more. */
  constructor(lengthLimit: number) {
    this.#lengthLimit = lengthLimit;
  }

  /** Adds a word that occurs `count` times. */
  addWord(symbols: readonly number[], count: number): void {
    this.#starts.push(this.#symbols.length);
    this.#lengths.push(symbols.length);
    this.#wordCounts.push(count);
    for (const symbol of symbols) this.#symbols.push(symbol);
  }

  /** Counts the pairs of all words. */
  start(): void {
    const symbols = this.#symbols.values;
    for (let word = 0; word < this.#wordCounts.length; word++) {
      const start = this.#starts.values[word]!;
      const last = start + this.#lengths.values[word]! - 1;
      for (let i = start; i < last; i++) {
        const pair = this.#pair(symbols[i]!, symbols[i + 1]!);
        this.#counts[pair]! += this.#wordCounts[word]!;
        this.#place(pair, word);
      }
    }
    this.#enqueueTouched();
  }

  /** The most frequent pair (of equals the one with the smaller symbols), or undefined where none is left. */
  best(): PairCount | undefined {
    const queue = this.#queue;
    while (queue.size > 0) {
      const pair = queue.topPair;
      const count = this.#counts[pair]!;
      if (queue.topCount === count) {
        return { first: this.#firsts.values[pair]!, second: this.#seconds.values[pair]!, count };
      }
      queue.recountTop(count);
    }
    return undefined;
  }

  /**
   * Replaces the pair that `best` gave by `symbol`, in the words where it had newly appeared. `symbolLengths`: of all
   * symbols.
   */
  merge(symbol: number, symbolLengths: readonly number[]): void {
    this.#symbolLengths = symbolLengths;
    const pair = this.#queue.topPair;
    const first = this.#firsts.values[pair]!;
    const second = this.#seconds.values[pair]!;
    let place = this.#queue.topPlaces;
    this.#queue.pop();
    while (place >= 0) {
      this.#mergeIn(this.#placeWords.values[place]!, first, second, symbol);
      place = this.#placeNext.values[place]!;
    }
    this.#enqueueTouched();
  }

  #mergeIn(word: number, first: number, second: number, symbol: number): void {
    const symbols = this.#symbols.values;
    const start = this.#starts.values[word]!;
    const end = start + this.#lengths.values[word]!;
    let out = start;
    for (let i = start; i < end; i++) {
      if (symbols[i] !== first || i + 1 >= end || symbols[i + 1] !== second) {
        symbols[out++] = symbols[i]!;
        continue;
      }
      if (out > start) {
        const before = symbols[out - 1]!;
        this.#subtract(before, first, word);
        this.#add(before, symbol, word);
      }
      if (i + 2 < end) {
        const after = symbols[i + 2]!;
        this.#subtract(second, after, word);
        this.#add(symbol, after, word);
      }
      symbols[out++] = symbol;
      i++;
    }
    this.#lengths.values[word] = out - start;
  }

  #add(first: number, second: number, word: number): void {
    if (this.#symbolLengths[first]! + this.#symbolLengths[second]! >= this.#lengthLimit) return;
    const pair = this.#pair(first, second);
    this.#counts[pair]! += this.#wordCounts[word]!;
    this.#place(pair, word);
  }

  #subtract(first: number, second: number, word: number): void {
    this.#counts[this.#pair(first, second)]! -= this.#wordCounts[word]!;
  }

  /** Notes that `pair` occurs in `word`, once per word. */
  #place(pair: number, word: number): void {
    const head = this.#heads.values[pair]!;
    if (head >= 0 && this.#placeWords.values[head] === word) return;
    if (head < 0) this.#touched.push(pair);
    this.#heads.values[pair] = this.#placeWords.length;
    this.#placeWords.push(word);
    this.#placeNext.push(head);
  }

  #enqueueTouched(): void {
    for (const pair of this.#touched) {
      const count = this.#counts[pair]!;
      if (count > 0) this.#queue.push(pair, count, this.#heads.values[pair]!);
      this.#heads.values[pair] = -1;
    }
    this.#touched.length = 0;
  }

  #pair(first: number, second: number): number {
    const mask = this.#table.length - 1;
    let slot = mix(first, second) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const pair = this.#table[slot]! - 1;
      if (pair < 0) break;
      if (this.#firsts.values[pair] === first && this.#seconds.values[pair] === second) return pair;
    }
    const pair = this.#counts.length;
    this.#firsts.push(first);
    this.#seconds.push(second);
    this.#heads.push(-1);
    this.#counts.push(0);
    this.#table[slot] = pair + 1;
    if (this.#counts.length * 2 > this.#table.length) this.#widen();
    return pair;
  }

  #widen(): void {
    this.#table = new Int32Array(this.#table.length * 4);
    const mask = this.#table.length - 1;
    for (let pair = 0; pair < this.#counts.length; pair++) {
      let slot = mix(this.#firsts.values[pair]!, this.#seconds.values[pair]!) & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = pair + 1;
    }
  }
}

function mix(first: number, second: number): number {
  const hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  return hash ^ (hash >>> 15);
}
