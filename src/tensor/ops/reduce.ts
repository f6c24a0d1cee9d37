import { TransformersError } from "../../errors.js";
import { type Dim, productOfDims } from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, defineOp, type GradientRule, type Op, type Shape } from "../node.js";
import { normalizeAxes, normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { dimTensor } from "./creation.js";
import { isnan, logical_not, requireFloat, to, where } from "./elementwise.js";

interface Reduction {
  /** Ascending, not negative; empty for none. */
  axes: readonly number[];
  keepdim: boolean;
}

/** Which axes a reduction runs over: one, several, or (null) all. */
export type AxesArgument = number | readonly number[] | null;

function reducedShape(shape: Shape, { axes, keepdim }: Reduction): Dim[] {
  return shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepdim ? [1] : []) : [dim]));
}

/** Puts the reduced axes back with size 1, so that a result broadcasts against what it was reduced from. */
function restored(reduced: Tensor, input: Tensor, reduction: Reduction): Tensor {
  return reduction.keepdim
    ? reduced
    : reduced.reshape(reducedShape(input.shape, { ...reduction, keepdim: true }));
}

function reduction(name: string, onnxName: string, gradient: GradientRule<Reduction>) {
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
  onnx: (graph, inputs, attributes, outputs) =>
    sumOfRows(graph, inputs[0]!, attributes.axes, outputs[0]!.shape) ??
    reduceSum.onnx(graph, inputs, attributes, outputs),
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

/** The sum over the axes; ints and bool give int64. */
export function sum(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  const summand = isFloat(x.dtype) ? x : to(x, "int64");
  return apply(sumOp, [summand], { axes: normalizeAxes("sum", axes, x.rank), keepdim });
}

const meanOp = reduction("mean", "ReduceMean", ([dy], [x], _, attributes) => {
  const count = dimTensor(productOfDims(attributes.axes.map((axis) => x!.shape[axis]!)), dy!.dtype);
  return [restored(dy!, x!, attributes).div(count).expand(x!.shape)];
});

/** The sum over the axes by their size; NaN where that is 0. */
export function mean(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  requireFloat("mean", x);
  const normalized = normalizeAxes("mean", axes, x.rank);
  // ONNX Runtime's mean of nothing is 0.
  if (normalized.some((axis) => x.shape[axis] === 0)) return sum(x, normalized, keepdim).div(0);
  return apply(meanOp, [x], { axes: normalized, keepdim });
}

/** Elements that share the extreme value share its gradient evenly. */
const extremeGradient: GradientRule<Reduction> = ([dy], [x], [y], attributes) => {
  const hits = x!.eq(restored(y!, x!, attributes)).to(dy!.dtype);
  const share = hits.div(hits.sum(attributes.axes, true));
  return [share.mul(restored(dy!, x!, attributes))];
};

const amaxOp = reduction("amax", "ReduceMax", extremeGradient);
const aminOp = reduction("amin", "ReduceMin", extremeGradient);

/** The largest element over the axes; NaN where one is. */
export function amax(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  return extreme("amax", amaxOp, x, axes, keepdim);
}

/** The smallest element over the axes; NaN where one is. */
export function amin(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  return extreme("amin", aminOp, x, axes, keepdim);
}

function extreme(name: string, op: Op<Reduction>, x: Tensor, axes: AxesArgument, keepdim: boolean): Tensor {
  const normalized = normalizeAxes(name, axes, x.rank);
  requireElements(name, x, normalized);
  const found = apply(op, [x], { axes: normalized, keepdim });
  // ONNX Runtime passes over NaN in some layouts.
  return isFloat(x.dtype) ? where(any(isnan(x), normalized, keepdim), Number.NaN, found) : found;
}

function requireElements(op: string, x: Tensor, axes: readonly number[]): void {
  const empty = axes.find((axis) => x.shape[axis] === 0);
  if (empty !== undefined) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: axis ${empty} of ${x} has no elements to choose from`,
    );
  }
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

/** The product over the axes; ints and bool give int64. */
export function prod(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  const factor = isFloat(x.dtype) ? x : to(x, "int64");
  return apply(prodOp, [factor], { axes: normalizeAxes("prod", axes, x.rank), keepdim });
}

const logsumexpOp = reduction("logsumexp", "ReduceLogSumExp", ([dy], [x], [y], attributes) => [
  x!
    .sub(restored(y!, x!, attributes))
    .exp()
    .mul(restored(dy!, x!, attributes)),
]);

/** log(sum(exp(x))) without overflow. */
export function logsumexp(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  requireFloat("logsumexp", x);
  const normalized = normalizeAxes("logsumexp", axes, x.rank);
  const largest = apply(amaxOp, [x], { axes: normalized, keepdim: true }).detach();
  const top = where(largest.abs().eq(Number.POSITIVE_INFINITY), 0, largest);
  const shifted = apply(logsumexpOp, [x.sub(top)], { axes: normalized, keepdim });
  return shifted.add(top.reshape(shifted.shape));
}

/** The variance; `correction` 1 divides by n - 1. */
export function variance(
  x: Tensor,
  axes: AxesArgument = null,
  options: { correction?: number; keepdim?: boolean } = {},
) {
  const { correction = 1, keepdim = false } = options;
  const normalized = normalizeAxes("var", axes, x.rank);
  const centered = x.sub(mean(x, normalized, true));
  const count = dimTensor(productOfDims(normalized.map((axis) => x.shape[axis]!)), x.dtype);
  return sum(centered.mul(centered), normalized, keepdim).div(count.sub(correction));
}

export const all = (x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor =>
  apply(aminOp, [to(to(x, "bool"), "int32")], { axes: normalizeAxes("all", axes, x.rank), keepdim }).to(
    "bool",
  );
export const any = (x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor =>
  all(logical_not(x), axes, keepdim).logical_not();

function argExtreme(name: string, onnxName: string) {
  const op = defineOp<{ axis: number; keepdim: boolean }>(name, {
    infer: ([x], { axis, keepdim }) => ({
      dtype: "int64",
      shape: reducedShape(x!.shape, { axes: [axis], keepdim }),
    }),
    onnx: (graph, [x], { axis, keepdim }, [out]) =>
      graph.node(onnxName, [x!], {
        attributes: { axis, keepdims: Number(keepdim) },
        dtype: "int64",
        shape: out!.shape,
      }),
    gradient: "none",
  });
  return (x: Tensor, axis: number | null = null, keepdim = false): Tensor => {
    const along = axis === null || x.rank === 0 ? x.flatten() : x;
    const position = normalizeAxis(name, axis ?? 0, along.rank);
    requireElements(name, along, [position]);
    const found = apply(op, [along], { axis: position, keepdim });
    return along === x ? found : found.reshape(x.shape.flatMap(() => (keepdim ? [1] : [])));
  };
}

/** The position of the first largest element along an axis, or (null) in the flattened tensor (int64). */
export const argmax = argExtreme("argmax", "ArgMax");
export const argmin = argExtreme("argmin", "ArgMin");

const cumsumOp = defineOp<{ axis: number; reverse: boolean }>("cumsum", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { axis, reverse }) =>
    graph.node("CumSum", [x!, graph.scalar("int64", axis)], {
      attributes: { reverse: Number(reverse) },
      shape: x!.shape,
    }),
  gradient: ([dy], _inputs, _outputs, { axis, reverse }) => [accumulated(dy!, axis, !reverse)],
});

function accumulated(x: Tensor, axis: number, reverse: boolean): Tensor {
  return apply(cumsumOp, [x], { axis, reverse });
}

/** Each element added to all before it along an axis; ints and bool give int64. */
export function cumsum(x: Tensor, axis: number): Tensor {
  if (x.rank === 0) return cumsum(x.reshape([1]), axis).reshape([]);
  return accumulated(isFloat(x.dtype) ? x : to(x, "int64"), normalizeAxis("cumsum", axis, x.rank), false);
}
