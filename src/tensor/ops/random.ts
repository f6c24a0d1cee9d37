import { TransformersError } from "../../errors.js";
import { productOfDims } from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import { Generator } from "../generator.js";
import { apply, defineOp, type Shape } from "../node.js";
import type { Tensor } from "../tensor.js";
import { tensor } from "./creation.js";
import { requireFloat } from "./elementwise.js";

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

/** Uniform uint32 numbers. */
export function random_bits(shape: Shape, { generator = Generator.default }: RandomOptions = {}): Tensor {
  return apply(randomBitsOp, [tensor(generator.nextKey())], { shape });
}

/** True with probability `p`, drawn for every element on its own. */
export function bernoulli(p: number, shape: Shape, options: RandomOptions = {}): Tensor {
  if (!(p >= 0 && p <= 1))
    throw new TransformersError("INVALID_ARGUMENT", `a probability lies between 0 and 1, not ${p}`);
  if (p === 1) return random_bits(shape, options).ge(0);
  return random_bits(shape, options).lt(Math.min(Math.round(p * 2 ** 32), 2 ** 32 - 1));
}

/** Uniform numbers in [0, 1), of 24 random bits. */
export function rand(shape: Shape, options: RandomOptions = {}): Tensor {
  const bits = random_bits(shape, options)
    .to("float64")
    .mul(2 ** -8)
    .floor();
  return bits.mul(2 ** -24).to("float32");
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
