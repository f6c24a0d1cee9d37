import { TransformersError } from "../../errors.js";
import { type Dim, productOfDims } from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import type { DType } from "../../runtime/dtype.js";
import { drawKey, Generator } from "../generator.js";
import { apply, defineOp, type Shape } from "../node.js";
import type { Tensor } from "../tensor.js";
import { beside } from "../transfer.js";
import { requireInRange } from "./creation.js";
import { requireFloat } from "./operands.js";
import { argsort } from "./sorting.js";

/**
 * Uniform 32-bit numbers that depend on nothing but a key and the element's position, so that every backend
 * draws the same ones: hash(hash(row + key[0]) + hash(hash(column ^ key[1]))), where the inner hashes, which are
 * few, keep two keys from giving two pieces of one sequence; hashed alike, rows and columns would often have equal
 * sums. The hash is
 * `x ^= x >> 16; x *= 0x7feb352d; x ^= x >> 15; x *= 0x846ca68b`, whose high bits are what comparisons read.
 *
 * Source of the constants: Wellons, "Prospecting for Hash Functions", 2018 (lowbias32).
 */
const randomBitsOp = defineOp<{ shape: Shape }>("random_bits", {
  infer: (_, { shape }) => ({ dtype: "uint32", shape }),
  onnx: (graph, [key], { shape }) => {
    const columns = shape[shape.length - 1] ?? 1;
    const rows = productOfDims(shape.slice(0, -1));
    const part = (index: number) =>
      graph.node("Slice", [key!, graph.ints([index]), graph.ints([index + 1])], { shape: [1] });
    const row = hash(graph, graph.node("Add", [counter(graph, rows), part(0)]));
    const column = hash(graph, hash(graph, graph.node("BitwiseXor", [counter(graph, columns), part(1)])));
    const position = graph.node("Add", [
      graph.node("Unsqueeze", [row, graph.ints([1])]),
      graph.node("Unsqueeze", [column, graph.ints([0])]),
    ]);
    return graph.reshape(hash(graph, position), shape);
  },
  gradient: "none",
});

const hashRounds = [
  [16, 0x7feb352d],
  [15, 0x846ca68b],
] as const;

function hash(graph: Graph, value: Value): Value {
  return hashRounds.reduce((bits, [shift, factor]) => {
    const shifted = graph.node("BitShift", [bits, graph.scalar("uint32", shift)], {
      attributes: { direction: "RIGHT" },
    });
    return graph.node("Mul", [graph.node("BitwiseXor", [bits, shifted]), graph.scalar("uint32", factor)]);
  }, value);
}

/** 0, 1, 2 ... as uint32. */
function counter(graph: Graph, count: Shape[number]): Value {
  const limit = graph.reshape(graph.dim(count), []);
  const range = graph.node("Range", [graph.scalar("int64", 0), limit, graph.scalar("int64", 1)], {
    dtype: "int64",
  });
  return graph.cast(range, "uint32");
}

export interface RandomOptions {
  /** Where the numbers come from. Default: the global generator, which manual_seed() sets. */
  generator?: Generator;
}

export interface RandomDTypeOptions extends RandomOptions {
  /** Default float32. */
  dtype?: DType;
}

/** Uniform uint32 numbers. */
export function random_bits(shape: Shape, { generator = Generator.default }: RandomOptions = {}): Tensor {
  return apply(randomBitsOp, [drawKey(generator)], { shape });
}

/** Uniform int64 numbers from 0 to below 2^62. */
function longBits(shape: Shape, options: RandomOptions): Tensor {
  const high = random_bits(shape, options)
    .to("int64")
    .bitwise_and(2 ** 30 - 1);
  return high.mul(2 ** 32).add(random_bits(shape, options).to("int64"));
}

/**
 * Zeros and ones: each element is 1 with its own probability, given as a tensor of floats whose dtype stays; or, for
 * one probability and a shape, true and false.
 */
export function bernoulli(probabilities: Tensor, options?: RandomOptions): Tensor;
export function bernoulli(p: number, shape: Shape, options?: RandomOptions): Tensor;
export function bernoulli(
  p: number | Tensor,
  of: Shape | RandomOptions = {},
  options: RandomOptions = {},
): Tensor {
  if (typeof p !== "number") {
    requireFloat("bernoulli", p);
    const dtype = p.dtype === "float64" ? "float64" : "float32";
    return rand(p.shape, { ...(of as RandomOptions), dtype })
      .lt(p.to(dtype))
      .to(p.dtype);
  }
  const shape = of as Shape;
  if (!(p >= 0 && p <= 1))
    throw new TransformersError("INVALID_ARGUMENT", `a probability lies between 0 and 1, not ${p}`);
  if (p === 1) return random_bits(shape, options).ge(0);
  return random_bits(shape, options).lt(Math.min(Math.round(p * 2 ** 32), 2 ** 32 - 1));
}

/** Bits of a float's fraction, the leading one counted: what a uniform number can have without being rounded to 1. */
const fractionBits = { float64: 53, float32: 24, float16: 11, bfloat16: 8 } as const;

/** Uniform numbers in [0, 1), with as many random bits as the dtype's fraction has. */
export function rand(shape: Shape, { dtype = "float32", generator }: RandomDTypeOptions = {}): Tensor {
  requireFloat("rand", { dtype, shape });
  const exact = dtype === "float64" ? dtype : "float32";
  const leading = (bits: number) =>
    random_bits(shape, { generator })
      .bitwise_right_shift(32 - bits)
      .to(exact);
  const bits = fractionBits[dtype as keyof typeof fractionBits];
  const whole =
    bits <= 32
      ? leading(bits)
      : leading(bits - 26)
          .mul(2 ** 26)
          .add(leading(26));
  return whole.mul(2 ** -bits).to(dtype);
}

/** Uniform numbers in [0, 1) of another tensor's shape and dtype, where that lies. */
export function rand_like(x: Tensor, options: RandomDTypeOptions = {}): Tensor {
  return beside(rand(x.shape, { dtype: x.dtype, ...options }), x);
}

/**
 * Normal numbers of mean 0 and variance 1. Source: Box and Muller, "A Note on the Generation of Random Normal
 * Deviates", 1958.
 */
export function randn(shape: Shape, { dtype = "float32", generator }: RandomDTypeOptions = {}): Tensor {
  requireFloat("randn", { dtype, shape });
  const computed = dtype === "float64" ? dtype : "float32";
  const uniform = () => rand(shape, { dtype: computed, generator });
  const radius = uniform().neg().add(1).log().mul(-2).sqrt();
  return radius
    .mul(
      uniform()
        .mul(2 * Math.PI)
        .cos(),
    )
    .to(dtype);
}

/** Normal numbers of another tensor's shape and dtype, where that lies. */
export function randn_like(x: Tensor, options: RandomDTypeOptions = {}): Tensor {
  return beside(randn(x.shape, { dtype: x.dtype, ...options }), x);
}

/** Whole numbers from `low` (0 unless given) to below `high`, each as likely; int64 unless said. */
export function randint(high: number, shape: Shape, options?: RandomDTypeOptions): Tensor;
export function randint(low: number, high: number, shape: Shape, options?: RandomDTypeOptions): Tensor;
export function randint(
  first: number,
  second: number | Shape,
  third?: Shape | RandomDTypeOptions,
  fourth?: RandomDTypeOptions,
): Tensor {
  return typeof second === "number"
    ? integers(first, second, third as Shape, fourth)
    : integers(0, first, second, third as RandomDTypeOptions | undefined);
}

function integers(
  low: number,
  high: number,
  shape: Shape,
  { dtype = "int64", ...options }: RandomDTypeOptions = {},
): Tensor {
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `randint: low ${low} must be below high ${high}, both whole and below 2^53 in size`,
    );
  }
  requireInRange("randint", low, dtype);
  requireInRange("randint", high - 1, dtype);
  const count = high - low;
  // The high half of a product spreads 32 bits over few numbers; of many numbers a rest is even enough of 62 bits.
  const chosen =
    count <= 2 ** 31
      ? random_bits(shape, options)
          .to("int64")
          .mul(count)
          .div(2 ** 32, { rounding_mode: "trunc" })
      : longBits(shape, options).remainder(count);
  return chosen.add(low).to(dtype);
}

/** The whole numbers from 0 to below `count` in random order; int64 unless said. */
export function randperm(count: Dim, { dtype = "int64", ...options }: RandomDTypeOptions = {}): Tensor {
  return argsort(longBits([count], options)).to(dtype);
}

/**
 * Zeroes each element with probability `p` and scales the others by 1 / (1 - p).
 * Source: Srivastava et al., "Dropout", 2014.
 */
export function dropout(x: Tensor, p: number, options: RandomOptions = {}): Tensor {
  requireFloat("dropout", x);
  if (p === 0) return x;
  if (p === 1) return x.mul(0);
  const kept = bernoulli(1 - p, x.shape, options);
  return x.mul(kept.to(x.dtype).mul(1 / (1 - p)));
}
