/** A list of 32-bit integers that grows; `values` is longer than `length`. */
export class IntBuffer {
  values: Int32Array;
  length = 0;

  constructor(capacity = 256) {
    this.values = new Int32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.values.length) this.reserve(1);
    this.values[this.length++] = value;
  }

  /** Makes room for `count` more values. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.values.length) return;
    const grown = new Int32Array(Math.max(needed, this.values.length * 2));
    grown.set(this.values);
    this.values = grown;
  }

  /** A copy of the values [from, to). */
  slice(from = 0, to = this.length): Int32Array {
    return this.values.slice(from, to);
  }
}

/**
 * A text while it is being normalised: its UTF-16 units and, where `tracked`, the original's units
 * [starts[i], ends[i]) that unit i came from. The two units of a surrogate pair carry the same alignment.
 */
export class Text {
  units = new Uint16Array(512);
  starts = new Int32Array(0);
  ends = new Int32Array(0);
  length = 0;
  tracked = false;
  /** Where in the original the stretch begins that is being normalised: what is put in front of all is aligned there. */
  origin = 0;

  /** Empties the text and says whether alignments are to be kept from now on. */
  clear(tracked: boolean): void {
    this.length = 0;
    this.tracked = tracked;
    if (tracked && this.starts.length < this.units.length) {
      this.starts = new Int32Array(this.units.length);
      this.ends = new Int32Array(this.units.length);
    }
  }

  /** Makes room for `count` more units. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.units.length) return;
    const capacity = Math.max(needed, this.units.length * 2);
    const units = new Uint16Array(capacity);
    units.set(this.units.subarray(0, this.length));
    this.units = units;
    if (!this.tracked) return;
    const starts = new Int32Array(capacity);
    const ends = new Int32Array(capacity);
    starts.set(this.starts.subarray(0, this.length));
    ends.set(this.ends.subarray(0, this.length));
    this.starts = starts;
    this.ends = ends;
  }

  /** Replaces the contents by `text`, aligned with itself. A lone surrogate becomes U+FFFD. */
  set(text: string, tracked: boolean): void {
    this.clear(tracked);
    this.reserve(text.length);
    const { units } = this;
    let surrogates = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      units[i] = unit;
      surrogates |= (unit & 0xf800) === 0xd800 ? 1 : 0;
    }
    this.length = text.length;
    if (tracked) this.#alignWithItself();
    if (surrogates === 1) this.#settleSurrogates();
  }

  /** Appends the units that encode `point`, all of them aligned with the original's [start, end). */
  pushPoint(point: number, start: number, end: number): void {
    if (this.length + 2 > this.units.length) this.reserve(2);
    if (point < 0x10000) {
      this.#pushUnit(point, start, end);
    } else {
      this.#pushUnit(0xd7c0 + (point >> 10), start, end);
      this.#pushUnit(0xdc00 | (point & 0x3ff), start, end);
    }
  }

  /** Appends source[from, to) as it is. */
  append(source: Text, from: number, to: number): void {
    this.reserve(to - from);
    this.units.set(source.units.subarray(from, to), this.length);
    if (this.tracked) {
      this.starts.set(source.starts.subarray(from, to), this.length);
      this.ends.set(source.ends.subarray(from, to), this.length);
    }
    this.length += to - from;
  }

  /** The units [from, to) as a string. */
  toString(from = 0, to = this.length): string {
    return unitsToString(this.units, from, to);
  }

  #pushUnit(unit: number, start: number, end: number): void {
    const at = this.length++;
    this.units[at] = unit;
    if (this.tracked) {
      this.starts[at] = start;
      this.ends[at] = end;
    }
  }

  #alignWithItself(): void {
    const { starts, ends, length } = this;
    for (let i = 0; i < length; i++) {
      starts[i] = i;
      ends[i] = i + 1;
    }
  }

  #settleSurrogates(): void {
    const { units, length } = this;
    for (let i = 0; i < length; i++) {
      if ((units[i]! & 0xf800) !== 0xd800) continue;
      if (isPair(units, i, length)) {
        if (this.tracked) {
          this.ends[i] = i + 2;
          this.starts[i + 1] = i;
        }
        i++;
      } else {
        units[i] = 0xfffd;
      }
    }
  }
}

/** Whether units[i] and units[i + 1] are a surrogate pair; `end` is where the text ends. */
export function isPair(units: Uint16Array, i: number, end: number): boolean {
  return (units[i]! & 0xfc00) === 0xd800 && i + 1 < end && (units[i + 1]! & 0xfc00) === 0xdc00;
}

/** The code point at units[i]. */
export function pointAt(units: Uint16Array, i: number, end: number): number {
  const unit = units[i]!;
  return isPair(units, i, end) ? (unit << 10) + units[i + 1]! - 0x35fdc00 : unit;
}

/** The code point that ends just before units[i], where the text begins at `start`. */
export function pointBefore(units: Uint16Array, i: number, start: number): number {
  const unit = units[i - 1]!;
  return i - 2 >= start && isPair(units, i - 2, i) ? pointAt(units, i - 2, i) : unit;
}

/** units[from, to) as a string. */
export function unitsToString(units: Uint16Array, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at += 8192) {
    text += String.fromCharCode(...units.subarray(at, Math.min(to, at + 8192)));
  }
  return text;
}
