import { TransformersError } from "../../errors.js";
import type { Value } from "../../onnx/graph.js";
import { apply, defineOp } from "../node.js";
import { normalizeAxes } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { to } from "./casts.js";
import { where } from "./choice.js";
import type { DTypeOptions } from "./creation.js";
import { amax, amin } from "./extremes.js";
import { inFloat32, requireFloat } from "./operands.js";
import {
  type AxesArgument,
  mean,
  type Reduction,
  reducedCount,
  reducedShape,
  restored,
  sum,
} from "./reduce.js";
import { abs, floatUnary, sign } from "./unary.js";

/** Variances and norms. */

/** The square root with a gradient of 0 at 0, where a norm or a standard deviation has its corner. */
const smoothRoot = floatUnary("smooth_root", "Sqrt", ([dy], _, [y]) => [
  dy!.div(y!.mul(2)).masked_fill(y!.eq(0), 0),
]);

export interface VarianceOptions {
  /** What is taken off the number of elements that the squares are divided by. Default 1. */
  correction?: number;
  /** Keep the reduced axes with size 1. Default false. */
  keepdim?: boolean;
}

/** The mean squared distance from the mean, by default divided by n - 1. PyTorch's name, `var`, is exported too. */
export function variance(x: Tensor, axes: AxesArgument = null, options: VarianceOptions = {}): Tensor {
  requireFloat("var", x);
  return inFloat32(x, (wide) => spread("var", wide, axes, options));
}

export { variance as var };

/** The square root of the variance. Its gradient is 0 where all elements are equal. */
export function std(x: Tensor, axes: AxesArgument = null, options: VarianceOptions = {}): Tensor {
  requireFloat("std", x);
  return inFloat32(x, (wide) => smoothRoot(spread("std", wide, axes, options)));
}

/** The variance and the mean. */
export function var_mean(
  x: Tensor,
  axes: AxesArgument = null,
  options: VarianceOptions = {},
): [variance: Tensor, mean: Tensor] {
  return [variance(x, axes, options), mean(x, axes, options.keepdim)];
}

/** The standard deviation and the mean. */
export function std_mean(
  x: Tensor,
  axes: AxesArgument = null,
  options: VarianceOptions = {},
): [std: Tensor, mean: Tensor] {
  return [std(x, axes, options), mean(x, axes, options.keepdim)];
}

function spread(op: string, x: Tensor, axes: AxesArgument, options: VarianceOptions): Tensor {
  const { correction = 1, keepdim = false } = options;
  const normalized = normalizeAxes(op, axes, x.rank);
  const centered = x.sub(mean(x, normalized, true));
  const count = reducedCount(x, normalized, x.dtype).sub(correction).maximum(0);
  return sum(centered.mul(centered), normalized, keepdim).div(count);
}

/** sum(|x|^p)^(1 / p). */
const powerNormOp = defineOp<Reduction & { p: number }>("power_norm", {
  infer: ([x], attributes) => ({ dtype: x!.dtype, shape: reducedShape(x!.shape, attributes) }),
  onnx: (graph, [x], { p, axes, keepdim }, [out]) => {
    const power = (base: Value, exponent: number, shape: Value["shape"]) =>
      graph.node("Pow", [base, graph.scalar(x!.dtype, exponent)], { shape });
    const summed = graph.node(
      "ReduceSum",
      [power(graph.node("Abs", [x!], { shape: x!.shape }), p, x!.shape), graph.ints(axes)],
      { attributes: { keepdims: Number(keepdim), noop_with_empty_axes: 1 }, shape: out!.shape },
    );
    return power(summed, 1 / p, out!.shape);
  },
  // sign(x) (|x| / norm)^(p - 1), and 0 where x or the norm is 0.
  gradient: ([dy], [x], [y], attributes) => {
    const { p } = attributes;
    const norm = restored(y!, x!, attributes);
    const isZero = norm.eq(0);
    const scale = where(isZero, 0, restored(dy!, x!, attributes).mul(where(isZero, 1, norm).pow(1 - p)));
    const size = where(x!.eq(0), 1, abs(x!)).pow(p - 1);
    return [sign(x!).mul(size).mul(scale)];
  },
});

/**
 * The norm of the elements as one vector, or of those along axes: for p = 2 (or "fro") the root of the sum of
 * squares, for infinity the largest size, for minus infinity the smallest, for 0 the number of those that are not 0,
 * else sum(|x|^p)^(1 / p). `dtype` is what x is cast to before. The nuclear norm is not computed.
 */
export function norm(
  x: Tensor,
  p: number | "fro" = "fro",
  axes: AxesArgument = null,
  keepdim = false,
  { dtype = x.dtype }: DTypeOptions = {},
): Tensor {
  const operand = to(x, dtype);
  requireFloat("norm", operand);
  const order = p === "fro" ? 2 : p;
  if (typeof order !== "number" || Number.isNaN(order)) {
    throw new TransformersError("INVALID_ARGUMENT", `norm: p must be a number or "fro", not ${p}`);
  }
  const normalized = normalizeAxes("norm", axes, x.rank);
  return inFloat32(operand, (wide) => {
    if (order === Number.POSITIVE_INFINITY) return amax(abs(wide), normalized, keepdim);
    if (order === Number.NEGATIVE_INFINITY) return amin(abs(wide), normalized, keepdim);
    if (order === 0) return sum(sign(abs(wide)), normalized, keepdim);
    if (order === 1) return sum(abs(wide), normalized, keepdim);
    if (order === 2) return smoothRoot(sum(wide.mul(wide), normalized, keepdim));
    return apply(powerNormOp, [wide], { p: order, axes: normalized, keepdim });
  });
}
