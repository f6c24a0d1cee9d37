import { IntBuffer } from "../text.js";
import type { SeedPieces } from "./seed-pieces.js";

/** The id of the piece that stands for characters without one. */
export const UNKNOWN = 0;
/** How much less likely an unknown character is than the least likely piece, as a logarithm. */
const UNKNOWN_PENALTY = 10;
/** Below this the probability of a word is computed with logarithms. */
const LEAST_PROBABILITY = 1e-250;

/**
 * Words, the pieces of a unigram model, and all places where the pieces stand in the words. Pieces have ids from 1;
 * they lie in the words themselves, as a place and a length. Nothing is searched for: where pieces stand is known
 * since they were found, and a piece that is given up leaves these lists.
 */
export class PieceLattice {
  /** How often the words occur, all together. */
  readonly wordCount: number;
  readonly #words: Pick<SeedPieces, "characters" | "symbols" | "wordStarts" | "wordCounts">;
  // Pieces by id.
  #scores: Float64Array;
  #places: Int32Array;
  #lengths: Int32Array;
  // Pieces by place, as in SeedPieces.
  readonly #matchStarts: Int32Array;
  #matches: Int32Array;
  #leastScore = 0;

  // For one word at a time.
  #forward = new Float64Array(64);
  #backward = new Float64Array(64);
  #cameBy = new Int32Array(64);
  readonly #path = new IntBuffer(64);

  constructor(seeds: SeedPieces) {
    this.#words = seeds;
    this.wordCount = seeds.wordCounts.reduce((sum, count) => sum + count, 0);
    this.#places = seeds.places;
    this.#lengths = seeds.lengths;
    this.#matchStarts = seeds.matchStarts;
    this.#matches = seeds.matches;
    this.#scores = seeds.scores;
    this.scores = seeds.scores;
  }

  /** The number of pieces and {@link UNKNOWN}. */
  get size(): number {
    return this.#scores.length;
  }

  /** Logarithm of each piece's probability; of {@link UNKNOWN} nothing. */
  get scores(): Float64Array {
    return this.#scores;
  }

  set scores(scores: Float64Array) {
    this.#scores = scores;
    let least = Number.POSITIVE_INFINITY;
    for (let id = 1; id < scores.length; id++) if (scores[id]! < least) least = scores[id]!;
    this.#leastScore = Number.isFinite(least) ? least : 0;
  }

  /** The least score of all pieces. */
  get leastScore(): number {
    return this.#leastScore;
  }

  /** The text of a piece. */
  text(id: number): string {
    const { characters, symbols } = this.#words;
    const place = this.#places[id]!;
    let text = "";
    for (let i = 0; i < this.#lengths[id]!; i++) text += characters[symbols[place + i]! - 1]!;
    return text;
  }

  /** How often each piece is expected, given all ways to cut the words into pieces and their probabilities. */
  expectations(): Float64Array {
    const { wordStarts, wordCounts } = this.#words;
    const expected = new Float64Array(this.size);
    const probabilities = this.scores.map(Math.exp);
    probabilities[UNKNOWN] = Math.exp(this.#unknownScore);
    for (let word = 0; word < wordCounts.length; word++) {
      const start = wordStarts[word]!;
      const end = wordStarts[word + 1]! - 1;
      if (start === end) continue;
      this.#widen(end - start);
      const count = wordCounts[word]!;
      if (!this.#expectProducts(start, end, count, probabilities, expected)) {
        this.#expectLogarithms(start, end, count, expected);
      }
    }
    return expected;
  }

  /** How often each piece occurs where every word is cut in the most probable way. */
  frequencies(): Float64Array {
    const { wordStarts, wordCounts } = this.#words;
    const frequencies = new Float64Array(this.size);
    for (let word = 0; word < wordCounts.length; word++) {
      const path = this.#bestPath(wordStarts[word]!, wordStarts[word + 1]! - 1, -1);
      for (let i = 0; i < path.length; i++) frequencies[path.values[i]!]! += wordCounts[word]!;
    }
    return frequencies;
  }

  /**
   * The pieces that would stand in for a piece: the most probable way to cut it into others, where that is less
   * probable than the piece itself. "none": there is no other way. "needless": another way is more probable.
   */
  alternative(id: number): readonly number[] | "none" | "needless" {
    if (this.#lengths[id] === 1) return "none";
    const start = this.#places[id]!;
    const path = this.#bestPath(start, start + this.#lengths[id]!, id);
    return this.#forward[this.#lengths[id]!]! > this.scores[id]!
      ? "needless"
      : Array.from(path.values.subarray(0, path.length));
  }

  /** Keeps only the pieces `ids`, which get new ids in this order, from 1. */
  keep(ids: ArrayLike<number>): void {
    const newIds = new Int32Array(this.size);
    const size = ids.length + 1;
    const [scores, places, lengths] = [new Float64Array(size), new Int32Array(size), new Int32Array(size)];
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      newIds[id] = i + 1;
      scores[i + 1] = this.scores[id]!;
      places[i + 1] = this.#places[id]!;
      lengths[i + 1] = this.#lengths[id]!;
    }
    this.scores = scores;
    this.#places = places;
    this.#lengths = lengths;
    let length = 0;
    let from = 0;
    for (let place = 0; place < this.#words.symbols.length; place++) {
      const to = this.#matchStarts[place + 1]!;
      for (; from < to; from++) {
        const id = newIds[this.#matches[from]!]!;
        if (id !== 0) this.#matches[length++] = id;
      }
      this.#matchStarts[place + 1] = length;
    }
    this.#matches = this.#matches.subarray(0, length);
  }

  /** Forward and backward sums as products of probabilities; false where they come too near to 0. */
  #expectProducts(
    start: number,
    end: number,
    count: number,
    probabilities: Float64Array,
    expected: Float64Array,
  ): boolean {
    const [forward, backward] = [this.#forward, this.#backward];
    const [matches, matchStarts, lengths] = [this.#matches, this.#matchStarts, this.#lengths];
    const length = end - start;
    forward.fill(0, 0, length + 1);
    forward[0] = 1;
    for (let i = 0; i < length; i++) {
      const before = forward[i]!;
      const first = matchStarts[start + i]!;
      const last = matchStarts[start + i + 1]!;
      if (first === last || lengths[matches[first]!] !== 1) {
        forward[i + 1]! += before * probabilities[UNKNOWN]!;
      }
      for (let k = first; k < last; k++) {
        const id = matches[k]!;
        forward[i + lengths[id]!]! += before * probabilities[id]!;
      }
    }
    const whole = forward[length]!;
    if (!(whole > LEAST_PROBABILITY)) return false;
    const share = count / whole;
    backward[length] = 1;
    for (let i = length - 1; i >= 0; i--) {
      const before = forward[i]! * share;
      const first = matchStarts[start + i]!;
      const last = matchStarts[start + i + 1]!;
      let sum = 0;
      if (first === last || lengths[matches[first]!] !== 1) {
        sum = probabilities[UNKNOWN]! * backward[i + 1]!;
        expected[UNKNOWN]! += before * sum;
      }
      for (let k = first; k < last; k++) {
        const id = matches[k]!;
        const after = probabilities[id]! * backward[i + lengths[id]!]!;
        sum += after;
        expected[id]! += before * after;
      }
      backward[i] = sum;
    }
    return true;
  }

  /** The same with logarithms, for long words. */
  #expectLogarithms(start: number, end: number, count: number, expected: Float64Array): void {
    const [forward, backward] = [this.#forward, this.#backward];
    const [matches, matchStarts, lengths, scores] = [
      this.#matches,
      this.#matchStarts,
      this.#lengths,
      this.scores,
    ];
    const unknown = this.#unknownScore;
    const length = end - start;
    forward.fill(Number.NEGATIVE_INFINITY, 0, length + 1);
    forward[0] = 0;
    for (let i = 0; i < length; i++) {
      const before = forward[i]!;
      const first = matchStarts[start + i]!;
      const last = matchStarts[start + i + 1]!;
      if (first === last || lengths[matches[first]!] !== 1) {
        forward[i + 1] = addLogarithms(forward[i + 1]!, before + unknown);
      }
      for (let k = first; k < last; k++) {
        const id = matches[k]!;
        const next = i + lengths[id]!;
        forward[next] = addLogarithms(forward[next]!, before + scores[id]!);
      }
    }
    const whole = forward[length]!;
    backward[length] = 0;
    for (let i = length - 1; i >= 0; i--) {
      const before = forward[i]! - whole;
      const first = matchStarts[start + i]!;
      const last = matchStarts[start + i + 1]!;
      let sum = Number.NEGATIVE_INFINITY;
      if (first === last || lengths[matches[first]!] !== 1) {
        sum = unknown + backward[i + 1]!;
        expected[UNKNOWN]! += count * Math.exp(before + sum);
      }
      for (let k = first; k < last; k++) {
        const id = matches[k]!;
        const after = scores[id]! + backward[i + lengths[id]!]!;
        sum = addLogarithms(sum, after);
        expected[id]! += count * Math.exp(before + after);
      }
      backward[i] = sum;
    }
  }

  /**
   * The most probable pieces of symbols[start, end), without the piece `without`; #forward then has the probability
   * up to each place. Of equal ways the one whose last piece is longest.
   */
  #bestPath(start: number, end: number, without: number): IntBuffer {
    const length = end - start;
    this.#widen(length);
    const [best, cameBy] = [this.#forward, this.#cameBy];
    const [matches, matchStarts, lengths, scores] = [
      this.#matches,
      this.#matchStarts,
      this.#lengths,
      this.scores,
    ];
    const unknown = this.#unknownScore;
    best.fill(Number.NEGATIVE_INFINITY, 0, length + 1);
    best[0] = 0;
    for (let i = 0; i < length; i++) {
      const before = best[i]!;
      const first = matchStarts[start + i]!;
      const last = matchStarts[start + i + 1]!;
      if ((first === last || lengths[matches[first]!] !== 1) && before + unknown > best[i + 1]!) {
        best[i + 1] = before + unknown;
        cameBy[i + 1] = UNKNOWN;
      }
      for (let k = first; k < last; k++) {
        const id = matches[k]!;
        const next = i + lengths[id]!;
        if (next > length) break;
        if (id === without || before + scores[id]! <= best[next]!) continue;
        best[next] = before + scores[id]!;
        cameBy[next] = id;
      }
    }
    const path = this.#path;
    path.length = 0;
    for (let at = length; at > 0; ) {
      const id = cameBy[at]!;
      path.push(id);
      at -= id === UNKNOWN ? 1 : lengths[id]!;
    }
    path.values.subarray(0, path.length).reverse();
    return path;
  }

  get #unknownScore(): number {
    return this.#leastScore - UNKNOWN_PENALTY;
  }

  #widen(length: number): void {
    if (length < this.#forward.length) return;
    this.#forward = new Float64Array(2 * length);
    this.#backward = new Float64Array(2 * length);
    this.#cameBy = new Int32Array(2 * length);
  }
}

/** log(exp(a) + exp(b)). */
function addLogarithms(a: number, b: number): number {
  const [less, more] = a < b ? [a, b] : [b, a];
  return less === Number.NEGATIVE_INFINITY ? more : more + Math.log1p(Math.exp(less - more));
}
