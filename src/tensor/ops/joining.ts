import { TransformersError } from "../../errors.js";
import { addDims, type Dim, dimsEqual, formatShape, multiplyDims, shapesEqual } from "../../onnx/dim.js";
import { promote } from "../../runtime/dtype.js";
import { apply, defineOp } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { to_device } from "../transfer.js";
import { to } from "./casts.js";
import { tensor, zeros } from "./creation.js";
import { howToKnow, index_select, knownValues, requireIndices } from "./indexing.js";
import { expand, flatten, reshape, unsqueeze } from "./movement.js";
import { scatter_add } from "./scattering.js";
import { slice } from "./slicing.js";

const catOp = defineOp<{ axis: number }>("cat", {
  infer: (inputs, { axis }) => {
    const [first] = inputs;
    for (const { shape } of inputs) {
      const fits =
        shape.length === first!.shape.length &&
        shape.every((dim, i) => i === axis || dimsEqual(dim, first!.shape[i]!));
      if (!fits) {
        throw new TransformersError(
          "SHAPE_MISMATCH",
          `cat: ${formatShape(first!.shape)} and ${formatShape(shape)} differ elsewhere than along axis ${axis}`,
        );
      }
    }
    const total = inputs.map(({ shape }) => shape[axis]!).reduce(addDims);
    return { dtype: first!.dtype, shape: first!.shape.map((dim, i) => (i === axis ? total : dim)) };
  },
  onnx: (graph, inputs, { axis }, [out]) =>
    graph.node("Concat", inputs, { attributes: { axis }, shape: out!.shape }),
  gradient: ([dy], inputs, _outputs, { axis }) => {
    let start: Dim = 0;
    return inputs.map(({ shape }) => {
      const end = addDims(start, shape[axis]!);
      const part = slice(dy!, axis, start, end);
      start = end;
      return part;
    });
  },
});

/**
 * Tensors one after the other along an axis. A tensor of shape [0] goes with every other one, as in PyTorch, and
 * adds nothing.
 */
export function cat(tensors: readonly Tensor[], axis = 0): Tensor {
  if (tensors.length === 0)
    throw new TransformersError("INVALID_ARGUMENT", "cat: expected at least one tensor");
  const dtype = tensors.map((x) => x.dtype).reduce(promote);
  const isNothing = ({ shape }: Tensor) => shape.length === 1 && shape[0] === 0;
  const parts = tensors.some((x) => !isNothing(x)) ? tensors.filter((x) => !isNothing(x)) : [tensors[0]!];
  const [first] = parts;
  const along = normalizeAxis("cat", axis, first!.rank);
  if (parts.length === 1) return to(first!, dtype);
  return apply(
    catOp,
    parts.map((x) => to(x, dtype)),
    { axis: along },
  );
}

/** Tensors of one shape side by side along a new axis. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const [first] = tensors;
  const other = tensors.find(({ shape }) => !shapesEqual(shape, first!.shape));
  if (first === undefined)
    throw new TransformersError("INVALID_ARGUMENT", "stack: expected at least one tensor");
  if (other !== undefined) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `stack: expected tensors of one shape, got ${formatShape(first.shape)} and ${formatShape(other.shape)}`,
    );
  }
  return cat(
    tensors.map((x) => unsqueeze(x, axis)),
    axis < 0 ? axis + first.rank + 1 : axis,
  );
}

/**
 * The whole tensor as many times along each axis as `sizes` says (torch.Tensor.repeat). More numbers than axes
 * add axes in front.
 */
export function repeat(x: Tensor, sizes: readonly Dim[]): Tensor {
  if (sizes.length < x.rank) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `repeat: expected a number for each axis of ${x}, got [${sizes.join(", ")}]; tile() fills in what is missing`,
    );
  }
  requireCounts("repeat", sizes);
  const shape = [...sizes.slice(x.rank).map((): Dim => 1), ...x.shape];
  // Each axis [d] becomes [1, d], is expanded to [times, d], and the two are merged.
  const repeats = (axis: number) => !dimsEqual(sizes[axis]!, 1);
  const apart = shape.flatMap((dim, axis) => (repeats(axis) ? [1, dim] : [dim]));
  const repeated = shape.flatMap((dim, axis) => (repeats(axis) ? [sizes[axis]!, dim] : [dim]));
  return reshape(
    expand(reshape(x, apart), repeated),
    shape.map((dim, axis) => multiplyDims(dim, sizes[axis]!)),
  );
}

/** The same, where numbers may be missing in front (torch.tile). */
export function tile(x: Tensor, sizes: readonly Dim[]): Tensor {
  const missing = Math.max(x.rank - sizes.length, 0);
  return repeat(x, [...Array.from({ length: missing }, () => 1), ...sizes]);
}

function requireCounts(op: string, counts: readonly Dim[]): void {
  if (counts.some((count) => typeof count === "number" && !(Number.isInteger(count) && count >= 0))) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${op}: [${counts.join(", ")}] are no numbers of repetitions`,
    );
  }
}

/**
 * Each entry of an axis as many times in a row as `repeats` says: one number, or an int tensor with one number
 * for each entry. Without an axis the flattened tensor is taken. The result's size is the sum of a tensor's
 * numbers: `output_size` gives it, or the tensor must have been realised.
 */
export function repeat_interleave(
  x: Tensor,
  repeats: number | Tensor,
  axis: number | null = null,
  options: { output_size?: number } = {},
): Tensor {
  if (axis === null) return repeat_interleave(flatten(x), repeats, 0, options);
  const along = normalizeAxis("repeat_interleave", axis, x.rank);
  const size = x.shape[along]!;
  const { output_size } = options;
  if (typeof repeats === "number") {
    requireCounts("repeat_interleave", [repeats]);
    const total = multiplyDims(size, repeats);
    if (output_size !== undefined) requireTotal(output_size, total);
    const place = (dims: readonly Dim[]) => [
      ...x.shape.slice(0, along),
      ...dims,
      ...x.shape.slice(along + 1),
    ];
    return reshape(expand(reshape(x, place([size, 1])), place([size, repeats])), place([total]));
  }
  requireIndices("repeat_interleave", repeats);
  const counts = repeats.rank === 0 || dimsEqual(repeats.shape[0]!, 1) ? expand(repeats, [size]) : repeats;
  if (!shapesEqual(counts.shape, [size])) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `repeat_interleave: repeats ${formatShape(repeats.shape)} must hold a number for each of the ${size} entries of axis ${axis}`,
    );
  }
  const known = knownSources(repeats, size);
  if (known !== null) {
    if (output_size !== undefined) requireTotal(output_size, known.length);
    return index_select(x, along, to_device(tensor(known), x.device));
  }
  if (output_size === undefined) {
    throw new TransformersError(
      "NOT_REALIZED",
      `repeat_interleave: the size of the result hangs on the values of repeats, which are not known yet; give output_size, or ${howToKnow("repeats", counts)}`,
    );
  }
  // Entry i starts where those before it end: count at each position how many have ended.
  const ends = counts.cumsum(0);
  const ended = scatter_add(zeros([output_size + 1], { dtype: "int64" }), 0, ends, ends.mul(0).add(1));
  return index_select(x, along, slice(ended.cumsum(0), 0, 0, output_size));
}

function requireTotal(output_size: number, total: Dim): void {
  if (dimsEqual(output_size, total)) return;
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `repeat_interleave: output_size is ${output_size}, but the repetitions add up to ${total}`,
  );
}

/** Where each entry of the result comes from, if the numbers of repetitions can be read. */
function knownSources(repeats: Tensor, size: Dim): BigInt64Array | null {
  const values = knownValues(repeats);
  if (values === null || typeof size !== "number") return null;
  const counts = Array.from({ length: size }, (_, i) => Number(values[values.length === 1 ? 0 : i]));
  requireCounts("repeat_interleave", counts);
  return BigInt64Array.from(counts.flatMap((count, i) => Array.from({ length: count }, () => BigInt(i))));
}

/**
 * Grids of coordinates: tensor i, of rank 1 (or 0), laid along axis i and repeated along all others. With
 * `indexing: "xy"` the first two axes are exchanged. Default "ij".
 */
export function meshgrid(tensors: readonly Tensor[], options: { indexing?: "ij" | "xy" } = {}): Tensor[] {
  const { indexing = "ij" } = options;
  if (indexing !== "ij" && indexing !== "xy") {
    throw new TransformersError("INVALID_ARGUMENT", `meshgrid: indexing is "ij" or "xy", not "${indexing}"`);
  }
  const deep = tensors.find(({ rank }) => rank > 1);
  if (deep !== undefined || tensors.length === 0) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `meshgrid: expected tensors of rank 1, got ${deep ?? "none"}`,
    );
  }
  const sizes = tensors.map((x) => x.shape[0] ?? 1);
  const order = sizes.map((_, i) => (indexing === "xy" && i < 2 && sizes.length > 1 ? 1 - i : i));
  const shape = order.map((i) => sizes[i]!);
  return tensors.map((x, i) => {
    const along = order.map((other) => (other === i ? sizes[i]! : 1));
    return expand(reshape(x, along), shape);
  });
}
