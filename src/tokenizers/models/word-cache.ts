import type { IntBuffer } from "../text.js";

const FEWEST_SLOTS = 1 << 10;
const MOST_WORDS = 1 << 16;
/** Longer words are seldom seen twice. */
export const LONGEST_CACHED = 48;

/** In place of the number of tokens: the word is a single token, whose id stands where others say where theirs are. */
const WHOLE = 0xffff;

/** What cuts the words that are not remembered. */
export interface WordSource {
  /** The ids of the word cut last. */
  readonly ids: Int32Array;
  /** Start and end of each of its tokens, in units from where the word starts. */
  readonly spans: Int32Array;
  /** Cuts units[from, to) into `ids` and `spans`; returns how many tokens it has. */
  segment(units: Uint16Array, from: number, to: number): number;
}

/** Where tokens are put: ids, and where asked for what is known of each. */
export interface TokenSink {
  readonly ids: IntBuffer;
  /** Start and end of each token in the units of the text. */
  readonly spans: IntBuffer | null;
  /** The index of each token's word. */
  readonly words: IntBuffer | null;
}

/**
 * Words seen before and their tokens, keyed by UTF-16 units. Everything lies in flat arrays, so that a hit
 * allocates nothing; when full it starts over.
 */
export class WordCache {
  /**
   * Of the word found last: the ids of its tokens are `values`[first .. first + count), then follow start and end
   * of each, counted from the word's start.
   */
  first = 0;
  count = 0;
  values = new Int32Array(1 << 12);
  /** The first places hold the word found last where that is a single token. */
  #valuesLength = 3;
  /** Per slot: hash, where the key is, its length and the number of tokens (0: empty), where they are. */
  #slots = new Int32Array(4 * FEWEST_SLOTS);
  #mask = FEWEST_SLOTS - 1;
  #count = 0;
  #keys = new Uint16Array(1 << 12);
  #keysLength = 0;
  /** The slot of the word found or added last. */
  #slot = 0;

  /** Looks a word up; true sets `first` and `count`. */
  find(units: Uint16Array, from: number, to: number, hash: number): boolean {
    if (!this.#locate(units, from, to, hash)) return false;
    const at = this.#slot;
    const count = this.#slots[at + 2]! & 0xffff;
    this.first = count === WHOLE ? 0 : this.#slots[at + 3]!;
    this.count = count === WHOLE ? 1 : count;
    if (count === WHOLE) {
      this.values[0] = this.#slots[at + 3]!;
      this.values[1] = 0;
      this.values[2] = to - from;
    }
    return true;
  }

  #locate(units: Uint16Array, from: number, to: number, hash: number): boolean {
    const slots = this.#slots;
    const keys = this.#keys;
    const length = to - from;
    for (let slot = spread(hash) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * 4;
      const shape = slots[at + 2]!;
      if (shape === 0) return false;
      if (slots[at] !== hash || shape >>> 16 !== length) continue;
      let key = slots[at + 1]!;
      let i = from;
      while (i < to && keys[key] === units[i]) {
        i++;
        key++;
      }
      if (i < to) continue;
      this.#slot = at;
      return true;
    }
  }

  /** Remembers a word of up to {@link LONGEST_CACHED} units that was not found, with its `count` tokens. */
  add(
    units: Uint16Array,
    from: number,
    to: number,
    hash: number,
    ids: Int32Array,
    spans: Int32Array,
    count: number,
  ): void {
    if (this.#count === MOST_WORDS) this.#clear();
    if (2 * (this.#count + 1) > this.#mask) this.#widen();
    this.#count++;
    const length = to - from;
    const isWhole = count === 1 && spans[0] === 0 && spans[1] === length;
    const at = this.#emptySlot(hash);
    this.#slot = at;
    this.#slots[at] = hash;
    this.#slots[at + 1] = this.#keysLength;
    this.#slots[at + 2] = (length << 16) | (isWhole ? WHOLE : count);
    this.#slots[at + 3] = isWhole ? ids[0]! : this.#valuesLength;
    if (this.#keysLength + length > this.#keys.length) {
      this.#keys = grown(this.#keys, this.#keysLength + length);
    }
    for (let i = from; i < to; i++) this.#keys[this.#keysLength++] = units[i]!;
    if (isWhole) return;
    if (this.#valuesLength + 3 * count > this.values.length) {
      this.values = grown(this.values, this.#valuesLength + 3 * count);
    }
    for (let i = 0; i < count; i++) this.values[this.#valuesLength++] = ids[i]!;
    for (let i = 0; i < 2 * count; i++) this.values[this.#valuesLength++] = spans[i]!;
  }

  /** Appends the tokens of the word at `#slot`; `from` is where the word starts. */
  #emit(from: number, ids: IntBuffer, spans: IntBuffer | null): void {
    const slots = this.#slots;
    const at = this.#slot;
    const shape = slots[at + 2]!;
    const count = shape & 0xffff;
    if (count === WHOLE) {
      ids.push(slots[at + 3]!);
      if (spans === null) return;
      spans.push(from);
      spans.push(from + (shape >>> 16));
      return;
    }
    const values = this.values;
    let value = slots[at + 3]!;
    ids.reserve(count);
    for (let i = 0; i < count; i++) ids.values[ids.length++] = values[value++]!;
    if (spans === null) return;
    spans.reserve(2 * count);
    for (let i = 0; i < 2 * count; i++) spans.values[spans.length++] = from + values[value++]!;
  }

  /**
   * Appends the tokens of all words: start and end of each are in `bounds`, and `source` cuts those that are not
   * remembered. `firstWord`: the index of the first word.
   */
  emitAll(
    units: Uint16Array,
    bounds: IntBuffer,
    firstWord: number,
    source: WordSource,
    sink: TokenSink,
  ): void {
    const { ids, spans, words } = sink;
    const { values, length } = bounds;
    for (let i = 0, word = firstWord; i < length; i += 2, word++) {
      const from = values[i]!;
      const to = values[i + 1]!;
      if (to - from > LONGEST_CACHED) {
        emitUncached(units, from, to, source, ids, spans);
      } else {
        const hash = hashUnits(units, from, to);
        if (!this.#locate(units, from, to, hash)) {
          const count = source.segment(units, from, to);
          this.add(units, from, to, hash, source.ids, source.spans, count);
        }
        this.#emit(from, ids, spans);
      }
      if (words !== null) fillTo(words, ids.length, word);
    }
  }

  #emptySlot(hash: number): number {
    let slot = spread(hash) & this.#mask;
    while (this.#slots[slot * 4 + 2] !== 0) slot = (slot + 1) & this.#mask;
    return slot * 4;
  }

  #widen(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    this.#mask = 2 * this.#mask + 1;
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 2] !== 0) this.#slots.set(old.subarray(at, at + 4), this.#emptySlot(old[at]!));
    }
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#count = 0;
    this.#keysLength = 0;
    this.#valuesLength = 3;
  }
}

/** Appends the tokens of a word that is not remembered. */
export function emitUncached(
  units: Uint16Array,
  from: number,
  to: number,
  source: WordSource,
  ids: IntBuffer,
  spans: IntBuffer | null,
): void {
  const count = source.segment(units, from, to);
  ids.reserve(count);
  for (let i = 0; i < count; i++) ids.values[ids.length++] = source.ids[i]!;
  if (spans === null) return;
  spans.reserve(2 * count);
  for (let i = 0; i < 2 * count; i++) spans.values[spans.length++] = from + source.spans[i]!;
}

/** Appends `value` until the buffer has `length` values. */
export function fillTo(buffer: IntBuffer, length: number, value: number): void {
  if (length > buffer.values.length) buffer.reserve(length - buffer.length);
  const { values } = buffer;
  for (let i = buffer.length; i < length; i++) values[i] = value;
  buffer.length = length;
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
