const LAST_POINT = 0x10ffff;

/** A set of code points, as ascending ranges that do not touch. */
export class CharSet {
  /** First and last code point of each range. */
  readonly ranges: Int32Array;
  /** A bit per UTF-16 unit for the code points below U+10000; made when first asked for. */
  #units: Uint32Array | undefined;

  private constructor(ranges: Int32Array) {
    this.ranges = ranges;
  }

  /** The set of some code points. */
  static of(...points: readonly number[]): CharSet {
    return CharSet.ofRanges(points.map((point) => [point, point]));
  }

  /** The union of ranges (first, last), in any order. */
  static ofRanges(ranges: readonly (readonly [number, number])[]): CharSet {
    const isOrdered = ranges.every((range, i) => i === 0 || ranges[i - 1]![0] <= range[0]);
    const ordered = isOrdered ? ranges : [...ranges].sort((a, b) => a[0] - b[0]);
    const merged: number[] = [];
    for (const [first, last] of ordered) {
      if (merged.length > 0 && first <= merged.at(-1)! + 1) {
        merged[merged.length - 1] = Math.max(merged.at(-1)!, last);
      } else {
        merged.push(first, last);
      }
    }
    return new CharSet(Int32Array.from(merged));
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  /** Whether the set has `point`. */
  has(point: number): boolean {
    const { ranges } = this;
    let low = 0;
    let high = ranges.length >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[2 * middle + 1]! < point) low = middle + 1;
      else high = middle;
    }
    return 2 * low < ranges.length && ranges[2 * low]! <= point;
  }

  union(...others: readonly CharSet[]): CharSet {
    return CharSet.ofRanges([this, ...others].flatMap((set) => set.pairs()));
  }

  complement(): CharSet {
    const ranges: number[] = [];
    let next = 0;
    for (const [first, last] of this.pairs()) {
      if (first > next) ranges.push(next, first - 1);
      next = last + 1;
    }
    if (next <= LAST_POINT) ranges.push(next, LAST_POINT);
    return new CharSet(Int32Array.from(ranges));
  }

  intersection(other: CharSet): CharSet {
    return this.complement().union(other.complement()).complement();
  }

  without(other: CharSet): CharSet {
    return this.intersection(other.complement());
  }

  /** The ranges as pairs. */
  pairs(): [number, number][] {
    return Array.from({ length: this.ranges.length >> 1 }, (_, i) => [
      this.ranges[2 * i]!,
      this.ranges[2 * i + 1]!,
    ]);
  }

  /** `units[unit >> 5] >>> (unit & 31) & 1`: whether the set has the code point `unit`, below U+10000. */
  get units(): Uint32Array {
    if (this.#units === undefined) {
      this.#units = new Uint32Array(0x10000 >> 5);
      for (const [first, last] of this.pairs()) {
        for (let unit = first; unit <= last && unit < 0x10000; unit++) {
          if ((unit & 31) === 0 && unit + 31 <= last) {
            this.#units[unit >> 5] = 0xffffffff;
            unit += 31;
          } else {
            this.#units[unit >> 5]! |= 1 << (unit & 31);
          }
        }
      }
    }
    return this.#units;
  }
}

/** Every code point. */
export const ANY = CharSet.ofRanges([[0, LAST_POINT]]);
/** No code point. */
export const NONE = CharSet.of();
