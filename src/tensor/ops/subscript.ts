import { TransformersError } from "../../errors.js";
import { type Dim, dimsEqual, formatShape, multiplyDims, productOfDims } from "../../onnx/dim.js";
import type { Shape } from "../node.js";
import type { Tensor } from "../tensor.js";
import { to_device } from "../transfer.js";
import { where } from "./choice.js";
import { arange, dimTensor, full, tensor } from "./creation.js";
import { howToKnow, index_select, knownValues, requireIndices, requireInside } from "./indexing.js";
import { expand, expandFor, flatten, permute, reshape, unsqueeze } from "./movement.js";
import { flatPositions, unravelled } from "./nonzero.js";
import { broadcastShapes } from "./operands.js";
import { scatter } from "./scattering.js";
import { select, slice } from "./slicing.js";

/** A range of an axis as Python writes it, `start:stop:step`; what is left out is the whole of it. */
export interface Range {
  readonly start?: Dim | null;
  readonly stop?: Dim | null;
  /** Positive. Default 1. */
  readonly step?: number;
}

/**
 * One entry of what stands between brackets in Python: a position (the axis is gone), a range, ":" for the whole
 * axis, "..." for as many whole axes as are left, null for a new axis of size 1, or a tensor of indices or a mask.
 */
export type Subscript = number | null | ":" | "..." | Range | Tensor;

/**
 * What `x[...]` gives in PyTorch: `at(x, [0, "...", { start: 1 }])` is `x[0, ..., 1:]`. Tensors of indices
 * (int64 or int32; negative ones count from the end) broadcast against each other; the axes of their shape stand
 * where they were, or in front where other entries lie between them. A bool mask counts as the indices of the places
 * where it holds, which are needed at once: it must have been realised (`await mask.realize()`).
 */
export function at(x: Tensor, subscripts: readonly Subscript[]): Tensor {
  return read("at", x, subscripts);
}

function read(op: string, x: Tensor, subscripts: readonly Subscript[]): Tensor {
  const { basic, indices } = resolved(op, x, subscripts);
  return indices.size === 0 ? basic : picked(op, basic, indices);
}

/**
 * `x` with `values`, broadcast, in the places that `at(x, subscripts)` reads: what `x[...] = values` does in
 * PyTorch, as a new tensor. With `accumulate` values are added, places may repeat.
 */
export function index_put(
  x: Tensor,
  subscripts: readonly Subscript[],
  values: Tensor | number,
  options: { accumulate?: boolean } = {},
): Tensor {
  const places = read("index_put", reshape(arange(productOfDims(x.shape)), x.shape), subscripts);
  const given = typeof values === "number" ? full([], values, { dtype: x.dtype }) : values;
  const source = withoutLeadingOnes(given, places.rank);
  const spread = flatten(expandFor("index_put", source, places.shape));
  const { accumulate = false } = options;
  const result = scatter(flatten(x), 0, flatten(places), spread, accumulate ? { reduce: "add" } : {});
  return reshape(result, x.shape);
}

/** PyTorch passes over axes of size 1 in front of values that have more axes than the places. */
function withoutLeadingOnes(values: Tensor, rank: number): Tensor {
  const extra = Math.max(values.rank - rank, 0);
  const onlyOnes = values.shape.slice(0, extra).every((dim) => dimsEqual(dim, 1));
  return onlyOnes ? reshape(values, values.shape.slice(extra)) : values;
}

interface Resolved {
  /** The tensor after all entries but tensors. */
  readonly basic: Tensor;
  /** Tensors of indices by the axis of `basic` that they index. */
  readonly indices: ReadonlyMap<number, Tensor>;
}

function resolved(op: string, x: Tensor, subscripts: readonly Subscript[]): Resolved {
  const entries = withoutEllipsis(op, x, subscripts);
  const indices = new Map<number, Tensor>();
  let basic = x;
  let axis = 0;
  for (const entry of entries) {
    if (entry === null) basic = unsqueeze(basic, axis++);
    else if (typeof entry === "number") basic = selected(op, basic, axis, entry);
    else if (isTensor(entry)) {
      for (const [i, one] of asIndices(op, basic, axis, entry).entries()) indices.set(axis + i, one);
      axis += entry.dtype === "bool" ? entry.rank : 1;
    } else {
      if (entry !== ":") basic = slice(basic, axis, entry.start ?? 0, entry.stop, entry.step);
      axis++;
    }
  }
  return { basic, indices };
}

function isTensor(entry: Subscript): entry is Tensor {
  return typeof entry === "object" && entry !== null && "node" in entry;
}

/** How many axes an entry takes up. */
function axesTaken(entry: Subscript): number {
  if (entry === null) return 0;
  return isTensor(entry) && entry.dtype === "bool" ? entry.rank : 1;
}

function withoutEllipsis(
  op: string,
  x: Tensor,
  subscripts: readonly Subscript[],
): Exclude<Subscript, "...">[] {
  const entries = subscripts.filter((entry) => entry !== "...");
  const taken = entries.reduce((sum: number, entry) => sum + axesTaken(entry), 0);
  if (taken > x.rank || subscripts.length - entries.length > 1) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${op}: expected subscripts for at most ${x.rank} axes and at most one "...", got ${taken} for ${x}`,
    );
  }
  const ellipsis = subscripts.indexOf("...");
  const whole = Array.from({ length: x.rank - taken }, () => ":" as const);
  return ellipsis < 0 ? entries : [...entries.slice(0, ellipsis), ...whole, ...entries.slice(ellipsis)];
}

function selected(op: string, x: Tensor, axis: number, position: number): Tensor {
  const size = x.shape[axis]!;
  const isOutside = typeof size === "number" && (position >= size || position < -size);
  if (!Number.isInteger(position) || isOutside) {
    throw new TransformersError(
      "INDEX_OUT_OF_RANGE",
      `${op}: position ${position} is outside axis ${axis} of ${formatShape(x.shape)}`,
    );
  }
  return select(x, axis, position);
}

/** A tensor of indices as it is; a mask as the indices of its places along each of its axes. */
function asIndices(op: string, x: Tensor, axis: number, entry: Tensor): Tensor[] {
  if (entry.dtype !== "bool") {
    requireIndices(op, entry);
    requireInside(op, entry, x.shape[axis]!, `axis ${axis}`, { negative: true });
    return [entry];
  }
  const masked = x.shape.slice(axis, axis + entry.rank);
  if (entry.rank === 0 || !entry.shape.every((dim, i) => dimsEqual(dim, masked[i]!))) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: the mask ${formatShape(entry.shape)} must have the sizes ${formatShape(masked)} of the axes from ${axis} on`,
    );
  }
  const values = knownValues(entry);
  if (values === null) {
    throw new TransformersError(
      "NOT_REALIZED",
      `${op}: how many places the mask ${entry} holds is not known yet: ${howToKnow("mask", entry)}, or use where() or masked_fill()`,
    );
  }
  const places = flatPositions(values, "bool");
  return unravelled(places, entry.shape as readonly number[]).map((positions) =>
    to_device(tensor(positions), x.device),
  );
}

function picked(op: string, x: Tensor, indices: ReadonlyMap<number, Tensor>): Tensor {
  const axes = [...indices.keys()];
  const [first] = axes as [number];
  if (axes.length === 1) return index_select(x, first, indices.get(first)!);

  const others = x.shape.map((_, axis) => axis).filter((axis) => !indices.has(axis));
  const rest = others.map((axis) => x.shape[axis]!);
  const sizes = axes.map((axis) => x.shape[axis]!);
  const table = reshape(permute(x, [...axes, ...others]), [productOfDims(sizes), ...rest]);
  const positions = linearPositions(op, [...indices.values()], sizes);
  const result = index_select(table, 0, positions);
  // The indices' axes go back to where the first one was, unless something lies between them.
  const adjacent = axes.every((axis, i) => axis === first + i);
  const place = adjacent ? first : 0;
  const order = [
    ...rest.slice(0, place).map((_, i) => positions.rank + i),
    ...positions.shape.map((_, i) => i),
    ...rest.slice(place).map((_, i) => positions.rank + place + i),
  ];
  return permute(result, order);
}

/** Positions among the flattened axes. What is outside one of them lands outside of all, where it is refused. */
function linearPositions(op: string, indices: readonly Tensor[], sizes: readonly Dim[]): Tensor {
  const shape = indices.map((one) => one.shape).reduce<Shape>((a, b) => broadcastShapes(op, a, b), []);
  const parts = indices.map((one, i) => {
    const size = dimTensor(sizes[i]!, "int64");
    const given = one.to("int64");
    const counted = where(given.lt(0), given.add(size), given);
    const stride = dimTensor(sizes.slice(i + 1).reduce<Dim>(multiplyDims, 1), "int64");
    const isInside = counted.ge(0).to("int64").mul(counted.lt(size).to("int64")).eq(1);
    return where(isInside, counted.mul(stride), dimTensor(productOfDims(sizes), "int64"));
  });
  return expand(
    parts.reduce((a, b) => a.add(b)),
    shape,
  );
}
