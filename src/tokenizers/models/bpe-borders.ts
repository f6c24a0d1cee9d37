import type { IntBuffer } from "../text.js";
import type { Merge } from "./bpe.js";
import type { Vocabulary } from "./vocabulary.js";

/**
 * Finds where a long word may be cut because no merge joins what stands on both sides: a tokenizer that does not split
 * its text has such places before nearly every blank.
 */
export class MergeBorders {
  /** Pairs of UTF-16 units, `first << 16 | second`, that some merge brings together. */
  readonly #joined = new Set<number>();
  /** Per UTF-16 unit: whether it is a token by itself. */
  readonly #isKnown = new Uint8Array(0x10000);

  constructor(vocabulary: Vocabulary, merges: readonly Merge[]) {
    for (const token of vocabulary.ids.keys()) if (token.length === 1) this.#isKnown[token.charCodeAt(0)] = 1;
    for (const [left, right] of merges) {
      this.#joined.add((left.charCodeAt(left.length - 1) << 16) | right.charCodeAt(0));
    }
  }

  /** Appends start and end of the parts of units[from, to) to `bounds`. */
  cut(units: Uint16Array, from: number, to: number, bounds: IntBuffer): void {
    bounds.push(from);
    for (let i = from + 1; i < to; i++) {
      const before = units[i - 1]!;
      const after = units[i]!;
      // Unknown characters may become one token, or bytes that have merges; halves of a pair are never known.
      if (this.#isKnown[before] === 0 || this.#isKnown[after] === 0) continue;
      if (this.#joined.has((before << 16) | after)) continue;
      bounds.push(i);
      bounds.push(i);
    }
    bounds.push(to);
  }
}
