import { UnitTrie } from "./models/unit-trie.js";

/** Finds strings in a text from left to right, at each place the longest. Matches do not overlap. */
export class TokenMatcher {
  /** The match found last. */
  start = 0;
  end = 0;
  id = -1;
  readonly #trie = new UnitTrie();
  readonly #root = this.#trie.addRoot();
  /** Bit per UTF-16 unit: whether a string begins with it. */
  readonly #firsts = new Uint32Array(0x10000 >> 5);
  #size = 0;

  /** Adds a string; the id of one that was added before stays. */
  add(text: string, id: number): void {
    if (text === "") return;
    this.#trie.insert(this.#root, text, 0, id);
    const first = text.charCodeAt(0);
    this.#firsts[first >> 5]! |= 1 << (first & 31);
    this.#size++;
  }

  /** Looks for the next match in units[from, to); true sets `start`, `end` and `id`. */
  next(units: Uint16Array, from: number, to: number): boolean {
    if (this.#size === 0) return false;
    const firsts = this.#firsts;
    for (let i = from; i < to; i++) {
      const unit = units[i]!;
      if (((firsts[unit >> 5]! >>> (unit & 31)) & 1) !== 0 && this.matchAt(units, i, to)) return true;
    }
    return false;
  }

  /** Looks for the longest string that begins at units[at]; true sets `start`, `end` and `id`. */
  matchAt(units: Uint16Array, at: number, to: number): boolean {
    if (this.#size === 0) return false;
    const trie = this.#trie;
    this.id = -1;
    for (let i = at, node = this.#root; i < to; i++) {
      node = trie.child(node, units[i]!);
      if (node < 0) break;
      const id = trie.values[node]!;
      if (id < 0) continue;
      this.id = id;
      this.start = at;
      this.end = i + 1;
    }
    return this.id >= 0;
  }
}
