/** Cells of {@link PieceTrie} per state. */
const WIDTH = 4;
/** How many places are tried for the children of a state before they go behind all others. */
const TRIES = 128;

/**
 * The pieces of a vocabulary as a double-array trie over UTF-16 units. From state `s` (0 is the root) a unit leads to
 * `next = cells[s] + codes[unit] * 4` if `cells[next + 1] === s`; `cells[next + 2]` is then the id of the piece that
 * ends there, or -1. A unit of no piece has code 0, which leads nowhere.
 * Source: Aoe 1989, An Efficient Digital Search Algorithm by Using a Double-Array Structure.
 */
export class PieceTrie {
  readonly cells: Int32Array;
  /** Code of each unit: the more pieces it is in, the smaller. */
  readonly codes = new Uint16Array(0x10000);

  /** Of equal pieces the last one counts; the empty one is left out. `ids`: of each piece (default its place). */
  constructor(pieces: readonly string[], ids: ArrayLike<number> | null = null) {
    const largestCode = this.#assignCodes(pieces);
    const layout = new Layout();
    this.#place(pieces, ids, largestCode, layout);
    this.cells = layout.finish(largestCode);
  }

  /** The id of the piece units[from, to), or -1. */
  find(units: Uint16Array, from: number, to: number): number {
    const { cells, codes } = this;
    let state = 0;
    for (let i = from; i < to; i++) {
      const next = cells[state]! + codes[units[i]!]! * WIDTH;
      if (cells[next + 1] !== state) return -1;
      state = next;
    }
    return cells[state + 2]!;
  }

  /** The lengths of the pieces that `text` begins with, the shortest first. */
  prefixes(text: string): number[] {
    const { cells, codes } = this;
    const found: number[] = [];
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const next = cells[state]! + codes[text.charCodeAt(i)]! * WIDTH;
      if (cells[next + 1] !== state) break;
      state = next;
      if (cells[state + 2]! >= 0) found.push(i + 1);
    }
    return found;
  }

  /** Returns the largest code. */
  #assignCodes(pieces: readonly string[]): number {
    const counts = new Uint32Array(0x10000);
    for (const piece of pieces) for (let i = 0; i < piece.length; i++) counts[piece.charCodeAt(i)]!++;
    const units: number[] = [];
    for (let unit = 0; unit < 0x10000; unit++) if (counts[unit]! > 0) units.push(unit);
    units.sort((a, b) => counts[b]! - counts[a]!);
    for (const [i, unit] of units.entries()) this.codes[unit] = i + 1;
    return units.length;
  }

  /** Places the states, those nearest to the root first. */
  #place(
    pieces: readonly string[],
    ids: ArrayLike<number> | null,
    largestCode: number,
    layout: Layout,
  ): void {
    // The pieces that go through a state are a list: `next` of each is the next one, -1 behind the last.
    const next = Int32Array.from(pieces, (_, i) => (i + 1 < pieces.length ? i + 1 : -1));
    const heads = new Int32Array(largestCode + 1).fill(-1);
    const tails = new Int32Array(largestCode + 1);
    const queue: number[] = [0, 0, pieces.length === 0 ? -1 : 0]; // state, depth, its first piece
    const codes: number[] = [];
    for (let at = 0; at < queue.length; at += 3) {
      const state = queue[at]!;
      const depth = queue[at + 1]!;
      codes.length = 0;
      for (let piece = queue[at + 2]!; piece >= 0; ) {
        const following = next[piece]!;
        const text = pieces[piece]!;
        if (text.length === depth) {
          if (depth > 0) layout.setId(state, ids === null ? piece : ids[piece]!);
        } else {
          const code = this.codes[text.charCodeAt(depth)]!;
          if (heads[code] === -1) {
            heads[code] = piece;
            codes.push(code);
          } else {
            next[tails[code]!] = piece;
          }
          tails[code] = piece;
          next[piece] = -1;
        }
        piece = following;
      }
      if (codes.length === 0) continue;
      const base = layout.placeChildren(state, codes);
      for (const code of codes) {
        queue.push(base + code * WIDTH, depth + 1, heads[code]!);
        heads[code] = -1;
      }
    }
  }
}

/** Finds places for states. */
class Layout {
  #cells = new Int32Array(0);
  /** At a free place itself, elsewhere a larger place: where to look for the next free one. */
  #free = new Int32Array(0);
  #end = 1; // behind the last state

  constructor() {
    this.#reserve(1024);
    this.#free[0] = 1; // the root
  }

  setId(state: number, id: number): void {
    this.#cells[state + 2] = id;
  }

  /** Gives the children of a state, told by their codes, places; returns the base, counted in cells. */
  placeChildren(state: number, codes: readonly number[]): number {
    let smallest = codes[0]!;
    let largest = codes[0]!;
    for (const code of codes) {
      if (code < smallest) smallest = code;
      if (code > largest) largest = code;
    }
    let base = -1;
    let place = this.#nextFree(smallest);
    for (let tried = 0; tried < TRIES && place < this.#end; tried++) {
      if (this.#fits(place - smallest, codes)) {
        base = place - smallest;
        break;
      }
      place = this.#nextFree(place + 1);
    }
    if (base < 0) base = Math.max(0, this.#end - smallest);
    this.#reserve(base + largest + 1);
    this.#cells[state] = base * WIDTH;
    for (const code of codes) {
      this.#free[base + code] = base + code + 1;
      this.#cells[(base + code) * WIDTH + 1] = state;
    }
    this.#end = Math.max(this.#end, base + largest + 1);
    return base * WIDTH;
  }

  /** The cells, with room for every code behind every base. */
  finish(largestCode: number): Int32Array {
    this.#reserve(this.#end + largestCode + 1);
    return this.#cells.slice(0, (this.#end + largestCode + 1) * WIDTH);
  }

  #fits(base: number, codes: readonly number[]): boolean {
    for (const code of codes) {
      const place = base + code;
      if (place < this.#end && this.#free[place] !== place) return false;
    }
    return true;
  }

  #nextFree(place: number): number {
    this.#reserve(place + 1);
    const free = this.#free;
    let found = place;
    while (found < free.length && free[found] !== found) found = free[found]!;
    // A taken place never becomes free again, so that the way may be shortened for the next one.
    for (let i = place; i < found; ) {
      const next = free[i]!;
      free[i] = found;
      i = next;
    }
    return found;
  }

  #reserve(places: number): void {
    const before = this.#free.length;
    if (places <= before) return;
    const after = Math.max(places, before * 2);
    const free = new Int32Array(after);
    free.set(this.#free);
    const cells = new Int32Array(after * WIDTH);
    cells.set(this.#cells);
    for (let place = before; place < after; place++) {
      free[place] = place;
      cells[place * WIDTH + 1] = -1;
      cells[place * WIDTH + 2] = -1;
    }
    this.#free = free;
    this.#cells = cells;
  }
}
