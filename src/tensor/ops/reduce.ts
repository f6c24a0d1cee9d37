import { type Dim, productOfDims } from "../../onnx/dim.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, defineOp, type GradientRule, type Shape } from "../node.js";
import { normalizeAxes, normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { dimTensor } from "./creation.js";
import { logical_not, requireFloat, to } from "./elementwise.js";

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

const sumOp = reduction("sum", "ReduceSum", ([dy], [x], _, attributes) => [
  restored(dy!, x!, attributes).expand(x!.shape),
]);

/** The sum over the axes; ints and bool give int64. */
export function sum(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  const summand = isFloat(x.dtype) ? x : to(x, "int64");
  return apply(sumOp, [summand], { axes: normalizeAxes("sum", axes, x.rank), keepdim });
}

const meanOp = reduction("mean", "ReduceMean", ([dy], [x], _, attributes) => {
  const count = dimTensor(productOfDims(attributes.axes.map((axis) => x!.shape[axis]!)), dy!.dtype);
  return [restored(dy!, x!, attributes).div(count).expand(x!.shape)];
});

export function mean(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  requireFloat("mean", x);
  return apply(meanOp, [x], { axes: normalizeAxes("mean", axes, x.rank), keepdim });
}

/** Elements that share the extreme value share its gradient evenly. */
const extremeGradient: GradientRule<Reduction> = ([dy], [x], [y], attributes) => {
  const hits = x!.eq(restored(y!, x!, attributes)).to(dy!.dtype);
  const share = hits.div(hits.sum(attributes.axes, true));
  return [share.mul(restored(dy!, x!, attributes))];
};

const amaxOp = reduction("amax", "ReduceMax", extremeGradient);
const aminOp = reduction("amin", "ReduceMin", extremeGradient);

export function amax(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  return apply(amaxOp, [x], { axes: normalizeAxes("amax", axes, x.rank), keepdim });
}

export function amin(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  return apply(aminOp, [x], { axes: normalizeAxes("amin", axes, x.rank), keepdim });
}

const prodOp = reduction("prod", "ReduceProd", ([dy], [x], [y], attributes) => [
  restored(dy!, x!, attributes)
    .mul(restored(y!, x!, attributes))
    .div(x!),
]);

/** The product over the axes. Its gradient divides by the elements, so it is for elements that are not 0. */
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
  const top = amax(x, normalized, true).detach();
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
  amin(to(to(x, "bool"), "int32"), axes, keepdim).to("bool");
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
    const along = axis === null ? x.flatten() : x;
    return apply(op, [along], { axis: normalizeAxis(name, axis ?? 0, along.rank), keepdim });
  };
}

/** The position of the first largest element along an axis, or (null) in the flattened tensor. */
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
  return accumulated(isFloat(x.dtype) ? x : to(x, "int64"), normalizeAxis("cumsum", axis, x.rank), false);
}
