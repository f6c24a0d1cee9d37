import { pointAt, type Text } from "../text.js";

const DROP = -1;
const REFUSE = -2;
const FIRST_EXPANSION = -3;

/** What becomes of a code point: other code points (none: it is dropped), or "refuse". */
export type PointRule = (point: number) => readonly number[] | "refuse";

/**
 * A normalisation that looks at one code point at a time, compiled into pages of 256 entries as they are
 * first needed. An entry is the UTF-16 unit that replaces the code point, or a negative number: dropped,
 * refused, or the index of a longer replacement.
 */
export class PointMap {
  readonly #rule: PointRule;
  readonly #pages: (Int32Array | undefined)[] = new Array(0x1100).fill(undefined);
  readonly #expansions: (readonly number[])[] = [];

  constructor(rule: PointRule) {
    this.#rule = rule;
  }

  /**
   * Appends the mapped source[from, to) to `target`. Every replacement is aligned with the code point it
   * stands for. False where a code point was refused: `target` is then as it was before.
   */
  apply(source: Text, from: number, to: number, target: Text): boolean {
    const before = target.length;
    const tracked = target.tracked;
    const input = source.units;
    target.reserve(to - from);
    let { units, starts, ends } = target;
    let length = before;
    let i = from;
    while (i < to) {
      const unit = input[i]!;
      const point = (unit & 0xfc00) === 0xd800 ? pointAt(input, i, to) : unit;
      const page = this.#pages[point >> 8] ?? this.#compile(point >> 8);
      const entry = page[point & 255]!;
      if (entry >= 0) {
        if (length === units.length) {
          target.length = length;
          target.reserve(to - i);
          ({ units, starts, ends } = target);
        }
        units[length] = entry;
        if (tracked) {
          starts[length] = source.starts[i]!;
          ends[length] = source.ends[i]!;
        }
        length++;
      } else if (entry === REFUSE) {
        target.length = before;
        return false;
      } else if (entry !== DROP) {
        target.length = length;
        for (const replacement of this.#expansions[FIRST_EXPANSION - entry]!) {
          target.pushPoint(replacement, tracked ? source.starts[i]! : 0, tracked ? source.ends[i]! : 0);
        }
        ({ units, starts, ends, length } = target);
      }
      i += point > 0xffff ? 2 : 1;
    }
    target.length = length;
    return true;
  }

  #compile(index: number): Int32Array {
    const page = new Int32Array(256);
    for (let low = 0; low < 256; low++) {
      const point = (index << 8) | low;
      const replacement = this.#rule(point);
      if (replacement === "refuse") page[low] = REFUSE;
      else if (replacement.length === 0) page[low] = DROP;
      else if (replacement.length === 1 && replacement[0]! < 0x10000) page[low] = replacement[0]!;
      else page[low] = FIRST_EXPANSION - (this.#expansions.push(replacement) - 1);
    }
    this.#pages[index] = page;
    return page;
  }
}
