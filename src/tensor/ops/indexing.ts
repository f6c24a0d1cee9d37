import { TransformersError } from "../../errors.js";
import { type Dim, formatShape, productOfDims } from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import type { TypedArray } from "../../runtime/dtype.js";
import { hostDevice } from "../../runtime/index.js";
import { apply, defineOp, type Shape, type TensorType } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { to } from "./casts.js";
import { where } from "./choice.js";
import { arange, zeros } from "./creation.js";
import { expand, flatten, permute } from "./movement.js";
import { broadcastShapes } from "./operands.js";
import { scatter_add } from "./scattering.js";

export function requireIndices(op: string, indices: TensorType): void {
  if (indices.dtype !== "int64" && indices.dtype !== "int32") {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: indices must be int64 or int32, got ${indices.dtype}`,
    );
  }
}

/** The elements of a tensor that can be read at once, or null where they are still to be computed. */
export function knownValues(x: Tensor): TypedArray | null {
  const { storage } = x.node.outputs[x.index]!;
  return storage !== null && "data" in storage ? storage.data : null;
}

/** What to write so that the values of a tensor can be read at once, for messages. */
export function howToKnow(name: string, { device }: Tensor): string {
  if (device === hostDevice) return `await ${name}.realize() first`;
  return `give what await ${name}.to("${hostDevice}").realize() gives, for it lies on ${device}`;
}

/**
 * Refuses indices outside of 0 to `size` - 1 (from -`size` where negative ones count from the end) if they can be
 * read; the others are refused when they are run. `what` says what they index: "axis 0".
 */
export function requireInside(
  op: string,
  indices: Tensor,
  size: Dim,
  what: string,
  options: { negative?: boolean } = {},
): void {
  const values = knownValues(indices);
  if (values === null || typeof size !== "number") return;
  const least = options.negative ? -size : 0;
  const at = firstOutside(values, least, size);
  if (at === null) return;
  throw new TransformersError(
    "INDEX_OUT_OF_RANGE",
    `${op}: index ${values[at]} (element ${at} of the indices) is outside ${what}, which takes ${least} to ${size - 1}`,
  );
}

function firstOutside(values: TypedArray, least: number, size: number): number | null {
  if (!(values instanceof BigInt64Array)) {
    const found = (values as Int32Array).findIndex((value) => value < least || value >= size);
    return found < 0 ? null : found;
  }
  // Words of 32 bits are read several times faster than BigInts.
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const [low, high] = [words[2 * i]!, words[2 * i + 1]!];
    const inside = high === low >> 31 && low >= least && low < size;
    if (!inside && (values[i]! < BigInt(least) || values[i]! >= BigInt(size))) return i;
  }
  return null;
}

const indexSelectOp = defineOp<{ axis: number; padding?: number }>("index_select", {
  infer: ([x, indices], { axis }) => ({
    dtype: x!.dtype,
    shape: [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)],
  }),
  onnx: (graph, [x, indices], { axis }, [out]) =>
    graph.node("Gather", [x!, indices!], { attributes: { axis }, shape: out!.shape }),
  gradient: ([dy], [x, indices], _outputs, { axis, padding }) => {
    if (axis === 0) {
      const trained = padding === undefined ? null : indices!.ne(padding).unsqueeze(-1);
      return [addRows(x!.shape, indices!, trained === null ? dy! : where(trained, dy!, 0)), null];
    }
    return [addAlong(x!.shape, axis, indices!, dy!), null];
  },
});

/**
 * Zeros of `shape` with entries added to them along an axis: entry i of `source`, along its axes that hold the
 * indices, is added at `indices[i]`; indices may repeat.
 */
export function addAlong(shape: Shape, axis: number, indices: Tensor, source: Tensor): Tensor {
  const order = [axis, ...shape.map((_, i) => i).filter((i) => i !== axis)];
  const sourceOrder = [
    ...indices.shape.map((_, i) => axis + i),
    ...source.shape.map((_, i) => i).filter((i) => i < axis || i >= axis + indices.rank),
  ];
  const summed = addRows(
    order.map((i) => shape[i]!),
    indices,
    permute(source, sourceOrder),
  );
  return permute(
    summed,
    order.map((_, i) => order.indexOf(i)),
  );
}

const addRowsOp = defineOp<{ shape: Shape }>("add_rows", {
  infer: ([, rows], { shape }) => ({ dtype: rows!.dtype, shape }),
  onnx: (graph, [indices, rows], { shape }) => {
    const [size, count] = [shape[0]!, productOfDims(indices!.shape!)];
    const isLarge = typeof size === "number" && typeof count === "number" && count > 0 && size > 2 * count;
    return isLarge
      ? rowsOfLargeTable(graph, indices!, rows!, shape, count)
      : addedRows(graph, indices!, rows!, shape);
  },
  gradient: ([dy], [indices]) => [null, apply(indexSelectOp, [dy!, indices!], { axis: 0 })],
});

/** Zeros of `shape`, with row `i` of `rows` added to row `indices[i]`; indices may repeat. */
function addRows(shape: Shape, indices: Tensor, rows: Tensor): Tensor {
  return apply(addRowsOp, [indices, rows], { shape });
}

/**
 * ScatterND would take whole rows, but its threads race where indices repeat and lose additions; ScatterElements
 * adds one element after the other.
 */
function addedRows(graph: Graph, indices: Value, rows: Value, shape: Shape): Value {
  const width = graph.dim(productOfDims(shape.slice(1)));
  const column = graph.reshape(graph.cast(indices, "int64"), [productOfDims(indices.shape!), 1]);
  const columns = graph.node("Range", [
    graph.scalar("int64", 0),
    graph.node("Reshape", [width, graph.ints([])]),
    graph.scalar("int64", 1),
  ]);
  const positions = graph.node("Add", [graph.node("Mul", [column, width]), columns]);
  const flat = [productOfDims(rows.shape!)];
  const empty = graph.node("Expand", [
    graph.scalar(rows.dtype, 0),
    graph.shapeVector([productOfDims(shape)]),
  ]);
  const sums = graph.node(
    "ScatterElements",
    [empty, graph.reshape(positions, flat), graph.reshape(rows, flat)],
    { attributes: { axis: 0, reduction: "add" } },
  );
  return graph.reshape(sums, shape);
}

/**
 * The same where the table has many more rows than are added, so that writing zeros costs more than adding. Each
 * row that is hit gets one of `count` slots; rows are added up in the slots, and the table is then written in one
 * pass: from its slot, or from one more that holds zeros. (30522 x 768 with 1024 rows: 8 ms instead of 28.)
 */
function rowsOfLargeTable(graph: Graph, indices: Value, rows: Value, shape: Shape, count: number): Value {
  const ids = graph.reshape(graph.cast(indices, "int64"), [count]);
  const numbers = graph.node("Range", [
    graph.scalar("int64", 0),
    graph.scalar("int64", count),
    graph.scalar("int64", 1),
  ]);
  const none = graph.node("Expand", [graph.scalar("int64", count), graph.shapeVector([shape[0]!])]);
  // Of equal indices one wins, whichever: the others look up its slot.
  const slots = graph.node("ScatterElements", [none, ids, numbers], { attributes: { axis: 0 } });
  const own = graph.node("Gather", [slots, ids], { attributes: { axis: 0 }, shape: [count] });
  const table = addedRows(graph, own, rows, [count + 1, ...shape.slice(1)]);
  return graph.node("Gather", [table, slots], { attributes: { axis: 0 }, shape });
}

/** The entries of an axis at the given positions; negative ones count from the end. indices: any rank. */
export function index_select(x: Tensor, axis: number, indices: Tensor): Tensor {
  requireIndices("index_select", indices);
  const along = normalizeAxis("index_select", axis, x.rank);
  requireInside("index_select", indices, x.shape[along]!, `axis ${along}`, { negative: true });
  return apply(indexSelectOp, [x, indices], { axis: along });
}

export interface EmbeddingOptions {
  /** The row of this number gets no gradient. Default null: all get theirs. */
  padding_idx?: number | null;
  /** Not supported: it would change the weight while it is read. */
  max_norm?: null;
  /** Not supported: scale the gradient by the ids' counts where it is used. */
  scale_grad_by_freq?: false;
  /** Not supported: gradients are dense. */
  sparse?: false;
}

/** Rows of `weight` [entries, width] by number: indices [...] give [..., width]. */
export function embedding(indices: Tensor, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  requireIndices("embedding", indices);
  const { padding_idx = null, ...unsupported } = options;
  for (const [name, value] of Object.entries(unsupported)) {
    if (value) {
      throw new TransformersError("UNSUPPORTED", `embedding: ${name} is not supported; leave it out`);
    }
  }
  if (weight.rank !== 2) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `embedding: the weight must be [entries, width], got ${formatShape(weight.shape)}`,
    );
  }
  const entries = weight.shape[0]!;
  requireInside("embedding", indices, entries, `the weight's ${entries} rows`);
  if (padding_idx === null) return apply(indexSelectOp, [weight, indices], { axis: 0 });
  const isOutside = typeof entries === "number" && (padding_idx >= entries || padding_idx < -entries);
  if (!Number.isInteger(padding_idx) || isOutside) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `embedding: padding_idx ${padding_idx} is not one of the weight's ${entries} rows`,
    );
  }
  const padding = padding_idx < 0 ? padding_idx + (entries as number) : padding_idx;
  return apply(indexSelectOp, [weight, indices], { axis: 0, padding });
}

/**
 * The elements at the given positions of the flattened tensor, negative ones counting from the end; the result has
 * the indices' shape.
 */
export function take(x: Tensor, indices: Tensor): Tensor {
  requireIndices("take", indices);
  requireInside("take", indices, productOfDims(x.shape), `the elements of ${x}`, { negative: true });
  return apply(indexSelectOp, [flatten(x), indices], { axis: 0 });
}

const gatherOp = defineOp<{ axis: number }>("gather", {
  infer: ([x, indices]) => ({ dtype: x!.dtype, shape: indices!.shape }),
  onnx: (graph, [x, indices], { axis }, [out]) =>
    graph.node("GatherElements", [x!, indices!], { attributes: { axis }, shape: out!.shape }),
  gradient: ([dy], [x, indices], _outputs, { axis }) => [
    scatter_add(zeros(x!.shape, { dtype: dy!.dtype }), axis, indices!, dy!),
    null,
  ],
});

/** `x[..., indices[i, j, k], ...]` along an axis; indices have x's rank and give the result's shape. */
export function gather(x: Tensor, axis: number, indices: Tensor): Tensor {
  requireIndices("gather", indices);
  const along = normalizeAxis("gather", axis, x.rank);
  requireWithin("gather", indices, x, along);
  requireInside("gather", indices, x.shape[along]!, `axis ${along}`);
  return apply(gatherOp, [x, indices], { axis: along });
}

/**
 * gather() with the indices and the tensor broadcast against each other along all other axes. Without an axis both
 * are flattened.
 */
export function take_along_dim(x: Tensor, indices: Tensor, axis: number | null = null): Tensor {
  requireIndices("take_along_dim", indices);
  if (axis === null) return take_along_dim(flatten(x), flatten(indices), 0);
  const along = normalizeAxis("take_along_dim", axis, x.rank);
  if (indices.rank !== x.rank) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `take_along_dim: indices ${formatShape(indices.shape)} must have as many axes as ${formatShape(x.shape)}`,
    );
  }
  const others = (shape: Shape): Dim[] => shape.map((dim, i) => (i === along ? 1 : dim));
  const lead = broadcastShapes("take_along_dim", others(x.shape), others(indices.shape));
  const whole = (size: Dim) => lead.map((dim, i) => (i === along ? size : dim));
  requireInside("take_along_dim", indices, x.shape[along]!, `axis ${along}`);
  return gather(expand(x, whole(x.shape[along]!)), along, expand(indices, whole(indices.shape[along]!)));
}

/** Indices may cover less than the tensor along each axis but the one they count, never more. */
export function requireWithin(op: string, indices: Tensor, x: Tensor, axis: number | null): void {
  const fits =
    indices.rank === x.rank &&
    indices.shape.every((dim, i) => {
      const size = x.shape[i]!;
      return i === axis || typeof dim !== "number" || typeof size !== "number" || dim <= size;
    });
  if (!fits) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: indices ${formatShape(indices.shape)} reach beyond ${formatShape(x.shape)}`,
    );
  }
}

/**
 * 1 at each number's position along a new last axis of `num_classes`, 0 elsewhere (int64). The number of classes
 * cannot be left to the indices: their values are not known when the operation is recorded.
 */
export function one_hot(indices: Tensor, num_classes: number): Tensor {
  requireIndices("one_hot", indices);
  if (!(num_classes >= 1)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `one_hot: num_classes must be given and at least 1, not ${num_classes}`,
    );
  }
  return to(indices.unsqueeze(-1).eq(arange(num_classes).to(indices.dtype)), "int64");
}
