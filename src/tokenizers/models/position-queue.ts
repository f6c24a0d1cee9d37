/** Positions waiting by rank: the lowest rank comes out first, and of equal ranks the lowest position. */
export class PositionQueue {
  /** Of what came out last. */
  rank = 0;
  position = 0;
  /** A heap in which each entry stands below four; rank and position in one number. */
  #keys = new Float64Array(256);
  #length = 0;
  #positions = 1;

  /** Empties the queue for positions below `positions`. */
  clear(positions: number): void {
    this.#length = 0;
    this.#positions = positions;
  }

  /** Adds a position, unless `rank` is the largest there can be, which stands for none. */
  pushRank(rank: number, position: number): void {
    if (rank === 0x7fffffff) return;
    if (this.#length === this.#keys.length) {
      const keys = this.#keys;
      this.#keys = new Float64Array(2 * keys.length);
      this.#keys.set(keys);
    }
    const keys = this.#keys;
    const key = rank * this.#positions + position;
    let at = this.#length++;
    while (at > 0) {
      const above = (at - 1) >> 2;
      if (keys[above]! <= key) break;
      keys[at] = keys[above]!;
      at = above;
    }
    keys[at] = key;
  }

  /** Takes the first entry out into `rank` and `position`; false where there is none. */
  pop(): boolean {
    if (this.#length === 0) return false;
    const keys = this.#keys;
    const first = keys[0]!;
    this.rank = Math.floor(first / this.#positions);
    this.position = first - this.rank * this.#positions;
    const length = --this.#length;
    const key = keys[length]!;
    let at = 0;
    for (;;) {
      const below = 4 * at + 1;
      if (below >= length) break;
      const end = Math.min(below + 4, length);
      let least = below;
      for (let i = below + 1; i < end; i++) if (keys[i]! < keys[least]!) least = i;
      if (keys[least]! >= key) break;
      keys[at] = keys[least]!;
      at = least;
    }
    keys[at] = key;
    return true;
  }
}
