import type { IntBuffer } from "../text.js";
import { emitUncached, fillTo, type TokenSink, WordCache, type WordSource } from "./word-cache.js";

/** Cuts words into tokens and remembers what became of the short ones. */
export abstract class CachedWords implements WordSource {
  ids = new Int32Array(64);
  spans = new Int32Array(128);
  readonly #cache = new WordCache();

  abstract segment(units: Uint16Array, from: number, to: number): number;

  /** Whether a word is cut the same way each time. */
  protected get isCacheable(): boolean {
    return true;
  }

  /** Appends the tokens of all words whose start and end are in `bounds`; `firstWord` is the index of the first. */
  tokenizeAll(units: Uint16Array, bounds: IntBuffer, firstWord: number, sink: TokenSink): void {
    if (this.isCacheable) {
      this.#cache.emitAll(units, bounds, firstWord, this, sink);
      return;
    }
    for (let i = 0; i < bounds.length; i += 2) {
      emitUncached(units, bounds.values[i]!, bounds.values[i + 1]!, this, sink.ids, sink.spans);
      if (sink.words !== null) fillTo(sink.words, sink.ids.length, firstWord + (i >> 1));
    }
  }

  /** Makes room for `count` tokens. */
  protected makeRoom(count: number): void {
    if (this.ids.length >= count) return;
    this.ids = new Int32Array(2 * count);
    this.spans = new Int32Array(4 * count);
  }
}
