import type { HostArray } from "../runtime/types.js";
import { createLeaf } from "./node.js";
import type { Tensor } from "./tensor.js";

/** A counter-based source of random keys: the n-th key depends on the seed and n alone. */
export class Generator {
  /** The one that dropout and initialisers draw from unless another is given. */
  static readonly default = new Generator(0);

  #seed: number;
  #drawn = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Starts over with a seed (a whole number below 2^53). */
  manual_seed(seed: number): this {
    this.#seed = seed;
    this.#drawn = 0;
    return this;
  }

  /** How far it has drawn: what a checkpoint must keep to go on identically. */
  get state(): { seed: number; drawn: number } {
    return { seed: this.#seed, drawn: this.#drawn };
  }

  set state({ seed, drawn }: { seed: number; drawn: number }) {
    this.#seed = seed;
    this.#drawn = drawn;
  }

  /** Two fresh 32-bit numbers. */
  nextKey(): Uint32Array {
    const [low, high] = [this.#seed >>> 0, Math.floor(this.#seed / 2 ** 32) >>> 0];
    const n = this.#drawn++;
    const key = new Uint32Array(new ArrayBuffer(8));
    key[0] = mix(mix(low ^ 0x9e3779b9) ^ mix(n * 2 + 1) ^ high);
    key[1] = mix(key[0]! ^ mix(n * 2 + 2));
    return key;
  }
}

/** A key that a function which is being compiled asks for: a placeholder, for which every call draws anew. */
export interface Draw {
  readonly generator: Generator;
  readonly key: Tensor;
}

let draws: Draw[] | null = null;

/** Runs `body` with placeholders for the keys that it draws, and gives them in order. `body` must be synchronous. */
export function collectDraws<T>(body: () => T): { result: T; draws: readonly Draw[] } {
  const before = draws;
  const own: Draw[] = [];
  draws = own;
  try {
    return { result: body(), draws: own };
  } finally {
    draws = before;
  }
}

/** The next key as random operations take it: uint32 [2]. */
export function drawKey(generator: Generator): Tensor {
  const key = createLeaf({ dtype: "uint32", shape: [2] }, null).outputs[0]!;
  if (draws === null) key.storage = keyArray(generator);
  else draws.push({ generator, key });
  return key;
}

/** The next key's elements. */
export function keyArray(generator: Generator): HostArray {
  return { dtype: "uint32", dims: [2], data: generator.nextKey() };
}

/** Sets the seed of the generator that dropout and initialisers use. */
export function manual_seed(seed: number): void {
  Generator.default.manual_seed(seed);
}

/** A bijection of 32-bit numbers that leaves no pattern. Source: see ops/random.ts. */
function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}

/** Uniform numbers in [0, 1) on the host, for filling parameters: element i of the stream of one key. */
export function hostUniform(key: Uint32Array): (index: number) => number {
  const [a, b] = [key[0]!, key[1]!];
  return (index) => mix((mix(index + a) ^ b) >>> 0) * 2 ** -32;
}
