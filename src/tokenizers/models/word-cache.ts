import type { IntBuffer } from "../text.js";

const SLOTS = 1 << 17;
const MOST_WORDS = 1 << 16;
/** Longer words are seldom seen twice. */
export const LONGEST_CACHED = 48;

/**
 * Words seen before and their tokens, keyed by UTF-16 units. Everything lies in flat arrays, so that a hit
 * allocates nothing; when full it starts over.
 */
export class WordCache {
  /**
   * Of the word found or added last: the ids of its tokens are `values`[first .. first + count), then follow start and end
   * of each, counted from the word's start.
   */
  first = 0;
  count = 0;
  values = new Int32Array(1 << 12);

  #slots = new Int32Array(1 << 10);
  #words = 0;
  #records = new Int32Array(5 << 9); // per word: hash, key, key length, first value, token count
  #keys = new Uint16Array(1 << 12);
  #keysLength = 0;
  #valuesLength = 0;

  /** Looks a word up; true sets `first` and `count`. */
  find(units: Uint16Array, from: number, to: number, hash: number): boolean {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const records = this.#records;
    const length = to - from;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const word = slots[slot]! - 1;
      if (word < 0) return false;
      const record = word * 5;
      if (records[record] !== hash || records[record + 2] !== length) continue;
      const key = records[record + 1]!;
      let same = 0;
      while (same < length && this.#keys[key + same] === units[from + same]) same++;
      if (same < length) continue;
      this.first = records[record + 3]!;
      this.count = records[record + 4]!;
      return true;
    }
  }

  /** Remembers a word that was not found, with its `count` tokens. */
  add(
    units: Uint16Array,
    from: number,
    to: number,
    hash: number,
    ids: Int32Array,
    spans: Int32Array,
    count: number,
  ): void {
    if (this.#words === MOST_WORDS) this.#clear();
    if ((this.#words + 1) * 2 > this.#slots.length && this.#slots.length < SLOTS) this.#widen();
    const record = this.#words * 5;
    if (record === this.#records.length) this.#records = grown(this.#records, record + 5);
    const length = to - from;
    if (this.#keysLength + length > this.#keys.length) {
      this.#keys = grown(this.#keys, this.#keysLength + length);
    }
    if (this.#valuesLength + 3 * count > this.values.length) {
      this.values = grown(this.values, this.#valuesLength + 3 * count);
    }
    this.#records[record] = hash;
    this.#records[record + 1] = this.#keysLength;
    this.#records[record + 2] = length;
    this.#records[record + 3] = this.#valuesLength;
    this.#records[record + 4] = count;
    this.first = this.#valuesLength;
    this.count = count;
    for (let i = from; i < to; i++) this.#keys[this.#keysLength++] = units[i]!;
    for (let i = 0; i < count; i++) this.values[this.#valuesLength++] = ids[i]!;
    for (let i = 0; i < 2 * count; i++) this.values[this.#valuesLength++] = spans[i]!;
    this.#words++;
    this.#place(hash, this.#words);
  }

  /** Appends the tokens of the word found or added last; `from` is where the word starts. */
  emit(from: number, ids: IntBuffer, spans: IntBuffer | null): void {
    const { values, first, count } = this;
    ids.reserve(count);
    for (let i = first; i < first + count; i++) ids.values[ids.length++] = values[i]!;
    if (spans === null) return;
    spans.reserve(2 * count);
    for (let i = first + count; i < first + 3 * count; i++) spans.values[spans.length++] = from + values[i]!;
  }

  #place(hash: number, word: number): void {
    const mask = this.#slots.length - 1;
    let slot = spread(hash) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = word;
  }

  #widen(): void {
    this.#slots = new Int32Array(this.#slots.length * 4);
    for (let word = 0; word < this.#words; word++) this.#place(this.#records[word * 5]!, word + 1);
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#words = 0;
    this.#keysLength = 0;
    this.#valuesLength = 0;
  }
}

/** The hash of units[from, to) that {@link WordCache} expects. */
export function hashUnits(units: Uint16Array, from: number, to: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ units[i]!, 0x01000193);
  return hash;
}

function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

function grown<T extends Int32Array | Uint16Array>(values: T, needed: number): T {
  const length = Math.max(needed, values.length * 2);
  const larger = (values instanceof Int32Array ? new Int32Array(length) : new Uint16Array(length)) as T;
  larger.set(values);
  return larger;
}
