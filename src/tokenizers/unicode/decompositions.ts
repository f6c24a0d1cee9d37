import { ArithmeticReader } from "./arithmetic-code.js";
import { categoryRuns } from "./categories.js";
import { digitAt } from "./digits.js";
import * as tables from "./frozen.js";
import { lazily } from "./lazily.js";
import { lowercase } from "./mapping.js";
import { context, forEachRunWithin } from "./runs.js";

type Parts = ReadonlyMap<number, readonly number[]>;

/** What code points decompose into, Hangul syllables excepted. */
export interface Decompositions {
  /** Canonically, into two that compose it again; the first may be composed itself. */
  readonly composed: Parts;
  /** Canonically, in the end; composed again they are another. */
  readonly canonical: Parts;
  /** Compatibly, in the end. */
  readonly compatible: Parts;
}

// What a part is to that at the same place in the decomposition before.
const FAR = 0;
const NEXT = 1;
const SAME = 2;

// What is read; with what is known then, it makes a context of the arithmetic code.
const MODE = 0;
const SIGN = 1;
const STEP = 2;
const HIGH = 3;
const LOW = 4;

/** Those of the Rust `tokenizers` library at the version named in decomposition-tables.ts. */
export const decompositions = lazily((): Decompositions => {
  const reader = new PartReader(tables.decompositionParts);
  const composed = new Map<number, readonly number[]>();
  const canonical = new Map<number, readonly number[]>();
  const compatible = new Map<number, readonly number[]>();
  const byForm = [composed, canonical, compatible];
  // Of small letters, what follows from the capitals before them.
  const implied = new Map<number, readonly number[]>();
  const small = (letter: number) => lowercase().get(letter)?.[0] ?? letter;
  forEachRunWithin(tables.decompositionTable, 4, categoryRuns(), (kind, start, end) => {
    if (kind === 0) return;
    const form = digitAt(tables.decompositionKinds, kind - 1) % 3;
    const length = Math.floor(digitAt(tables.decompositionKinds, kind - 1) / 3);
    for (let point = start; point < end; point++) {
      const parts = implied.get(point) ?? reader.parts(form, length);
      byForm[form]!.set(point, parts);
      if (form === 0) implied.set(small(point), [small(parts[0]!), parts[1]!]);
    }
  });
  return { composed, canonical, compatible };
});

/** Reads the parts of decompositions one after the other. */
class PartReader {
  readonly #code: ArithmeticReader;
  /** The last part at each place. */
  readonly #last = new Uint32Array(32);
  /** What the last two parts were to those before them. */
  #modes = 0;

  constructor(text: string) {
    this.#code = new ArithmeticReader(text);
  }

  parts(form: number, length: number): readonly number[] {
    const parts: number[] = [];
    for (let place = 0; place < length; place++) parts.push(this.#part(place, form, length));
    return parts;
  }

  #part(place: number, form: number, length: number): number {
    const code = this.#code;
    const where = form + (place > 0 ? 3 : 0);
    const last = this.#last[place]!;
    const mode = code.number(2, context(MODE, where + 8 * Math.min(length, 3), this.#modes));
    this.#modes = ((this.#modes << 2) | mode) & 15;
    let part = last;
    if (mode === FAR) {
      const high = code.number(12, context(HIGH, where));
      part = high * 64 + code.number(6, context(LOW, high));
    } else if (mode === NEXT) {
      part = last + 1;
    } else if (mode !== SAME) {
      const sign = code.bit(context(SIGN, where));
      const step = code.length(context(STEP, where));
      part = sign === 1 ? last + step : last - step;
    }
    this.#last[place] = part;
    return part;
  }
}
