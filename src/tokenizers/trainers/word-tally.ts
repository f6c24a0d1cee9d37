import { IntBuffer, unitsToString } from "../text.js";

/** Counts words given as UTF-16 units; a string is made of each word only once, in the end. */
export class WordTally implements Iterable<readonly [string, number]> {
  #units = new Uint16Array(1 << 16);
  #length = 0;
  /** Where the units of each word begin, and at the end where the next ones will. */
  readonly #starts = new IntBuffer(1 << 12);
  readonly #hashes = new IntBuffer(1 << 12);
  readonly #counts: number[] = [];
  // An open-addressed table of word + 1.
  #table = new Int32Array(1 << 13);

  constructor() {
    this.#starts.push(0);
  }

  /** The number of different words. */
  get size(): number {
    return this.#counts.length;
  }

  /** Counts the word units[from, to) once more. */
  add(units: Uint16Array, from: number, to: number): void {
    const length = to - from;
    const hash = hashOf(units, from, to);
    const table = this.#table;
    const mask = table.length - 1;
    const starts = this.#starts.values;
    let slot = hash & mask;
    for (; ; slot = (slot + 1) & mask) {
      const word = table[slot]! - 1;
      if (word < 0) break;
      const start = starts[word]!;
      if (this.#hashes.values[word] !== hash || starts[word + 1]! - start !== length) continue;
      let same = 0;
      while (same < length && this.#units[start + same] === units[from + same]) same++;
      if (same < length) continue;
      this.#counts[word]!++;
      return;
    }
    table[slot] = this.#counts.push(1);
    this.#hashes.push(hash);
    this.#append(units, from, to);
    if (this.#counts.length * 2 > table.length) this.#widen();
  }

  *[Symbol.iterator](): Iterator<readonly [string, number]> {
    for (const [word, count] of this.#counts.entries()) {
      const start = this.#starts.values[word]!;
      yield [unitsToString(this.#units, start, this.#starts.values[word + 1]!), count];
    }
  }

  #append(units: Uint16Array, from: number, to: number): void {
    const end = this.#length + to - from;
    if (end > this.#units.length) {
      const larger = new Uint16Array(Math.max(end, this.#units.length * 2));
      larger.set(this.#units);
      this.#units = larger;
    }
    this.#units.set(units.subarray(from, to), this.#length);
    this.#length = end;
    this.#starts.push(end);
  }

  #widen(): void {
    this.#table = new Int32Array(this.#table.length * 4);
    const mask = this.#table.length - 1;
    for (let word = 0; word < this.#counts.length; word++) {
      let slot = this.#hashes.values[word]! & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = word + 1;
    }
  }
}

function hashOf(units: Uint16Array, from: number, to: number): number {
  let hash = to - from;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ units[i]!, 0x9e3779b1) ^ (hash >>> 15);
  return hash ^ (hash >>> 13);
}
