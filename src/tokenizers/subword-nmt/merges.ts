import { PositionQueue } from "../models/position-queue.js";
import { splitAtSpace } from "../python-text/index.js";

/** A word of more UTF-16 units than this is not remembered. */
const LONGEST_REMEMBERED = 64;
const MOST_REMEMBERED = 20_000;
const NO_RANK = 0x7fffffff;

/** Two symbols that become one. */
export type Merge = readonly [first: string, second: string];

/**
 * The lines of a merges file: two symbols each, and what a file may have beside them. A line that has not two
 * symbols merges nothing, but counts.
 */
export function readMerges(lines: readonly string[]): (Merge | null)[] {
  return lines.map((line) => {
    const [first, second] = splitAtSpace(line);
    return first === undefined || second === undefined ? null : [first, second];
  });
}

/** The lines of a merges file. */
export function writeMerges(merges: readonly (Merge | null)[]): string {
  return merges.map((merge) => `${merge === null ? "" : merge.join(" ")}\n`).join("");
}

/**
 * Byte-pair encoding over characters as subword-nmt has it: the last symbol of a word carries `</w>`, and of all
 * pairs of neighbours the one that was learned first is merged everywhere, until there is none left.
 * Source: Sennrich, Haddow and Birch 2016, algorithm 1.
 */
export class SubwordMerges {
  readonly #ranks = new Map<string, number>();
  readonly #remembered = new Map<string, readonly string[]>();
  readonly #queue = new PositionQueue();
  readonly #end: string;

  /** Of a pair that occurs twice, the later place counts, as in Python. `end` marks the end of a word. */
  constructor(merges: readonly (Merge | null)[], end = "</w>") {
    for (const [rank, merge] of merges.entries()) if (merge !== null) this.#ranks.set(merge.join(" "), rank);
    this.#end = end;
  }

  /** The symbols of a word that is not empty, the last one with the end mark. */
  symbols(word: string): readonly string[] {
    const known = this.#remembered.get(word);
    if (known !== undefined) return known;
    const symbols = Array.from(word);
    symbols[symbols.length - 1] += this.#end;
    const merged = this.#merge(symbols);
    if (word.length <= LONGEST_REMEMBERED) {
      if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
      this.#remembered.set(word, merged);
    }
    return merged;
  }

  #merge(symbols: (string | null)[]): string[] {
    const { length } = symbols;
    const next = Int32Array.from(symbols, (_, i) => i + 1);
    const before = Int32Array.from(symbols, (_, i) => i - 1);
    const rankAt = (place: number) => {
      const [first, second] = [symbols[place], symbols[next[place]!]];
      return first == null || second == null ? NO_RANK : (this.#ranks.get(`${first} ${second}`) ?? NO_RANK);
    };
    const queue = this.#queue;
    queue.clear(length);
    for (let place = 0; place + 1 < length; place++) queue.pushRank(rankAt(place), place);
    // All pairs of one rank are merged before those that come of it are looked at.
    let rank = NO_RANK;
    let places: number[] = [];
    for (;;) {
      const isLeft = queue.pop();
      if (isLeft && queue.rank === rank) {
        places.push(queue.position);
        continue;
      }
      const after = isLeft ? { rank: queue.rank, position: queue.position } : null;
      const touched: number[] = [];
      for (const place of places) {
        if (rankAt(place) !== rank) continue;
        const second = next[place]!;
        symbols[place] = symbols[place]! + symbols[second]!;
        symbols[second] = null;
        next[place] = next[second]!;
        if (next[place]! < length) before[next[place]!] = place;
        touched.push(place);
      }
      for (const place of touched) {
        queue.pushRank(rankAt(place), place);
        if (before[place]! >= 0) queue.pushRank(rankAt(before[place]!), before[place]!);
      }
      if (after === null && touched.length === 0) break;
      if (after !== null) queue.pushRank(after.rank, after.position);
      rank = NO_RANK;
      places = [];
      if (!queue.pop()) break;
      rank = queue.rank;
      places = [queue.position];
    }
    return symbols.filter((symbol) => symbol !== null);
  }
}
