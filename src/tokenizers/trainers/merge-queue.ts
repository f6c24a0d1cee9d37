import { IntBuffer } from "../text.js";

/**
 * A heap of possible merges: the most frequent first, of equals the pair with the smaller symbols, then the
 * one that was pushed first. A pair may be in it several times, each time with other places.
 */
export class MergeQueue {
  readonly #firsts: IntBuffer;
  readonly #seconds: IntBuffer;
  // Entries: pair, count when pushed, head of the list of places. The heap holds entries' numbers.
  readonly #pairs = new IntBuffer(1 << 12);
  readonly #places = new IntBuffer(1 << 12);
  readonly #counts: number[] = [];
  readonly #heap: number[] = [];

  /** `firsts` and `seconds` are the symbols of each pair. */
  constructor(firsts: IntBuffer, seconds: IntBuffer) {
    this.#firsts = firsts;
    this.#seconds = seconds;
  }

  get size(): number {
    return this.#heap.length;
  }

  get topPair(): number {
    return this.#pairs.values[this.#heap[0]!]!;
  }

  get topCount(): number {
    return this.#counts[this.#heap[0]!]!;
  }

  get topPlaces(): number {
    return this.#places.values[this.#heap[0]!]!;
  }

  push(pair: number, count: number, places: number): void {
    const entry = this.#counts.length;
    this.#pairs.push(pair);
    this.#places.push(places);
    this.#counts.push(count);
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#precedes(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Corrects the count of the top, which may then no longer be the top. */
  recountTop(count: number): void {
    this.#counts[this.#heap[0]!] = count;
    this.#sink(this.#heap[0]!);
  }

  pop(): void {
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) this.#sink(last);
  }

  /** Puts `entry` into the empty root. */
  #sink(entry: number): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#precedes(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#precedes(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }

  #precedes(a: number, b: number): boolean {
    const difference = this.#counts[a]! - this.#counts[b]!;
    if (difference !== 0) return difference > 0;
    const left = this.#pairs.values[a]!;
    const right = this.#pairs.values[b]!;
    if (left === right) return a < b;
    const first = this.#firsts.values[left]! - this.#firsts.values[right]!;
    return first !== 0 ? first < 0 : this.#seconds.values[left]! < this.#seconds.values[right]!;
  }
}
