import { TransformersError } from "../../errors.js";
import { type Dim, formatShape, productOfDims } from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import { type DType, isFloat } from "../../runtime/dtype.js";
import { apply, defineOp, type GradientRule, type Op, type Shape } from "../node.js";
import { normalizeAxes } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { mul } from "./arithmetic.js";
import { to } from "./casts.js";
import { where } from "./choice.js";
import { ne } from "./comparison.js";
import { type DTypeOptions, dimTensor, full } from "./creation.js";
import { cat } from "./joining.js";
import { asFloat, inFloat32, requireFloat } from "./operands.js";
import { logical_not } from "./unary.js";

/** Sums, products and what else counts every element of one or more axes. */

export interface Reduction {
  /** Ascending, not negative; empty for none. */
  axes: readonly number[];
  keepdim: boolean;
}

/** Which axes a reduction runs over: one, several, or (null) all. An empty list is none, where PyTorch takes all. */
export type AxesArgument = number | readonly number[] | null;

export function reducedShape(shape: Shape, { axes, keepdim }: Reduction): Dim[] {
  return shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepdim ? [1] : []) : [dim]));
}

/** Puts the reduced axes back with size 1, so that a result broadcasts against what it was reduced from. */
export function restored(reduced: Tensor, input: Tensor, reduction: Reduction): Tensor {
  return reduction.keepdim
    ? reduced
    : reduced.reshape(reducedShape(input.shape, { ...reduction, keepdim: true }));
}

/** How many elements come to one, as a tensor: the size may be symbolic. */
export function reducedCount(x: Tensor, axes: readonly number[], dtype: DType): Tensor {
  return dimTensor(productOfDims(axes.map((axis) => x.shape[axis]!)), dtype);
}

export function reduction(
  name: string,
  onnxName: string,
  gradient: GradientRule<Reduction> | "none",
): Op<Reduction> {
  return defineOp<Reduction>(name, {
    infer: ([x], attributes) => ({ dtype: x!.dtype, shape: reducedShape(x!.shape, attributes) }),
    onnx: (graph, [x], { axes, keepdim }, [out]) =>
      graph.node(onnxName, [x!, graph.ints(axes)], {
        attributes: { keepdims: Number(keepdim), noop_with_empty_axes: 1 },
        shape: out!.shape,
      }),
    gradient,
  });
}

const reduceSum = reduction("sum", "ReduceSum", ([dy], [x], _, attributes) => [
  restored(dy!, x!, attributes).expand(x!.shape),
]);

const sumOp: typeof reduceSum = {
  ...reduceSum,
  onnx: (graph, [x], attributes, outputs) => {
    const { axes } = attributes;
    if (!isFloat(x!.dtype)) return sumOfInts(graph, x!, axes, outputs[0]!.shape);
    return sumOfRows(graph, x!, axes, outputs[0]!.shape) ?? reduceSum.onnx(graph, [x!], attributes, outputs);
  },
};

/** The sum over all but the last axis as a product with ones, which ONNX Runtime does several times faster. */
function sumOfRows(graph: Graph, x: Value, axes: readonly number[], shape: Shape): Value | null {
  const lead = x.shape!.slice(0, -1);
  const rows = productOfDims(lead);
  const whole = axes.length > 0 && axes.length === lead.length && axes.every((axis, i) => axis === i);
  if (!whole || x.dtype !== "float32" || typeof rows !== "number" || rows < 16 || rows > 2 ** 16) return null;
  const ones = graph.constant("float32", [1, rows], new Float32Array(rows).fill(1));
  const width = x.shape!.at(-1)!;
  const product = graph.matmul(ones, graph.reshape(x, [rows, width]), { shape: [1, width] });
  return graph.reshape(product, shape);
}

/** The exact sum of ints as a product with ones: ONNX Runtime's ReduceSum of int64 adds up floats. */
function sumOfInts(graph: Graph, x: Value, axes: readonly number[], shape: Shape): Value {
  const sizes = x.shape!;
  const kept = sizes.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const [rows, width] = [kept, axes].map((some) => productOfDims(some.map((axis) => sizes[axis]!))) as [
    Dim,
    Dim,
  ];
  const last = graph.transpose(graph.cast(x, "int64"), [...kept, ...axes]);
  const ones = graph.node("Expand", [graph.scalar("int64", 1), graph.shapeVector([width, 1])], {
    shape: [width, 1],
  });
  const sums = graph.matmul(graph.reshape(last, [rows, width]), ones, { shape: [rows, 1] });
  return graph.cast(graph.reshape(sums, shape), x.dtype);
}

/** What is summed or multiplied: the given dtype, or the tensor's own, but int64 for any ints and bools. */
export function summand(x: Tensor, dtype: DType | undefined): Tensor {
  return to(x, dtype ?? (isFloat(x.dtype) ? x.dtype : "int64"));
}

/** The sum over the axes; ints and bools give int64. `dtype` is what x is cast to before. */
export function sum(
  x: Tensor,
  axes: AxesArgument = null,
  keepdim = false,
  { dtype }: DTypeOptions = {},
): Tensor {
  return apply(sumOp, [summand(x, dtype)], { axes: normalizeAxes("sum", axes, x.rank), keepdim });
}

const meanOp = reduction("mean", "ReduceMean", ([dy], [x], _, attributes) => [
  restored(dy!, x!, attributes)
    .div(reducedCount(x!, attributes.axes, dy!.dtype))
    .expand(x!.shape),
]);

/** The sum over the axes by their size; NaN where that is 0. Ints need a floating `dtype` to be cast to. */
export function mean(
  x: Tensor,
  axes: AxesArgument = null,
  keepdim = false,
  { dtype = x.dtype }: DTypeOptions = {},
): Tensor {
  const operand = to(x, dtype);
  requireFloat("mean", operand);
  const normalized = normalizeAxes("mean", axes, x.rank);
  // ONNX Runtime's mean of nothing is 0.
  if (normalized.some((axis) => x.shape[axis] === 0)) return sum(operand, normalized, keepdim).div(0);
  return apply(meanOp, [operand], { axes: normalized, keepdim });
}

const prodOp = reduction("prod", "ReduceProd", ([dy], [x], _outputs, attributes) => {
  // The product of the others; of two zeros, each has the other among its others.
  const isZero = x!.eq(0);
  const zeros = isZero.sum(attributes.axes, true);
  const factors = where(isZero, 1, x!);
  const nonzero = apply(prodOp, [factors], { ...attributes, keepdim: true });
  const others = where(zeros.eq(isZero.to("int64")), nonzero.div(factors), 0);
  return [restored(dy!, x!, attributes).mul(others)];
});

/** The product over the axes; ints and bools give int64. `dtype` is what x is cast to before. */
export function prod(
  x: Tensor,
  axes: AxesArgument = null,
  keepdim = false,
  { dtype }: DTypeOptions = {},
): Tensor {
  const factor = summand(x, dtype);
  const reduction = { axes: normalizeAxes("prod", axes, x.rank), keepdim };
  return isFloat(factor.dtype) ? apply(prodOp, [factor], reduction) : productOfInts(factor, reduction);
}

/** The exact product of ints, half by half: ONNX Runtime's ReduceProd of int64 multiplies floats. */
function productOfInts(x: Tensor, reduction: Reduction): Tensor {
  const { axes } = reduction;
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const count = productOfDims(axes.map((axis) => x.shape[axis]!));
  if (typeof count !== "number") {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `prod: ints are multiplied over axes of known sizes, not over ${count} of ${formatShape(x.shape)}; cast them with .to("float64")`,
    );
  }
  const shape = reducedShape(x.shape, reduction);
  if (count === 0) return full(shape, 1, { dtype: x.dtype });
  let products = x.permute([...kept, ...axes]).reshape([...kept.map((axis) => x.shape[axis]!), count]);
  for (let left = count; left > 1; left = Math.ceil(left / 2)) {
    const half = Math.floor(left / 2);
    const pairs = mul(products.slice(-1, 0, half), products.slice(-1, half, 2 * half));
    products = left % 2 === 0 ? pairs : cat([pairs, products.slice(-1, 2 * half)], -1);
  }
  return products.reshape(shape);
}

/** How many elements are not 0 (int64). */
export function count_nonzero(x: Tensor, axes: AxesArgument = null): Tensor {
  return sum(ne(x, 0), axes);
}

const allOp = reduction("all", "ReduceMin", "none");

/** Whether every element is true, that is not 0. Of uint8 the answer is uint8, as in PyTorch. */
export function all(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  const answer = apply(allOp, [to(to(x, "bool"), "int32")], {
    axes: normalizeAxes("all", axes, x.rank),
    keepdim,
  });
  return to(to(answer, "bool"), x.dtype === "uint8" ? "uint8" : "bool");
}

/** Whether some element is true, that is not 0. Of uint8 the answer is uint8, as in PyTorch. */
export function any(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  const answer = logical_not(all(logical_not(x), axes, keepdim));
  return to(answer, x.dtype === "uint8" ? "uint8" : "bool");
}

const logsumexpOp = reduction("logsumexp", "ReduceLogSumExp", ([dy], [x], [y], attributes) => [
  x!
    .sub(restored(y!, x!, attributes))
    .exp()
    .mul(restored(dy!, x!, attributes)),
]);

const largestOp = reduction("largest", "ReduceMax", "none");

/** log(sum(exp(x))) without overflow; ints and bools are cast to float32. */
export function logsumexp(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  const normalized = normalizeAxes("logsumexp", axes, x.rank);
  return inFloat32(asFloat(x), (wide) => {
    const largest = apply(largestOp, [wide], { axes: normalized, keepdim: true });
    const top = where(largest.abs().eq(Number.POSITIVE_INFINITY), 0, largest);
    const shifted = apply(logsumexpOp, [wide.sub(top)], { axes: normalized, keepdim });
    return shifted.add(top.reshape(shifted.shape));
  });
}
