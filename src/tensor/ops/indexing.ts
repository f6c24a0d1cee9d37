import { TransformersError } from "../../errors.js";
import { dimsEqual, formatShape, productOfDims } from "../../onnx/dim.js";
import { apply, defineOp, type Shape, type TensorType } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { arange, zeros } from "./creation.js";
import { to, where } from "./elementwise.js";

function requireIndices(op: string, indices: TensorType): void {
  if (indices.dtype !== "int64" && indices.dtype !== "int32") {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: indices must be int64 or int32, got ${indices.dtype}`,
    );
  }
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
    const order = [axis, ...x!.shape.map((_, i) => i).filter((i) => i !== axis)];
    const rank = indices!.rank;
    const dyOrder = [
      ...indices!.shape.map((_, i) => axis + i),
      ...dy!.shape.map((_, i) => i).filter((i) => i < axis || i >= axis + rank),
    ];
    const summed = addRows(
      order.map((i) => x!.shape[i]!),
      indices!,
      dy!.permute(dyOrder),
    );
    return [summed.permute(order.map((_, i) => order.indexOf(i))), null];
  },
});

const addRowsOp = defineOp<{ shape: Shape }>("add_rows", {
  infer: ([, rows], { shape }) => ({ dtype: rows!.dtype, shape }),
  // ScatterND would take whole rows, but its threads race where indices repeat and lose additions;
  // ScatterElements adds one element after the other.
  onnx: (graph, [indices, rows], { shape }) => {
    const width = graph.dim(productOfDims(shape.slice(1)));
    const column = graph.reshape(graph.cast(indices!, "int64"), [productOfDims(indices!.shape!), 1]);
    const columns = graph.node("Range", [
      graph.scalar("int64", 0),
      graph.node("Reshape", [width, graph.ints([])]),
      graph.scalar("int64", 1),
    ]);
    const positions = graph.node("Add", [graph.node("Mul", [column, width]), columns]);
    const flat = [productOfDims(rows!.shape!)];
    const empty = graph.node("Expand", [
      graph.scalar(rows!.dtype, 0),
      graph.shapeVector([productOfDims(shape)]),
    ]);
    const sums = graph.node(
      "ScatterElements",
      [empty, graph.reshape(positions, flat), graph.reshape(rows!, flat)],
      { attributes: { axis: 0, reduction: "add" } },
    );
    return graph.reshape(sums, shape);
  },
  gradient: ([dy], [indices]) => [null, apply(indexSelectOp, [dy!, indices!], { axis: 0 })],
});

/** Zeros of `shape`, with row `i` of `rows` added to row `indices[i]`; indices may repeat. */
function addRows(shape: Shape, indices: Tensor, rows: Tensor): Tensor {
  return apply(addRowsOp, [indices, rows], { shape });
}

/** The entries of an axis at the given positions; negative ones count from the end. indices: any rank. */
export function index_select(x: Tensor, axis: number, indices: Tensor): Tensor {
  requireIndices("index_select", indices);
  return apply(indexSelectOp, [x, indices], { axis: normalizeAxis("index_select", axis, x.rank) });
}

/**
 * Rows of `weight` [entries, width] by number: indices [...] give [..., width]. The row `padding_idx` gets no
 * gradient.
 */
export function embedding(
  indices: Tensor,
  weight: Tensor,
  options: { padding_idx?: number | null } = {},
): Tensor {
  requireIndices("embedding", indices);
  const { padding_idx = null } = options;
  if (padding_idx === null) return apply(indexSelectOp, [weight, indices], { axis: 0 });
  const padding = padding_idx < 0 ? padding_idx + (weight.shape[0] as number) : padding_idx;
  return apply(indexSelectOp, [weight, indices], { axis: 0, padding });
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
  return apply(gatherOp, [x, indices], { axis: along });
}

/** Indices may cover less than the tensor along each axis but the one they count, never more. */
function requireWithin(op: string, indices: Tensor, x: Tensor, axis: number | null): void {
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

const scatterAddOp = defineOp<{ axis: number }>("scatter_add", {
  infer: ([x]) => x!,
  onnx: (graph, [x, indices, source], { axis }) =>
    graph.node("ScatterElements", [x!, indices!, source!], {
      attributes: { axis, reduction: "add" },
      shape: x!.shape,
    }),
  gradient: ([dy], [, indices], _outputs, { axis }) => [
    dy!,
    null,
    apply(gatherOp, [dy!, indices!], { axis }),
  ],
});

/** `x` with each element of `source` added at `indices` along an axis; positions may repeat. */
export function scatter_add(x: Tensor, axis: number, indices: Tensor, source: Tensor): Tensor {
  requireIndices("scatter_add", indices);
  const along = normalizeAxis("scatter_add", axis, x.rank);
  requireWithin("scatter_add", indices, x, along);
  requireWithin("scatter_add", indices, source, null);
  // torch reads only the part of source that indices cover.
  const covered = indices.shape.reduce<Tensor>(
    (part, dim, i) => (dimsEqual(dim, part.shape[i]!) ? part : part.slice(i, 0, dim)),
    source,
  );
  return apply(scatterAddOp, [x, indices, covered.to(x.dtype)], { axis: along });
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
