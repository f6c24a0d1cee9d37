import type { IntBuffer } from "../text.js";
import { hashUnits, LONGEST_CACHED, WordCache } from "./word-cache.js";

/** Cuts words into tokens and remembers what became of the short ones. */
export abstract class CachedWords {
  /** The ids of the word at hand. */
  protected ids = new Int32Array(64);
  /** Start and end of each of its tokens, in units from where the word starts. */
  protected spans = new Int32Array(128);
  readonly #cache = new WordCache();

  /** Cuts units[from, to) into `ids` and `spans`; returns how many tokens it has. */
  protected abstract segment(units: Uint16Array, from: number, to: number): number;

  /** Appends the ids of the word units[from, to) and, where asked for, where each token stands in `units`. */
  tokenize(units: Uint16Array, from: number, to: number, ids: IntBuffer, spans: IntBuffer | null): void {
    if (to - from > LONGEST_CACHED) {
      this.tokenizeUncached(units, from, to, ids, spans);
      return;
    }
    const cache = this.#cache;
    const hash = hashUnits(units, from, to);
    if (!cache.find(units, from, to, hash)) {
      const count = this.segment(units, from, to);
      cache.add(units, from, to, hash, this.ids, this.spans, count);
    }
    cache.emit(from, ids, spans);
  }

  protected tokenizeUncached(
    units: Uint16Array,
    from: number,
    to: number,
    ids: IntBuffer,
    spans: IntBuffer | null,
  ): void {
    const count = this.segment(units, from, to);
    ids.reserve(count);
    for (let i = 0; i < count; i++) ids.values[ids.length++] = this.ids[i]!;
    if (spans === null) return;
    spans.reserve(2 * count);
    for (let i = 0; i < 2 * count; i++) spans.values[spans.length++] = from + this.spans[i]!;
  }

  /** Makes room for `count` tokens. */
  protected makeRoom(count: number): void {
    if (this.ids.length >= count) return;
    this.ids = new Int32Array(2 * count);
    this.spans = new Int32Array(4 * count);
  }
}
