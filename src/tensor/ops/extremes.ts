import { TransformersError } from "../../errors.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, defineOp, type GradientRule, type Op } from "../node.js";
import { normalizeAxes, normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { maximum, minimum } from "./arithmetic.js";
import { to } from "./casts.js";
import { where } from "./choice.js";
import { gather } from "./indexing.js";
import { refuseBool } from "./operands.js";
import { type AxesArgument, type Reduction, reducedShape, reduction, restored, sum } from "./reduce.js";
import { isnan } from "./unary.js";

/** The largest and the smallest element, and where it stands. One that is not a number is both. */

/** Elements that share the extreme value share its gradient evenly. */
const extremeGradient: GradientRule<Reduction> = ([dy], [x], [y], attributes) => {
  const hits = x!.eq(restored(y!, x!, attributes)).to(dy!.dtype);
  const share = hits.div(hits.sum(attributes.axes, true));
  return [share.mul(restored(dy!, x!, attributes))];
};

const amaxOp = reduction("amax", "ReduceMax", extremeGradient);
const aminOp = reduction("amin", "ReduceMin", extremeGradient);

/** The largest element over the axes; NaN where one is. Equal ones share the gradient. */
export function amax(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  return extreme("amax", amaxOp, x, axes, keepdim);
}

/** The smallest element over the axes; NaN where one is. Equal ones share the gradient. */
export function amin(x: Tensor, axes: AxesArgument = null, keepdim = false): Tensor {
  return extreme("amin", aminOp, x, axes, keepdim);
}

function extreme(name: string, op: Op<Reduction>, x: Tensor, axes: AxesArgument, keepdim: boolean): Tensor {
  const normalized = normalizeAxes(name, axes, x.rank);
  requireElements(name, x, normalized);
  const found = apply(op, [x], { axes: normalized, keepdim });
  // ONNX Runtime passes over NaN in some layouts.
  return isFloat(x.dtype) ? where(hasNaN(x, normalized, keepdim), Number.NaN, found) : found;
}

/** Whether there is a NaN: a sum of what is finite once it is cut off shows one, in a fraction of the time of any(). */
function hasNaN(x: Tensor, axes: AxesArgument, keepdim: boolean): Tensor {
  return isnan(sum(x.clamp({ min: -1, max: 1 }), axes, keepdim));
}

export function requireElements(op: string, x: Tensor, axes: readonly number[]): void {
  const empty = axes.find((axis) => x.shape[axis] === 0);
  if (empty !== undefined) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: axis ${empty} of ${x} has no elements to choose from`,
    );
  }
}

interface Position {
  axis: number;
  keepdim: boolean;
}

function position(name: string, onnxName: string): Op<Position> {
  return defineOp<Position>(name, {
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
}

const argmaxOp = position("argmax", "ArgMax");
const argminOp = position("argmin", "ArgMin");

/** The position along an axis of the first extreme element, or of the first NaN where there is one. */
function positionAlong(op: Op<Position>, x: Tensor, attributes: Position): Tensor {
  const found = apply(op, [x], attributes);
  if (!isFloat(x.dtype)) return found;
  const first = apply(argmaxOp, [to(isnan(x), "int32")], attributes);
  return where(hasNaN(x, attributes.axis, attributes.keepdim), first, found);
}

function argument(op: Op<Position>, x: Tensor, axis: number | null, keepdim: boolean): Tensor {
  refuseBool(op.name, x);
  const along = axis === null || x.rank === 0 ? x.flatten() : x;
  const normalized = normalizeAxis(op.name, axis ?? 0, along.rank);
  requireElements(op.name, along, [normalized]);
  const found = positionAlong(op, along, { axis: normalized, keepdim });
  return along === x ? found : found.reshape(x.shape.flatMap(() => (keepdim ? [1] : [])));
}

/** The position of the first largest element along an axis, or (null) in the flattened tensor (int64). */
export function argmax(x: Tensor, axis: number | null = null, keepdim = false): Tensor {
  return argument(argmaxOp, x, axis, keepdim);
}

/** The position of the first smallest element along an axis, or (null) in the flattened tensor (int64). */
export function argmin(x: Tensor, axis: number | null = null, keepdim = false): Tensor {
  return argument(argminOp, x, axis, keepdim);
}

/** Elements along an axis, and where they stand. */
export interface ValuesAndIndices {
  readonly values: Tensor;
  /** int64. */
  readonly indices: Tensor;
}

/**
 * The largest element of all; along an axis, with its position, to which the gradient goes; or of two tensors, as
 * `maximum`.
 */
export function max(x: Tensor): Tensor;
export function max(x: Tensor, axis: number, keepdim?: boolean): ValuesAndIndices;
export function max(x: Tensor, other: Tensor): Tensor;
export function max(x: Tensor, of?: number | Tensor, keepdim = false): Tensor | ValuesAndIndices {
  if (of === undefined) return amax(x);
  return typeof of === "number" ? chosen("max", argmaxOp, x, of, keepdim) : maximum(x, of);
}

/**
 * The smallest element of all; along an axis, with its position, to which the gradient goes; or of two tensors, as
 * `minimum`.
 */
export function min(x: Tensor): Tensor;
export function min(x: Tensor, axis: number, keepdim?: boolean): ValuesAndIndices;
export function min(x: Tensor, other: Tensor): Tensor;
export function min(x: Tensor, of?: number | Tensor, keepdim = false): Tensor | ValuesAndIndices {
  if (of === undefined) return amin(x);
  return typeof of === "number" ? chosen("min", argminOp, x, of, keepdim) : minimum(x, of);
}

function chosen(name: string, op: Op<Position>, x: Tensor, axis: number, keepdim: boolean): ValuesAndIndices {
  if (x.rank === 0) {
    const { values, indices } = chosen(name, op, x.reshape([1]), axis, false);
    return { values, indices };
  }
  const normalized = normalizeAxis(name, axis, x.rank);
  requireElements(name, x, [normalized]);
  const indices = positionAlong(op, x, { axis: normalized, keepdim: true });
  const values = gather(x, normalized, indices);
  return keepdim
    ? { values, indices }
    : { values: values.squeeze(normalized), indices: indices.squeeze(normalized) };
}
