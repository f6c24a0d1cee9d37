import { IntBuffer } from "../text.js";

/** What the memo may hold, in bits: 128 MB. */
const LARGEST = 2 ** 30;
/** Map entries take some 80 bytes each. */
const MOST_ENDS = 1 << 20;

/**
 * What has become of the states (slot, position) of a thorough program over one text. A state that has failed fails
 * again, whatever came before it, so that no search does anything twice.
 */
export class Memo {
  /** The states on the way to where the search is: slot, position, slot, position, ... */
  readonly trail = new IntBuffer(1024);
  readonly #words: number;
  readonly #failed: (Uint32Array | undefined)[];
  readonly #succeeded: (Uint32Array | undefined)[];
  /** Where the match ends that a state in an atomic group leads to. */
  readonly #ends = new Map<number, number>();
  readonly #length: number;
  #bits = 0;

  /** For a program with so many slots, over a text of `length` units. */
  constructor(slots: number, length: number) {
    this.#length = length;
    this.#words = (length + 32) >> 5;
    this.#failed = new Array(slots).fill(undefined);
    this.#succeeded = new Array(slots).fill(undefined);
  }

  hasFailed(slot: number, position: number): boolean {
    const bits = this.#failed[slot];
    return bits !== undefined && ((bits[position >> 5]! >>> (position & 31)) & 1) === 1;
  }

  hasSucceeded(slot: number, position: number): boolean {
    const bits = this.#succeeded[slot];
    return bits !== undefined && ((bits[position >> 5]! >>> (position & 31)) & 1) === 1;
  }

  /** Where the match ends that a state which has succeeded in an atomic group leads to. */
  endOf(slot: number, position: number): number {
    return this.#ends.get(slot * (this.#length + 1) + position)!;
  }

  /** Notes that the states on the trail from `from` on have failed, and takes them off. False: no room is left. */
  fail(from: number): boolean {
    const { values } = this.trail;
    let hasRoom = true;
    for (let i = from; i < this.trail.length; i += 2) {
      hasRoom = this.#mark(this.#failed, values[i]!, values[i + 1]!) && hasRoom;
    }
    this.trail.length = from;
    return hasRoom;
  }

  /** Notes that the states on the trail from `from` on lead to a match up to `end`, and takes them off. */
  succeed(from: number, end: number, keepsEnd: boolean): boolean {
    const { values } = this.trail;
    let hasRoom = true;
    for (let i = from; i < this.trail.length; i += 2) {
      hasRoom = this.#mark(this.#succeeded, values[i]!, values[i + 1]!) && hasRoom;
      if (keepsEnd) this.#ends.set(values[i]! * (this.#length + 1) + values[i + 1]!, end);
    }
    this.trail.length = from;
    return hasRoom && this.#ends.size <= MOST_ENDS;
  }

  #mark(marks: (Uint32Array | undefined)[], slot: number, position: number): boolean {
    let bits = marks[slot];
    if (bits === undefined) {
      this.#bits += this.#words * 32;
      if (this.#bits > LARGEST) return false;
      bits = new Uint32Array(this.#words);
      marks[slot] = bits;
    }
    bits[position >> 5]! |= 1 << (position & 31);
    return true;
  }
}
