/** The merges of a BPE by the ids of their two sides, in one open-addressed table. */
export class PairTable {
  /** Per slot: left id + 1 (0: empty), right id, rank, id of the merged token. */
  #slots: Int32Array;
  #mask: number;
  #count = 0;

  constructor(expected: number) {
    let slots = 16;
    while (slots < 2 * expected) slots *= 2;
    this.#slots = new Int32Array(4 * slots);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#count;
  }

  /** Adds a merge; one of the same pair that was added before is forgotten. */
  add(left: number, right: number, rank: number, merged: number): void {
    let at = this.#place(left, right);
    if (this.#slots[at] === 0 && 2 * ++this.#count > this.#mask) {
      this.#widen();
      at = this.#place(left, right);
    }
    this.#slots[at] = left + 1;
    this.#slots[at + 1] = right;
    this.#slots[at + 2] = rank;
    this.#slots[at + 3] = merged;
  }

  /** Where a pair is: a number for `rank` and `merged`; -1 where it has no merge. */
  find(left: number, right: number): number {
    const at = this.#place(left, right);
    return this.#slots[at] === 0 ? -1 : at;
  }

  /** When a merge is done: those of a lower rank go first. */
  rank(at: number): number {
    return this.#slots[at + 2]!;
  }

  /** The id of the merged token. */
  merged(at: number): number {
    return this.#slots[at + 3]!;
  }

  /** Left and right ids, in the order of the ranks. */
  ordered(): [left: number, right: number][] {
    const slots = this.#slots;
    const found: number[] = [];
    for (let at = 0; at < slots.length; at += 4) if (slots[at] !== 0) found.push(at);
    found.sort((a, b) => slots[a + 2]! - slots[b + 2]!);
    return found.map((at) => [slots[at]! - 1, slots[at + 1]!]);
  }

  /** The slot of a pair, or the empty one where it would go. */
  #place(left: number, right: number): number {
    const slots = this.#slots;
    const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    for (;;) {
      const at = slot * 4;
      const key = slots[at]!;
      if (key === 0 || (key === left + 1 && slots[at + 1] === right)) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  #widen(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    this.#mask = 2 * this.#mask + 1;
    for (let at = 0; at < old.length; at += 4) {
      if (old[at] === 0) continue;
      this.#slots.set(old.subarray(at, at + 4), this.#place(old[at]! - 1, old[at + 1]!));
    }
  }
}
