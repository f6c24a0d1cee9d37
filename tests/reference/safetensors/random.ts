import {
  dtypeBits,
  type SafetensorsDtype,
  safetensorsDtypes,
  type TensorData,
} from "../../../src/hub/safetensors/index.js";

/** Numbers that depend only on a seed (mulberry32), so that recorded verdicts stay those of the same files. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  /** An integer from `low` to `high`. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(outOf: number): boolean {
    return this.below(outOf) === 0;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

const words = ["model", "layers", "0", "11", "weight", "bias", "self", "q_proj", "LayerNorm", "embed", "h"];
const oddNames = [
  "",
  "é",
  "\u{1F600}",
  "\uFFFF",
  "a\u0000b",
  'say "so"',
  "back\\slash",
  "line\nbreak",
  "__proto__",
];

/** A tensor name: mostly as models have them, sometimes one that needs escapes or more than ASCII. */
export function randomName(random: Random): string {
  const parts = Array.from({ length: random.between(1, 4) }, () => random.pick(words));
  return random.chance(8) ? random.pick(oddNames) + parts[0] : parts.join(".");
}

/** Tensors with distinct names and random bytes, of at most some kilobytes together. */
export function randomTensors(
  random: Random,
  maxCount: number,
  dtypes: readonly SafetensorsDtype[] = safetensorsDtypes,
): Map<string, TensorData> {
  const tensors = new Map<string, TensorData>();
  for (let i = random.between(0, maxCount); i > 0; i--) {
    const dtype = random.pick(dtypes);
    const shape = Array.from({ length: random.below(5) }, () =>
      random.chance(12) ? 0 : random.between(1, 4),
    );
    if (dtypeBits(dtype) < 8) shape.push(4);
    const bits = shape.reduce((product, dim) => product * dim, dtypeBits(dtype));
    tensors.set(randomName(random), { dtype, shape, data: random.bytes(bits / 8) });
  }
  return tensors;
}
