import type { PieceTrie } from "./piece-trie.js";

/** Buffers for texts longer than this are given up after use. */
const LONGEST_KEPT = 1 << 20;

/** What {@link BestPath} needs to know of a vocabulary. */
export interface ScoredPieces {
  readonly trie: PieceTrie;
  /** Score of each id. */
  readonly scores: Float64Array;
  /** Score of a code point that is no piece. */
  readonly unknownScore: number;
  /** Id of a code point that is no piece; null: there must be none. */
  readonly unknownId: number | null;
  /** Whether sums are rounded to float32, as SentencePiece does. */
  readonly single: boolean;
}

/**
 * The most probable pieces of a text (Viterbi): of all ways to cut it into pieces and unknown code points, the one with
 * the largest sum of scores. Sums grow from the start, and the first of equal ones stays, in the order in which the
 * references try them: by where a piece starts, then by its length.
 * Source: Kudo 2018, Subword Regularization (section 3.1); SentencePiece, `EncodeOptimized`.
 */
export class BestPath {
  /** The pieces found, from the last to the first: where each starts, counted from the text's start, and its id. */
  starts = new Int32Array(256);
  ids = new Int32Array(256);
  #bestStarts = new Int32Array(256);
  #bestIds = new Int32Array(256);
  #sums = new Float64Array(256);

  /** Cuts units[from, to); returns how many pieces there are, or -1 where one that is unknown has no id. */
  find(units: Uint16Array, from: number, to: number, pieces: ScoredPieces): number {
    const length = to - from;
    this.#reserve(length);
    if (!this.#fill(units, from, length, pieces)) return -1;
    const { starts, ids } = this;
    const bestStarts = this.#bestStarts;
    const bestIds = this.#bestIds;
    let count = 0;
    for (let end = length; end > 0; count++) {
      const start = bestStarts[end]!;
      starts[count] = start;
      ids[count] = bestIds[end]!;
      end = start;
    }
    return count;
  }

  /** Gives up buffers that an unusually long text has needed. */
  shrink(): void {
    if (this.starts.length <= LONGEST_KEPT) return;
    this.starts = new Int32Array(0);
    this.#reserve(256);
  }

  /** Finds for each place the last piece of the best way there. */
  #fill(units: Uint16Array, from: number, length: number, pieces: ScoredPieces): boolean {
    const { unknownScore, unknownId, single, scores } = pieces;
    const { cells, codes } = pieces.trie;
    const bestStarts = this.#bestStarts;
    const bestIds = this.#bestIds;
    const sums = this.#sums;
    bestStarts.fill(-1, 0, length + 1);
    sums[0] = 0;
    for (let start = 0; start < length; ) {
      const sum = sums[start]!;
      const isPair = (units[from + start]! & 0xfc00) === 0xd800;
      const next = start + (isPair ? 2 : 1);
      let isPiece = false;
      for (let end = start, state = 0; end < length; ) {
        const child = cells[state]! + (codes[units[from + end]!]! << 2);
        if (cells[child + 1] !== state) break;
        state = child;
        end++;
        const id = cells[child + 2]!;
        if (id < 0) continue;
        if (end === next) isPiece = true;
        const candidate = single ? Math.fround(scores[id]! + sum) : scores[id]! + sum;
        if (bestStarts[end]! >= 0 && candidate <= sums[end]!) continue;
        sums[end] = candidate;
        bestStarts[end] = start;
        bestIds[end] = id;
      }
      if (!isPiece) {
        const candidate = single ? Math.fround(unknownScore + sum) : unknownScore + sum;
        if (bestStarts[next]! < 0 || candidate > sums[next]!) {
          if (unknownId === null) return false;
          sums[next] = candidate;
          bestStarts[next] = start;
          bestIds[next] = unknownId;
        }
      }
      start = next;
    }
    return true;
  }

  #reserve(length: number): void {
    if (length < this.starts.length) return;
    const size = length < LONGEST_KEPT ? 2 * length : length + 1;
    this.starts = new Int32Array(size);
    this.ids = new Int32Array(size);
    this.#bestStarts = new Int32Array(size);
    this.#bestIds = new Int32Array(size);
    this.#sums = new Float64Array(size);
  }
}
