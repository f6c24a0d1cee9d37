import { LongestMatches } from "./longest-matches.js";
import { UnitTrie } from "./models/unit-trie.js";

/** Steps in the trie that a text of so many units may take before all its matches are looked up at once. */
const freeSteps = (length: number) => 4096 + 8 * length;

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
  readonly #strings: string[] = [];
  readonly #ids: number[] = [];
  #units: Uint16Array = new Uint16Array(0);
  #from = 0;
  #to = 0;
  #steps = 0;
  #automaton: LongestMatches | undefined;
  /** Where strings that are prefixes of each other would take too long: the longest one at each place. */
  #longest: Int32Array | undefined;

  /** Adds a string; the id of one that was added before stays. */
  add(text: string, id: number): void {
    if (text === "") return;
    this.#trie.insert(this.#root, text, 0, id);
    const first = text.charCodeAt(0);
    this.#firsts[first >> 5]! |= 1 << (first & 31);
    this.#strings.push(text);
    this.#ids.push(id);
    this.#automaton = undefined;
  }

  /** Begins to look for matches in units[from, to). */
  begin(units: Uint16Array, from: number, to: number): void {
    this.#units = units;
    this.#from = from;
    this.#to = to;
    this.#steps = freeSteps(to - from);
    this.#longest = undefined;
    this.end = from;
  }

  /** Looks for the next match behind the last one; true sets `start`, `end` and `id`. */
  next(): boolean {
    if (this.#strings.length === 0) return false;
    const firsts = this.#firsts;
    const units = this.#units;
    for (let i = this.end; i < this.#to; i++) {
      const unit = units[i]!;
      if (((firsts[unit >> 5]! >>> (unit & 31)) & 1) !== 0 && this.#finds(i)) return true;
    }
    return false;
  }

  /** Whether a string stands at units[at]; true sets `start`, `end` and `id`. */
  matchAt(units: Uint16Array, at: number, to: number): boolean {
    const trie = this.#trie;
    this.id = -1;
    let i = at;
    for (let node = this.#root; i < to; i++) {
      node = trie.child(node, units[i]!);
      if (node < 0) break;
      const id = trie.values[node]!;
      if (id < 0) continue;
      this.id = id;
      this.start = at;
      this.end = i + 1;
    }
    this.#steps -= i - at;
    return this.id >= 0;
  }

  #finds(at: number): boolean {
    if (this.#longest === undefined) {
      if (this.#steps > 0) return this.matchAt(this.#units, at, this.#to);
      this.#automaton ??= new LongestMatches(this.#strings);
      this.#longest = this.#automaton.find(this.#units, this.#from, this.#to);
    }
    const found = this.#longest[at - this.#from]!;
    if (found < 0) return false;
    this.id = this.#ids[found]!;
    this.start = at;
    this.end = at + this.#strings[found]!.length;
    return true;
  }
}
