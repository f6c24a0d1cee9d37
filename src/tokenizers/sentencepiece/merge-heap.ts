/** Possible merges of neighbouring symbols; the one with the best score comes first, of equal ones the leftmost. */
export class MergeHeap {
  /** The merge taken last: its symbols, and how many units they have together. */
  left = 0;
  right = 0;
  size = 0;
  #count = 0;
  #used = 0;
  /** Numbers of entries, as a binary heap. */
  #order = new Int32Array(64);
  #entries = new Int32Array(3 * 64); // left, right, size
  #scores = new Float64Array(64);

  clear(): void {
    this.#count = 0;
    this.#used = 0;
  }

  add(left: number, right: number, size: number, score: number): void {
    if (this.#used === this.#scores.length) this.#grow();
    const entry = this.#used++;
    this.#entries[3 * entry] = left;
    this.#entries[3 * entry + 1] = right;
    this.#entries[3 * entry + 2] = size;
    this.#scores[entry] = score;
    let place = this.#count++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(entry, this.#order[parent]!)) break;
      this.#order[place] = this.#order[parent]!;
      place = parent;
    }
    this.#order[place] = entry;
  }

  /** Takes the best merge; false where there is none. */
  take(): boolean {
    if (this.#count === 0) return false;
    const top = this.#order[0]!;
    this.left = this.#entries[3 * top]!;
    this.right = this.#entries[3 * top + 1]!;
    this.size = this.#entries[3 * top + 2]!;
    const last = this.#order[--this.#count]!;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#count) break;
      if (child + 1 < this.#count && this.#isBefore(this.#order[child + 1]!, this.#order[child]!)) child++;
      if (!this.#isBefore(this.#order[child]!, last)) break;
      this.#order[place] = this.#order[child]!;
      place = child;
    }
    this.#order[place] = last;
    return true;
  }

  #isBefore(a: number, b: number): boolean {
    const difference = this.#scores[a]! - this.#scores[b]!;
    return difference > 0 || (difference === 0 && this.#entries[3 * a]! < this.#entries[3 * b]!);
  }

  #grow(): void {
    const size = 2 * this.#scores.length;
    const order = new Int32Array(size);
    order.set(this.#order);
    this.#order = order;
    const entries = new Int32Array(3 * size);
    entries.set(this.#entries);
    this.#entries = entries;
    const scores = new Float64Array(size);
    scores.set(this.#scores);
    this.#scores = scores;
  }
}
