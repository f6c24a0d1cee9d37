import { TransformersError } from "../../errors.js";
import { addDims, type Dim, formatShape, mayBeZero, shapesEqual } from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, defineOp, type Shape } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { minimum } from "./arithmetic.js";
import { clamp, where } from "./choice.js";
import { full } from "./creation.js";
import type { ValuesAndIndices } from "./extremes.js";
import { gather } from "./indexing.js";
import { flatten, reshape, squeeze } from "./movement.js";
import { promoted } from "./operands.js";
import { slice } from "./slicing.js";
import { isnan } from "./unary.js";

interface Top {
  count: Dim;
  axis: number;
  largest: boolean;
}

const topIndicesOp = defineOp<Top>("top_indices", {
  infer: ([x], { count, axis }) => ({
    dtype: "int64",
    shape: x!.shape.map((dim, i) => (i === axis ? count : dim)),
  }),
  onnx: (graph, [x], attributes, [out]) => {
    if (out!.shape.includes(0)) {
      return graph.node("Expand", [graph.scalar("int64", 0), graph.shapeVector(out!.shape)], {
        shape: out!.shape,
      });
    }
    return topIndices(graph, x!, attributes, out!.shape);
  },
  gradient: "none",
});

/** Of equal elements the first one comes first. */
function topIndices(graph: Graph, x: Value, { count, axis, largest }: Top, shape: Shape): Value {
  // ONNX Runtime's TopK divides by the number of rows: one more where there may be none.
  const growing = x.shape!.flatMap((dim, i) => (i !== axis && mayBeZero(dim) ? [i] : []));
  const shapeOf = (whole: Shape) => whole.map((dim, i) => (growing.includes(i) ? addDims(dim, 1) : dim));
  const axes = graph.ints(growing);
  const one = x.shape!.map((_, i) => Number(growing.includes(i)));
  const more = graph.ints([...one.map(() => 0), ...one]);
  const rows =
    growing.length === 0
      ? x
      : graph.node("Pad", [x, more, graph.scalar(x.dtype, 0)], { shape: shapeOf(x.shape!) });
  const [, indices] = graph.nodeWithOutputs("TopK", [rows, graph.dim(count)], 2, {
    attributes: { axis, largest: Number(largest), sorted: 1 },
    dtype: "int64",
    shape: shapeOf(shape),
  });
  if (growing.length === 0) return indices!;
  const starts = graph.ints(growing.map(() => 0));
  const ends = graph.shapeVector(growing.map((i) => shape[i]!));
  return graph.node("Slice", [indices!, starts, ends, axes], { shape });
}

/** The largest (or smallest) elements along an axis, in order. */
function ordered(x: Tensor, count: Dim, axis: number, largest: boolean): ValuesAndIndices {
  const indices = apply(topIndicesOp, [sortKey(x)], { count, axis, largest });
  return { values: gather(x, axis, indices), indices };
}

/** The largest finite number of each floating dtype. */
const largestFinite: Readonly<Record<string, number>> = {
  float64: Number.MAX_VALUE,
  float32: (2 - 2 ** -23) * 2 ** 127,
  float16: 65504,
  bfloat16: (2 - 2 ** -7) * 2 ** 127,
};

/**
 * What is sorted in x's place, for ONNX Runtime has no place for NaN: NaN is infinity and infinity is the largest
 * finite number, so that NaN comes out as larger than all others, as in PyTorch.
 */
function sortKey(x: Tensor): Tensor {
  if (!isFloat(x.dtype)) return x;
  const scalar = (value: number) => full([], value, { dtype: x.dtype });
  return where(isnan(x), scalar(Number.POSITIVE_INFINITY), minimum(x, scalar(largestFinite[x.dtype]!)));
}

/** The axis to sort along; a tensor without axes counts as a vector of one. */
function vectorAlong(op: string, x: Tensor, axis: number): { rows: Tensor; along: number; size: Dim } {
  const rows = x.rank === 0 ? reshape(x, [1]) : x;
  const along = normalizeAxis(op, axis, rows.rank);
  return { rows, along, size: rows.shape[along]! };
}

function restored(
  { values, indices }: ValuesAndIndices,
  x: Tensor,
  shape: Shape | null = null,
): ValuesAndIndices {
  const target = shape ?? (x.rank === 0 ? [] : values.shape);
  return { values: reshape(values, target), indices: reshape(indices, target) };
}

function requireCount(op: string, k: number, size: Dim, least: number): void {
  if (Number.isInteger(k) && k >= least && !(typeof size === "number" && k > size)) return;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${op}: k is a whole number from ${least} to the axis' size ${size}, not ${k}`,
  );
}

export interface TopkOptions {
  /** false: the smallest ones. Default true. */
  largest?: boolean;
  /** Whether they must come in order; they always do. Default true. */
  sorted?: boolean;
}

/** The `k` largest elements along an axis, the largest first, and where they were. NaN is larger than all others. */
export function topk(x: Tensor, k: number, axis = -1, options: TopkOptions = {}): ValuesAndIndices {
  const { rows, along, size } = vectorAlong("topk", x, axis);
  requireCount("topk", k, size, 0);
  return restored(ordered(rows, k, along, options.largest ?? true), x);
}

export interface SortOptions {
  /** The largest first. Default false. */
  descending?: boolean;
  /** Whether equal elements must keep their order; they always do. Default false. */
  stable?: boolean;
}

/** The elements along an axis in order, and where they were. NaN is larger than all others. */
export function sort(x: Tensor, axis = -1, options: SortOptions = {}): ValuesAndIndices {
  const { rows, along, size } = vectorAlong("sort", x, axis);
  return restored(ordered(rows, size, along, options.descending ?? false), x);
}

/** Where the elements along an axis, in order, were: the indices of sort(). */
export function argsort(x: Tensor, axis = -1, options: SortOptions = {}): Tensor {
  return sort(x, axis, options).indices;
}

/** The k-th smallest element along an axis (k from 1) and where it was. NaN is larger than all others. */
export function kthvalue(
  x: Tensor,
  k: number,
  axis = -1,
  options: { keepdim?: boolean } = {},
): ValuesAndIndices {
  const { rows, along, size } = vectorAlong("kthvalue", x, axis);
  requireCount("kthvalue", k, size, 1);
  const { values, indices } = ordered(rows, k, along, false);
  const last = { values: slice(values, along, k - 1), indices: slice(indices, along, k - 1) };
  return withoutAxis(last, x, along, options.keepdim ?? false);
}

function withoutAxis(kept: ValuesAndIndices, x: Tensor, along: number, keepdim: boolean): ValuesAndIndices {
  if (x.rank === 0) return restored(kept, x);
  return keepdim ? kept : { values: squeeze(kept.values, along), indices: squeeze(kept.indices, along) };
}

/**
 * The middle element along an axis, the lower one of two, and where it was; without an axis the middle one of all
 * elements, as one tensor. NaN where one of the elements is.
 */
export function median(x: Tensor, axis?: null): Tensor;
export function median(x: Tensor, axis: number, options?: { keepdim?: boolean }): ValuesAndIndices;
export function median(
  x: Tensor,
  axis: number | null = null,
  options: { keepdim?: boolean } = {},
): ValuesAndIndices | Tensor {
  if (axis === null) return reshape(median(flatten(x), 0).values, []);
  const { rows, along, size } = vectorAlong("median", x, axis);
  if (typeof size !== "number" || size === 0) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `median: axis ${axis} of ${x} must have a known size of at least 1 to have a middle`,
    );
  }
  const { indices } = ordered(rows, size, along, false);
  const middle = slice(indices, along, Math.floor((size - 1) / 2), Math.floor((size + 1) / 2));
  const found = isFloat(x.dtype) ? firstNaNOr(middle, indices, rows, along) : middle;
  const kept = { values: gather(rows, along, found), indices: found };
  return withoutAxis(kept, x, along, options.keepdim ?? false);
}

/** ValuesAndIndices indices end with those of NaN: the first of these, or else `middle`. */
function firstNaNOr(middle: Tensor, indices: Tensor, x: Tensor, axis: number): Tensor {
  const count = isnan(x).to("int64").sum(axis, true);
  const first = clamp(count.neg().add(x.shape[axis] as number), { max: (x.shape[axis] as number) - 1 });
  return where(count.gt(0), gather(indices, axis, first), middle);
}

export interface SearchOptions {
  /** Behind boundaries that equal the value, not before them. Default false. */
  right?: boolean;
  /** Positions as int32 instead of int64. Default false. */
  out_int32?: boolean;
}

/**
 * Where values would go among ascending boundaries so that these stay in order: the number of boundaries below the
 * value (with `right` those not above it). A sequence [boundaries] takes values of any shape; a sequence
 * [..., boundaries] takes values [..., any] with the same axes in front. Every value is compared with every
 * boundary: meant for tens or hundreds of these.
 */
export function searchsorted(
  sorted_sequence: Tensor,
  values: Tensor | number,
  options: SearchOptions & { side?: "left" | "right" } = {},
): Tensor {
  const { right = false, side, out_int32 = false } = options;
  if (side !== undefined && ((side !== "left" && side !== "right") || (right && side === "left"))) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `searchsorted: side is "left" or "right" and must not contradict right, got "${side}" with right ${right}`,
    );
  }
  const [sequence, sought] = promoted(sorted_sequence, values);
  const lead = (x: Tensor) => x.shape.slice(0, -1);
  if (sequence.rank === 0 || (sequence.rank > 1 && !shapesEqual(lead(sequence), lead(sought)))) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `searchsorted: the sequence ${formatShape(sequence.shape)} must have one axis, or the axes of the values ${formatShape(sought.shape)} but for the last`,
    );
  }
  const boundaries = sequence.rank === 1 ? sequence : sequence.unsqueeze(-2);
  const each = sought.unsqueeze(-1);
  const isBehind = right || side === "right" ? boundaries.gt(each) : boundaries.ge(each);
  return isBehind
    .logical_not()
    .to("int64")
    .sum(-1)
    .to(out_int32 ? "int32" : "int64");
}

/** The number of the bucket between `boundaries` (ascending, [boundaries]) that each value lies in. */
export function bucketize(input: Tensor | number, boundaries: Tensor, options: SearchOptions = {}): Tensor {
  if (boundaries.rank !== 1) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `bucketize: the boundaries must have one axis, got ${formatShape(boundaries.shape)}`,
    );
  }
  return searchsorted(boundaries, input, options);
}
