import type { PairTable } from "./bpe-pairs.js";
import { PositionQueue } from "./position-queue.js";

/** Up to so many symbols, looking through all pairs for each merge is faster than a queue. */
const MOST_SCANNED = 64;
const NO_RANK = 0x7fffffff;

/** Whether a merge is left out this time. */
export type Dropout = () => boolean;

/**
 * One word on its way through a BPE: symbols with their ids and lengths, of which neighbours are merged. Buffers are
 * used again for the next word.
 */
export class BpeWord {
  ids = new Int32Array(MOST_SCANNED);
  /** In bytes. */
  lengths = new Int32Array(MOST_SCANNED);
  count = 0;
  readonly #ranks = new Int32Array(MOST_SCANNED);
  readonly #queue = new PositionQueue();
  #next = new Int32Array(0);
  #previous = new Int32Array(0);

  push(id: number, length: number): void {
    if (this.count === this.ids.length) this.reserve(1);
    this.ids[this.count] = id;
    this.lengths[this.count++] = length;
  }

  /** Makes room for `count` more symbols. */
  reserve(count: number): void {
    const needed = this.count + count;
    if (needed <= this.ids.length) return;
    const length = Math.max(needed, 2 * this.ids.length);
    const [ids, lengths] = [this.ids, this.lengths];
    this.ids = new Int32Array(length);
    this.lengths = new Int32Array(length);
    this.ids.set(ids);
    this.lengths.set(lengths);
  }

  /** Merges neighbours, lowest rank first and of equal ones the leftmost, until no pair has a merge. */
  merge(pairs: PairTable, dropout: Dropout | null): void {
    if (dropout !== null) this.#mergeByQueue(pairs, dropout);
    else if (this.count <= MOST_SCANNED) this.#mergeByScan(pairs);
    else this.#mergeByQueue(pairs, null);
  }

  #mergeByScan(pairs: PairTable): void {
    const { ids, lengths } = this;
    const ranks = this.#ranks; // of the pair that begins at each symbol
    let last = this.count - 1;
    for (let i = 0; i < last; i++) ranks[i] = rankOf(pairs, ids[i]!, ids[i + 1]!);
    for (;;) {
      let best = NO_RANK;
      let at = 0;
      for (let i = 0; i < last; i++) {
        if (ranks[i]! < best) {
          best = ranks[i]!;
          at = i;
        }
      }
      if (best === NO_RANK) break;
      ids[at] = pairs.merged(pairs.find(ids[at]!, ids[at + 1]!));
      lengths[at]! += lengths[at + 1]!;
      last--;
      for (let i = at + 1; i <= last; i++) {
        ids[i] = ids[i + 1]!;
        lengths[i] = lengths[i + 1]!;
        ranks[i] = ranks[i + 1]!;
      }
      if (at < last) ranks[at] = rankOf(pairs, ids[at]!, ids[at + 1]!);
      if (at > 0) ranks[at - 1] = rankOf(pairs, ids[at - 1]!, ids[at]!);
    }
    this.count = last + 1;
  }

  #mergeByQueue(pairs: PairTable, dropout: Dropout | null): void {
    const { ids, lengths, count } = this;
    if (count < 2) return;
    if (this.#next.length < count) {
      this.#next = new Int32Array(ids.length);
      this.#previous = new Int32Array(ids.length);
    }
    const next = this.#next;
    const previous = this.#previous;
    const queue = this.#queue;
    queue.clear(count);
    for (let i = 0; i < count; i++) {
      previous[i] = i - 1;
      next[i] = i + 1;
      if (i + 1 < count) queue.pushRank(rankOf(pairs, ids[i]!, ids[i + 1]!), i);
    }
    const skipped: number[] = [];
    while (queue.pop()) {
      const { rank, position } = queue;
      if (dropout?.()) {
        skipped.push(rank, position);
        continue;
      }
      while (skipped.length > 0) {
        const at = skipped.pop()!;
        queue.pushRank(skipped.pop()!, at);
      }
      const right = next[position]!;
      if (lengths[position]! < 0 || right === count) continue;
      const pair = pairs.find(ids[position]!, ids[right]!);
      if (pair < 0 || pairs.rank(pair) !== rank) continue; // one of the two has been merged since
      ids[position] = pairs.merged(pair);
      lengths[position]! += lengths[right]!;
      lengths[right] = -1;
      const after = next[right]!;
      next[position] = after;
      if (after < count) {
        previous[after] = position;
        queue.pushRank(rankOf(pairs, ids[position]!, ids[after]!), position);
      }
      const before = previous[position]!;
      if (before >= 0) queue.pushRank(rankOf(pairs, ids[before]!, ids[position]!), before);
    }
    let kept = 0;
    for (let i = 0; i < count; i = next[i]!) {
      ids[kept] = ids[i]!;
      lengths[kept++] = lengths[i]!;
    }
    this.count = kept;
  }
}

function rankOf(pairs: PairTable, left: number, right: number): number {
  const pair = pairs.find(left, right);
  return pair < 0 ? NO_RANK : pairs.rank(pair);
}
