import { TransformersError } from "../../errors.js";
import { dimsEqual, formatShape, shapesEqual } from "../../onnx/dim.js";
import { type DType, isFloat, promote } from "../../runtime/dtype.js";
import { apply, defineOp } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { to } from "./casts.js";
import { where } from "./choice.js";
import { full } from "./creation.js";
import { addAlong, gather, requireIndices, requireInside, requireWithin } from "./indexing.js";
import { expand, expandFor, flatten, reshape } from "./movement.js";
import { requireMask } from "./nonzero.js";
import { slice } from "./slicing.js";
import { isnan } from "./unary.js";

type Combination = "none" | "add" | "mul" | "max" | "min";

/** x, indices and source; positions in x that indices name take their sources, or are combined with them. */
const scatterOp = defineOp<{ axis: number; combination: Combination }>("scatter", {
  infer: ([x]) => x!,
  onnx: (graph, [x, indices, source], { axis, combination }) =>
    graph.node("ScatterElements", [x!, indices!, source!], {
      attributes: { axis, reduction: combination },
      shape: x!.shape,
    }),
  gradient: ([dy], [x, indices, source], [y], { axis, combination }) => {
    const picked = gather(dy!, axis, indices!);
    if (combination === "add") return [dy!, null, picked];
    if (combination === "none")
      return [scattered(dy!, axis, indices!, like(source!, 0), "none"), null, picked];
    if (combination === "mul") return productGradient(dy!, x!, indices!, source!, axis);
    // Elements that share the extreme value share its gradient evenly.
    const dtype = dy!.dtype;
    const own = x!.eq(y!).to(dtype);
    const theirs = source!.eq(gather(y!, axis, indices!)).to(dtype);
    const share = dy!.div(scattered(own, axis, indices!, theirs, "add").clamp({ min: 1 }));
    return [own.mul(share), null, theirs.mul(gather(share, axis, indices!))];
  },
});

/** The gradient of a factor is the product of the others; of two zeros, each has the other among its others. */
function productGradient(dy: Tensor, x: Tensor, indices: Tensor, source: Tensor, axis: number) {
  const [zeroX, zeroSource] = [x.eq(0), source.eq(0)];
  const [factorX, factorSource] = [where(zeroX, 1, x), where(zeroSource, 1, source)];
  const product = scattered(factorX, axis, indices, factorSource, "mul");
  const zeroCount = scattered(zeroX.to("int64"), axis, indices, zeroSource.to("int64"), "add");
  const others = (isZero: Tensor, factor: Tensor, total: Tensor, zeroes: Tensor, gradient: Tensor) =>
    where(zeroes.eq(isZero.to("int64")), total.div(factor), 0).mul(gradient);
  const at = (values: Tensor) => gather(values, axis, indices);
  return [
    others(zeroX, factorX, product, zeroCount, dy),
    null,
    others(zeroSource, factorSource, at(product), at(zeroCount), at(dy)),
  ];
}

function scattered(
  x: Tensor,
  axis: number,
  indices: Tensor,
  source: Tensor,
  combination: Combination,
): Tensor {
  return apply(scatterOp, [x, indices, source], { axis, combination });
}

/** A tensor of one repeated value, of another's dtype and shape. */
function like(x: Tensor, value: number): Tensor {
  return full(x.shape, value, { dtype: x.dtype });
}

/** Axis, indices and source as the op takes them: torch reads only the part of source that indices cover. */
function operands(op: string, x: Tensor, axis: number, indices: Tensor, source: Tensor) {
  requireIndices(op, indices);
  const along = normalizeAxis(op, axis, x.rank);
  requireWithin(op, indices, x, along);
  requireWithin(op, indices, source, null);
  requireInside(op, indices, x.shape[along]!, `axis ${along}`);
  const covered = indices.shape.reduce<Tensor>(
    (part, dim, i) => (dimsEqual(dim, part.shape[i]!) ? part : slice(part, i, 0, dim)),
    source,
  );
  return { along, covered: fitted(op, covered, x.dtype) };
}

/** The source in the tensor's dtype, where no value is lost by that. */
function fitted(op: string, source: Tensor, dtype: DType): Tensor {
  if (source.dtype === dtype || promote(source.dtype, dtype) === dtype) return to(source, dtype);
  throw new TransformersError(
    "DTYPE_MISMATCH",
    `${op}: a source of ${source.dtype} does not fit a tensor of ${dtype}; cast it with .to("${dtype}")`,
  );
}

function refuseBool(op: string, { dtype }: Tensor): void {
  if (dtype === "bool") {
    throw new TransformersError("DTYPE_MISMATCH", `${op}: not for bool; cast it with .to("int64")`);
  }
}

export interface ScatterOptions {
  /** Adds to, or multiplies, what is there instead of replacing it. */
  reduce?: "add" | "multiply";
}

/**
 * `x` with each element of `source` (a tensor, or one number) at `indices` along an axis. Where indices repeat, one
 * of the elements is there; which one is not said.
 */
export function scatter(
  x: Tensor,
  axis: number,
  indices: Tensor,
  source: Tensor | number,
  options: ScatterOptions = {},
): Tensor {
  const { reduce } = options;
  if (reduce !== undefined && reduce !== "add" && reduce !== "multiply") {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `scatter: reduce is "add" or "multiply", not "${reduce}"; scatter_reduce() has others`,
    );
  }
  if (reduce !== undefined) refuseBool("scatter", x);
  const values = typeof source === "number" ? full(indices.shape, source, { dtype: x.dtype }) : source;
  const { along, covered } = operands("scatter", x, axis, indices, values);
  const combination = reduce === undefined ? "none" : reduce === "add" ? "add" : "mul";
  return scattered(x, along, indices, covered, combination);
}

/** `x` with each element of `source` added at `indices` along an axis; positions may repeat. */
export function scatter_add(x: Tensor, axis: number, indices: Tensor, source: Tensor): Tensor {
  refuseBool("scatter_add", x);
  const { along, covered } = operands("scatter_add", x, axis, indices, source);
  return scattered(x, along, indices, covered, "add");
}

export type ScatterReduction = "sum" | "prod" | "mean" | "amax" | "amin";

export interface ScatterReduceOptions {
  /** Whether the elements of x are among those that are reduced. Default true. */
  include_self?: boolean;
}

/**
 * `x` with the sum, product, mean or extreme of the elements of `source` that share a position along an axis.
 * Positions that no index names keep what they have. Means of ints are rounded down.
 */
export function scatter_reduce(
  x: Tensor,
  axis: number,
  indices: Tensor,
  source: Tensor,
  reduce: ScatterReduction,
  options: ScatterReduceOptions = {},
): Tensor {
  const { include_self = true } = options;
  const kind = reductions[reduce];
  if (kind === undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `scatter_reduce: reduce is one of ${Object.keys(reductions).join(", ")}, not "${reduce}"`,
    );
  }
  refuseBool("scatter_reduce", x);
  const { along, covered } = operands("scatter_reduce", x, axis, indices, source);
  const start = include_self ? x : scattered(x, along, indices, kind.neutral(covered), "none");
  const reduced = scattered(start, along, indices, covered, kind.combination);
  if (reduce === "amax" || reduce === "amin") return withNaN(reduced, start, along, indices, covered);
  if (reduce !== "mean") return reduced;
  const selves = like(x, include_self ? 1 : 0);
  const counts = scattered(selves, along, indices, like(covered, 1), "add").clamp({ min: 1 });
  return reduced.div(counts, { rounding_mode: isFloat(x.dtype) ? null : "floor" });
}

interface Kind {
  readonly combination: Combination;
  /** What the places of the result hold before the sources are combined with it, if not x's elements. */
  neutral(source: Tensor): Tensor;
}

/** Any source will do where the gradient need not know how often it counts. */
const extremeNeutral = (value: number) => (source: Tensor) =>
  isFloat(source.dtype) ? like(source, value) : source;

const reductions: Readonly<Record<string, Kind>> = {
  sum: { combination: "add", neutral: (source) => like(source, 0) },
  mean: { combination: "add", neutral: (source) => like(source, 0) },
  prod: { combination: "mul", neutral: (source) => like(source, 1) },
  amax: { combination: "max", neutral: extremeNeutral(Number.NEGATIVE_INFINITY) },
  amin: { combination: "min", neutral: extremeNeutral(Number.POSITIVE_INFINITY) },
};

/** ONNX Runtime passes over a NaN that is there before the sources. */
function withNaN(reduced: Tensor, x: Tensor, axis: number, indices: Tensor, source: Tensor): Tensor {
  if (!isFloat(x.dtype)) return reduced;
  const count = scattered(isnan(x).to("int32"), axis, indices, isnan(source).to("int32"), "add");
  return where(count.gt(0), Number.NaN, reduced);
}

// Whole entries of an axis

/** Indices of whole entries, checked: a vector, and a source with as many entries along the axis. */
function entries(op: string, x: Tensor, axis: number, index: Tensor, source: Tensor): number {
  requireIndices(op, index);
  const along = normalizeAxis(op, axis, x.rank);
  if (index.rank > 1) {
    throw new TransformersError("SHAPE_MISMATCH", `${op}: index must have one axis, got ${index}`);
  }
  const expected = x.shape.map((dim, i) => (i === along ? (index.shape[0] ?? 1) : dim));
  if (!shapesEqual(source.shape, expected)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: source ${formatShape(source.shape)} must be ${formatShape(expected)}: an entry of axis ${along} of ${formatShape(x.shape)} for each index`,
    );
  }
  requireInside(op, index, x.shape[along]!, `axis ${along}`);
  return along;
}

/** `x` with entry i of `source` along an axis, times `alpha`, added to entry `index[i]`; indices may repeat. */
export function index_add(
  x: Tensor,
  axis: number,
  index: Tensor,
  source: Tensor,
  options: { alpha?: number } = {},
): Tensor {
  refuseBool("index_add", x);
  const along = entries("index_add", x, axis, index, source);
  const addend = fitted("index_add", source, x.dtype);
  const { alpha = 1 } = options;
  return x.add(addAlong(x.shape, along, flatten(index), alpha === 1 ? addend : addend.mul(alpha)));
}

/** `x` with entry i of `source` along an axis in the place of entry `index[i]`. */
export function index_copy(x: Tensor, axis: number, index: Tensor, source: Tensor): Tensor {
  const along = entries("index_copy", x, axis, index, source);
  const positions = expand(
    reshape(
      index,
      x.shape.map((_, i) => (i === along ? (index.shape[0] ?? 1) : 1)),
    ),
    source.shape,
  );
  return scattered(x, along, positions, fitted("index_copy", source, x.dtype), "none");
}

/** `x` with one value in the places of the entries that `index` names along an axis. */
export function index_fill(x: Tensor, axis: number, index: Tensor, value: number): Tensor {
  const along = normalizeAxis("index_fill", axis, x.rank);
  const shape = x.shape.map((dim, i) => (i === along ? (index.shape[0] ?? 1) : dim));
  return index_copy(x, along, index, full(shape, value, { dtype: x.dtype }));
}

/**
 * `x` with the elements of `source`, in order, where the mask holds. The mask broadcasts to x; source must have an
 * element for each place (too few are found out when it runs).
 */
export function masked_scatter(x: Tensor, mask: Tensor, source: Tensor): Tensor {
  requireMask("masked_scatter", mask);
  const places = flatten(expandFor("masked_scatter", mask, x.shape));
  // How many places come before this one.
  const turn = where(places, places.cumsum(0).sub(1), 0);
  const taken = gather(flatten(fitted("masked_scatter", source, x.dtype)), 0, turn);
  return where(reshape(places, x.shape), reshape(taken, x.shape), x);
}
