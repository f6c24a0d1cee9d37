/**
 * For each place of a text, the longest of some strings that begins there: by one run from the end to the start of an
 * automaton of the strings read backwards (Aho and Corasick 1975), in linear time whatever the strings are.
 */
export class LongestMatches {
  /** Nodes of the trie of the reversed strings: parent, last unit, and the node of the longest proper suffix. */
  readonly #parents: number[] = [-1];
  readonly #units: number[] = [-1];
  readonly #depths: number[] = [0];
  #suffixes = new Int32Array(0);
  /** The longest string that each node ends with, by its number; -1: none. */
  #longest = new Int32Array(0);
  readonly #ends: number[] = [-1];
  /** Children, by `node * 0x10000 + unit`. */
  readonly #children = new Map<number, number>();

  constructor(strings: readonly string[]) {
    for (const [number, string] of strings.entries()) this.#add(string, number);
    this.#link();
  }

  /** The number of the longest string that begins at each unit of units[from, to), or -1. */
  find(units: Uint16Array, from: number, to: number): Int32Array {
    const found = new Int32Array(to - from);
    let node = 0;
    for (let i = to - 1; i >= from; i--) {
      node = this.#step(node, units[i]!);
      found[i - from] = this.#longest[node]!;
    }
    return found;
  }

  #add(string: string, number: number): void {
    let node = 0;
    for (let i = string.length - 1; i >= 0; i--) {
      const unit = string.charCodeAt(i);
      const key = node * 0x10000 + unit;
      let child = this.#children.get(key);
      if (child === undefined) {
        child = this.#parents.length;
        this.#children.set(key, child);
        this.#parents.push(node);
        this.#units.push(unit);
        this.#depths.push(this.#depths[node]! + 1);
        this.#ends.push(-1);
      }
      node = child;
    }
    if (this.#ends[node]! < 0) this.#ends[node] = number;
  }

  #link(): void {
    const nodes = Array.from(this.#parents.keys()).sort((a, b) => this.#depths[a]! - this.#depths[b]!);
    this.#suffixes = new Int32Array(nodes.length);
    this.#longest = new Int32Array(nodes.length);
    for (const node of nodes) {
      const parent = this.#parents[node]!;
      // The suffix of a node one deep is the root.
      if (parent > 0) this.#suffixes[node] = this.#step(this.#suffixes[parent]!, this.#units[node]!);
      const end = this.#ends[node]!;
      this.#longest[node] = end >= 0 || node === 0 ? end : this.#longest[this.#suffixes[node]!]!;
    }
  }

  #step(from: number, unit: number): number {
    for (let node = from; ; node = this.#suffixes[node]!) {
      const child = this.#children.get(node * 0x10000 + unit);
      if (child !== undefined) return child;
      if (node === 0) return 0;
    }
  }
}
