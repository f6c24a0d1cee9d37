import { PieceTrie } from "../models/piece-trie.js";
import { hashUnits, LONGEST_CACHED, WordCache } from "../models/word-cache.js";
import { type IntBuffer, isPair, unitsToString } from "../text.js";
import { TokenMatcher } from "../token-matcher.js";
import { MergeHeap } from "./merge-heap.js";
import { SPACE_MARK } from "./normalizer.js";
import type { Segmenter } from "./segmenter.js";
import { isCut, type Vocabulary } from "./vocabulary.js";

/**
 * Byte pair encoding as SentencePiece has it: of all neighbours that are a piece together, those with the best score
 * are joined first, the leftmost of equal ones. User-defined symbols are joined with nothing, and unused pieces taken
 * apart again in the end. Source: SentencePiece, `bpe::Model::SampleEncode`.
 */
export class BpeSegmenter implements Segmenter {
  readonly #vocabulary: Vocabulary;
  readonly #trie: PieceTrie;
  /** The id that the text of each piece has, which may be that of a control piece. */
  readonly #idOfText: Int32Array;
  readonly #userDefined = new TokenMatcher();
  /** Whether each word, from one space to the next, may be cut by itself. */
  readonly #byWords: boolean;
  readonly #cache = new WordCache();
  readonly #heap = new MergeHeap();
  // Of each symbol: start and end (the same: it has been joined), its neighbours (-1: none), whether it stays as it is.
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #previous = new Int32Array(64);
  #next = new Int32Array(64);
  #isFixed = new Uint8Array(64);
  /** Of unused pieces met in a text: how long their left part is. */
  readonly #leftParts = new Map<string, number>();
  // The pieces of a word.
  #ids = new Int32Array(64);
  #spans = new Int32Array(128);
  #count = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    const ids: number[] = [];
    let hasUnused = false;
    let hasInnerSpace = false;
    for (const [id, { piece, type }] of vocabulary.pieces.entries()) {
      if (!isCut(type)) continue;
      ids.push(id);
      if (type === "user_defined") this.#userDefined.add(piece, id);
      if (type === "unused") hasUnused = true;
      if (piece.includes(String.fromCharCode(SPACE_MARK), 1)) hasInnerSpace = true;
    }
    this.#trie = new PieceTrie(
      ids.map((id) => vocabulary.pieces[id]!.piece),
      ids,
    );
    this.#idOfText = Int32Array.from(vocabulary.pieces, ({ piece }) => vocabulary.idOf(piece));
    // How an unused piece is taken apart depends on where else it was met in the text.
    this.#byWords = !hasInnerSpace && !hasUnused;
  }

  segment(units: Uint16Array, length: number, found: IntBuffer): void {
    this.#leftParts.clear();
    for (let from = 0; from < length; ) {
      let to = this.#byWords ? from + 1 : length;
      while (to < length && units[to] !== SPACE_MARK) to++;
      this.#segmentWord(units, from, to, found);
      from = to;
    }
  }

  #segmentWord(units: Uint16Array, from: number, to: number, found: IntBuffer): void {
    const isCached = this.#byWords && to - from <= LONGEST_CACHED;
    const hash = isCached ? hashUnits(units, from, to) : 0;
    const cache = this.#cache;
    if (isCached && cache.find(units, from, to, hash)) {
      emit(cache.values, cache.first, cache.values, cache.first + cache.count, cache.count, from, found);
      return;
    }
    this.#count = 0;
    this.#merge(units, from, to);
    for (let symbol = 0; symbol >= 0; symbol = this.#next[symbol]!) {
      this.#emitSymbol(units, from, this.#starts[symbol]!, this.#ends[symbol]!);
    }
    if (isCached) cache.add(units, from, to, hash, this.#ids, this.#spans, this.#count);
    emit(this.#ids, 0, this.#spans, 0, this.#count, from, found);
  }

  #merge(units: Uint16Array, from: number, to: number): void {
    const heap = this.#heap;
    heap.clear();
    const symbols = this.#makeSymbols(units, from, to);
    const [starts, ends, previous, next] = [this.#starts, this.#ends, this.#previous, this.#next];
    for (let i = 1; i < symbols; i++) this.#propose(units, i - 1, i);
    while (heap.take()) {
      const { left, right, size } = heap;
      const isLeft = starts[left] === ends[left] || starts[right] === ends[right];
      if (isLeft || ends[right]! - starts[left]! !== size) continue;
      ends[left] = ends[right]!;
      starts[right] = ends[right]!;
      next[left] = next[right]!;
      if (next[left]! >= 0) previous[next[left]!] = left;
      this.#propose(units, previous[left]!, left);
      this.#propose(units, left, next[left]!);
    }
  }

  /** Makes a symbol of each character and of each user-defined symbol. */
  #makeSymbols(units: Uint16Array, from: number, to: number): number {
    if (to - from > this.#starts.length) this.#reserve(2 * (to - from));
    let count = 0;
    for (let i = from; i < to; count++) {
      const isFixed = this.#userDefined.matchAt(units, i, to);
      this.#isFixed[count] = isFixed ? 1 : 0;
      this.#starts[count] = i;
      i = isFixed ? this.#userDefined.end : i + (isPair(units, i, to) ? 2 : 1);
      this.#ends[count] = i;
      this.#previous[count] = count - 1;
      this.#next[count] = i < to ? count + 1 : -1;
    }
    return count;
  }

  /** Notes that two symbols may be joined, if they may. */
  #propose(units: Uint16Array, left: number, right: number): void {
    if (left < 0 || right < 0 || this.#isFixed[left] === 1 || this.#isFixed[right] === 1) return;
    const start = this.#starts[left]!;
    const end = this.#ends[right]!;
    const id = this.#trie.find(units, start, end);
    if (id < 0) return;
    const { score, type, piece } = this.#vocabulary.pieces[id]!;
    this.#heap.add(left, right, end - start, score);
    if (type === "unused") this.#leftParts.set(piece, this.#ends[left]! - start);
  }

  /** Adds the piece of a symbol, or those of its parts. */
  #emitSymbol(units: Uint16Array, from: number, start: number, end: number): void {
    const open = [start, end];
    while (open.length > 0) {
      const to = open.pop()!;
      const at = open.pop()!;
      const id = this.#trie.find(units, at, to);
      const piece = id >= 0 ? this.#vocabulary.pieces[id]! : undefined;
      const left = piece?.type === "unused" ? this.#leftParts.get(piece.piece) : undefined;
      if (left !== undefined) {
        open.push(at + left, to, at, at + left);
        continue;
      }
      this.#spans[2 * this.#count] = at - from;
      this.#spans[2 * this.#count + 1] = to - from;
      this.#ids[this.#count++] =
        id >= 0 ? this.#idOfText[id]! : this.#vocabulary.idOf(unitsToString(units, at, to));
    }
  }

  #reserve(size: number): void {
    this.#starts = new Int32Array(size);
    this.#ends = new Int32Array(size);
    this.#previous = new Int32Array(size);
    this.#next = new Int32Array(size);
    this.#isFixed = new Uint8Array(size);
    this.#ids = new Int32Array(size);
    this.#spans = new Int32Array(2 * size);
  }
}

/** Appends start, end and id of `count` pieces of a word that starts at `from`. */
function emit(
  ids: Int32Array,
  firstId: number,
  spans: Int32Array,
  firstSpan: number,
  count: number,
  from: number,
  found: IntBuffer,
): void {
  found.reserve(3 * count);
  for (let i = 0; i < count; i++) {
    found.push(from + spans[firstSpan + 2 * i]!);
    found.push(from + spans[firstSpan + 2 * i + 1]!);
    found.push(ids[firstId + i]!);
  }
}
