import { digitAt, RADIX } from "./digits.js";

/** Probabilities are kept in this many places, which contexts share by chance. */
const CONTEXTS = 1 << 15;
/** Probabilities are this many parts of one, and never nearer to 0 or 1 than the least. */
const ONE = 1 << 15;
const LEAST = 32;
/** How far a probability moves to what was read: by one part of so many and a bit more, of as many times, up to 15. */
const RATES = Uint16Array.from({ length: 16 }, (_, times) => ONE / (times + 1.6));
/** The range is from here to below 89 times this, a small integer for engines. */
const LEAST_RANGE = 1 << 23;

/**
 * Reads an adaptive arithmetic code (Witten, Neal and Cleary 1987) of digits (see {@link digitAt}): each bit by how probable it is
 * in its context, a number that the caller gives, from the bits that were read in it before. All numbers are integers
 * below 2^30. The writer is in tests/reference/tokenizers/frozen_tables.py.
 */
export class ArithmeticReader {
  readonly #text: string;
  #position = 0;
  #range = 1;
  /** Where in the range the text points. */
  #offset = 0;
  /** How probable a 1 is, by place, and how many bits say so. */
  readonly #probabilities = new Uint16Array(CONTEXTS).fill(ONE / 2);
  readonly #times = new Uint8Array(CONTEXTS);

  constructor(text: string) {
    this.#text = text;
  }

  /** A number below 2 ** width. */
  number(width: number, context: number): number {
    let node = 1;
    for (let i = 0; i < width; i++) node = 2 * node + this.bit(context, node);
    return node - (1 << width);
  }

  /** A number from 1 on, small ones in few bits: the count of its binary digits, and those after the first. */
  length(context: number): number {
    let count = 0;
    while (this.bit(context, count) === 1) count++;
    let value = 1;
    // What the digits after the third are does not depend on those before.
    for (let i = count; i > 0; i--) {
      value = 2 * value + this.bit(context, 32 + 16 * count + (value < 8 ? value : 7 + i));
    }
    return value;
  }

  /** A bit, whose place in what is read is `node`. */
  bit(context: number, node = 0): 0 | 1 {
    while (this.#range < LEAST_RANGE) {
      this.#range *= RADIX;
      this.#offset = this.#offset * RADIX + this.#digit();
    }
    const place = (Math.imul(context, 0x9e3779b1) + Math.imul(node, 0x85ebca6b)) >>> 17;
    const probability = this.#probabilities[place]!;
    const split = (this.#range >> 15) * probability;
    const bit = this.#offset < split ? 1 : 0;
    if (bit === 1) {
      this.#range = split;
    } else {
      this.#offset -= split;
      this.#range -= split;
    }
    const times = this.#times[place]!;
    const goal = bit === 1 ? ONE - LEAST : LEAST;
    this.#probabilities[place] = probability + (((goal - probability) * RATES[times]!) >> 15);
    if (times < 15) this.#times[place] = times + 1;
    return bit;
  }

  /** The next digit; the zeros at the end are not written. */
  #digit(): number {
    return this.#position < this.#text.length ? digitAt(this.#text, this.#position++) : 0;
  }
}
