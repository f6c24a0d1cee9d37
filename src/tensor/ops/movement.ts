import { TransformersError } from "../../errors.js";
import {
  addDims,
  type Dim,
  dimsEqual,
  formatShape,
  multiplyDims,
  shapesEqual,
  subtractDims,
} from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import { promote } from "../../runtime/dtype.js";
import { sumTo } from "../gradient.js";
import { apply, defineOp, type Shape } from "../node.js";
import { normalizeAxes, normalizeAxis, resolveShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { broadcastShapes, to } from "./elementwise.js";

const reshapeOp = defineOp<{ shape: Shape }>("reshape", {
  infer: ([x], { shape }) => ({ dtype: x!.dtype, shape }),
  onnx: (graph, [x], { shape }) => graph.reshape(x!, shape),
  gradient: ([dy], [x]) => [reshape(dy!, x!.shape)],
});

/** The same elements, row by row, in another shape; one size may be -1. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const resolved = resolveShape("reshape", x.shape, shape);
  return shapesEqual(resolved, x.shape) ? x : apply(reshapeOp, [x], { shape: resolved });
}

/** Merges the axes from `start` to `end` (both included) into one. */
export function flatten(x: Tensor, start = 0, end = -1): Tensor {
  if (x.rank === 0) return reshape(x, [1]);
  const [first, last] = [normalizeAxis("flatten", start, x.rank), normalizeAxis("flatten", end, x.rank)];
  const merged = x.shape.slice(first, last + 1).reduce<Dim>(multiplyDims, 1);
  return reshape(x, [...x.shape.slice(0, first), merged, ...x.shape.slice(last + 1)]);
}

/** Inserts an axis of size 1. */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const at = normalizeAxis("unsqueeze", axis, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** Removes an axis of size 1, or all of them; an axis of another size stays, as in PyTorch. */
export function squeeze(x: Tensor, axis?: number): Tensor {
  const only = axis === undefined ? null : normalizeAxis("squeeze", axis, Math.max(x.rank, 1));
  return reshape(
    x,
    x.shape.filter((dim, i) => !dimsEqual(dim, 1) || (only !== null && i !== only)),
  );
}

const permuteOp = defineOp<{ axes: readonly number[] }>("permute", {
  infer: ([x], { axes }) => ({ dtype: x!.dtype, shape: axes.map((axis) => x!.shape[axis]!) }),
  onnx: (graph, [x], { axes }) => graph.transpose(x!, axes),
  gradient: ([dy], _inputs, _outputs, { axes }) => [
    permute(
      dy!,
      axes.map((_, i) => axes.indexOf(i)),
    ),
  ],
});

/** The axes in another order: axis i of the result is axis `axes[i]` of x. */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  const normalized = axes.map((axis) => normalizeAxis("permute", axis, x.rank));
  if (axes.length !== x.rank || new Set(normalized).size !== x.rank) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `permute: [${axes.join(", ")}] is no order of the axes of ${x}`,
    );
  }
  return normalized.every((axis, i) => axis === i) ? x : apply(permuteOp, [x], { axes: normalized });
}

/** Two axes exchanged. */
export function transpose(x: Tensor, a: number, b: number): Tensor {
  const rank = Math.max(x.rank, 1);
  const [first, second] = [normalizeAxis("transpose", a, rank), normalizeAxis("transpose", b, rank)];
  const axes = x.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
  return permute(x, axes);
}

const expandOp = defineOp<{ shape: Shape }>("expand", {
  infer: ([x], { shape }) => ({ dtype: x!.dtype, shape }),
  onnx: (graph, [x], { shape }) => graph.node("Expand", [x!, graph.shapeVector(shape)], { shape }),
  gradient: ([dy], [x]) => [sumTo(dy!, x!.shape)],
});

/** Repeats axes of size 1 up to the given sizes; -1 keeps an axis as it is. */
export function expand(x: Tensor, shape: Shape): Tensor {
  const lead = shape.length - x.rank;
  const target = shape.map((dim, axis) => (dim === -1 ? x.shape[axis - lead]! : dim));
  if (lead < 0 || !shapesEqual(broadcastShapes("expand", x.shape, target), target)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `expand: ${formatShape(x.shape)} does not expand to ${formatShape(shape)}`,
    );
  }
  return shapesEqual(target, x.shape) ? x : apply(expandOp, [x], { shape: target });
}

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

/** Tensors one after the other along an axis. */
export function cat(tensors: readonly Tensor[], axis = 0): Tensor {
  const [first] = tensors;
  if (first === undefined)
    throw new TransformersError("INVALID_ARGUMENT", "cat: expected at least one tensor");
  if (tensors.length === 1) return first;
  const dtype = tensors.map((x) => x.dtype).reduce(promote);
  return apply(
    catOp,
    tensors.map((x) => to(x, dtype)),
    { axis: normalizeAxis("cat", axis, first.rank) },
  );
}

/** Tensors of one shape side by side along a new axis. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  return cat(
    tensors.map((x) => unsqueeze(x, axis)),
    axis,
  );
}

interface Slice {
  axis: number;
  start: Dim;
  end: Dim;
  step: number;
}

/** Starts and ends as Slice takes them; a symbolic one is computed. */
function sliceBounds(graph: Graph, { start, end, step }: Slice): Value[] {
  return [graph.dim(start), graph.dim(end), graph.ints([step])];
}

const sliceOp = defineOp<Slice>("slice", {
  infer: ([x], { axis, start, end, step }) => {
    const length = subtractDims(end, start);
    const count = typeof length === "number" ? Math.max(Math.ceil(length / step), 0) : length;
    return { dtype: x!.dtype, shape: x!.shape.map((dim, i) => (i === axis ? count : dim)) };
  },
  onnx: (graph, [x], attributes, [out]) => {
    const [starts, ends, steps] = sliceBounds(graph, attributes);
    return graph.node("Slice", [x!, starts!, ends!, graph.ints([attributes.axis]), steps!], {
      shape: out!.shape,
    });
  },
  gradient: ([dy], [x], _outputs, attributes) => [
    apply(unsliceOp, [dy!], { ...attributes, size: x!.shape[attributes.axis]! }),
  ],
});

/** The reverse of slice: the elements in their old places, 0 in all others. */
const unsliceOp = defineOp<Slice & { size: Dim }>("unslice", {
  infer: ([dy], { axis, size }) => ({
    dtype: dy!.dtype,
    shape: dy!.shape.map((dim, i) => (i === axis ? size : dim)),
  }),
  onnx: (graph, [dy], { axis, start, end, step, size }, [out]) => {
    if (step === 1) {
      const pads = graph.node("Concat", [graph.dim(start), graph.dim(subtractDims(size, end))], {
        attributes: { axis: 0 },
      });
      return graph.node("Pad", [dy!, pads, graph.scalar(dy!.dtype, 0), graph.ints([axis])], {
        shape: out!.shape,
      });
    }
    // Every index of the result's axis, scattered at start, start + step, ...
    const count = graph.reshape(graph.dim(dy!.shape![axis]!), []);
    const positions = graph.node("Add", [
      graph.node("Mul", [
        graph.node("Range", [graph.scalar("int64", 0), count, graph.scalar("int64", 1)]),
        graph.ints([step]),
      ]),
      graph.dim(start),
    ]);
    const along = dy!.shape!.map((_, i) => (i === axis ? -1 : 1));
    const indices = graph.node("Expand", [
      graph.node("Reshape", [positions, graph.ints(along)]),
      graph.shapeVector(dy!.shape!),
    ]);
    const empty = graph.node("Expand", [graph.scalar(dy!.dtype, 0), graph.shapeVector(out!.shape)]);
    return graph.node("ScatterElements", [empty, indices, dy!], { attributes: { axis }, shape: out!.shape });
  },
  gradient: ([dy], _inputs, _outputs, { axis, start, end, step }) => [slice(dy!, axis, start, end, step)],
});

/**
 * The elements from `start` up to `end` (not included) along an axis, every `step`-th. Negative bounds count
 * from the end and bounds beyond it are cut off, as in Python. Symbolic bounds must lie within.
 */
export function slice(x: Tensor, axis: number, start: Dim = 0, end?: Dim | null, step = 1): Tensor {
  const along = normalizeAxis("slice", axis, x.rank);
  const size = x.shape[along]!;
  if (!Number.isInteger(step) || step < 1) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `slice: step must be a positive whole number, not ${step}; flip() reverses an axis`,
    );
  }
  const from = bound(start, size);
  const upTo = bound(end ?? size, size);
  if (from === 0 && step === 1 && dimsEqual(upTo, size)) return x;
  return apply(sliceOp, [x], {
    axis: along,
    start: from,
    end: typeof upTo === "number" && typeof from === "number" ? Math.max(upTo, from) : upTo,
    step,
  });
}

function bound(value: Dim, size: Dim): Dim {
  if (typeof value !== "number") return value;
  const fromStart = value < 0 ? addDims(size, value) : value;
  if (typeof fromStart !== "number" || typeof size !== "number") return fromStart;
  return Math.min(Math.max(fromStart, 0), size);
}

/** One position along an axis; the axis is gone. */
export function select(x: Tensor, axis: number, index: number): Tensor {
  const along = normalizeAxis("select", axis, x.rank);
  const size = x.shape[along]!;
  if (typeof size === "number" && (index >= size || index < -size)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `select: index ${index} is outside axis ${axis} of size ${size}`,
    );
  }
  const start = bound(index, size);
  const one = slice(x, along, start, addDims(start, 1));
  return reshape(
    one,
    one.shape.filter((_, i) => i !== along),
  );
}

/** Parts along an axis: of one length (the last may be shorter), or of the lengths given. */
export function split(x: Tensor, lengths: number | readonly Dim[], axis = 0): Tensor[] {
  const along = normalizeAxis("split", axis, x.rank);
  const size = x.shape[along]!;
  const parts = typeof lengths === "number" ? evenLengths(lengths, size) : lengths;
  if (parts.some((length) => typeof length === "number" && !(Number.isInteger(length) && length >= 0))) {
    throw new TransformersError("INVALID_ARGUMENT", `split: [${parts.join(", ")}] are no lengths`);
  }
  if (!dimsEqual(parts.reduce(addDims, 0), size)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `split: lengths [${parts.join(", ")}] do not add up to ${size}`,
    );
  }
  let start: Dim = 0;
  return parts.map((length) => {
    const part = slice(x, along, start, addDims(start, length));
    start = addDims(start, length);
    return part;
  });
}

function evenLengths(length: number, size: Dim): number[] {
  if (typeof size !== "number") {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `split: an axis of symbolic size ${size} needs its parts' lengths given`,
    );
  }
  if (!(Number.isInteger(length) && (length > 0 || size === 0))) {
    throw new TransformersError("INVALID_ARGUMENT", `split: parts of length ${length} do not fill ${size}`);
  }
  return Array.from({ length: Math.max(Math.ceil(size / (length || 1)), 1) }, (_, i) =>
    Math.min(length, size - i * length),
  );
}

/** At most `chunks` parts of equal length, the last one perhaps shorter. */
export function chunk(x: Tensor, chunks: number, axis = 0): Tensor[] {
  if (!Number.isInteger(chunks) || chunks < 1) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `chunk: the number of parts must be at least 1, not ${chunks}`,
    );
  }
  const size = x.shape[normalizeAxis("chunk", axis, x.rank)]!;
  if (typeof size !== "number") return split(x, evenLengths(0, size), axis);
  return split(x, Math.max(Math.ceil(size / chunks), 1), axis);
}

const flipOp = defineOp<{ axes: readonly number[] }>("flip", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { axes }) => {
    const repeated = (value: number) => graph.ints(axes.map(() => value));
    return graph.node("Slice", [x!, repeated(-1), repeated(-(2 ** 31)), graph.ints(axes), repeated(-1)], {
      shape: x!.shape,
    });
  },
  gradient: ([dy], _inputs, _outputs, { axes }) => [flip(dy!, axes)],
});

/** The axes in reverse. */
export function flip(x: Tensor, axes: readonly number[]): Tensor {
  const normalized = normalizeAxes("flip", axes, x.rank);
  return normalized.length === 0 ? x : apply(flipOp, [x], { axes: normalized });
}

const triangleOp = defineOp<{ upper: boolean; diagonal: number }>("triangle", {
  infer: ([x]) => {
    if (x!.shape.length < 2) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `tril and triu: expected at least two axes, got ${formatShape(x!.shape)}`,
      );
    }
    return x!;
  },
  onnx: (graph, [x], { upper, diagonal }) =>
    graph.node("Trilu", [x!, graph.scalar("int64", diagonal)], {
      attributes: { upper: Number(upper) },
      shape: x!.shape,
    }),
  gradient: ([dy], _inputs, _outputs, { upper, diagonal }) => [
    upper ? dy!.triu(diagonal) : dy!.tril(diagonal),
  ],
});

/** Zeroes what lies above the diagonal of the last two axes. */
export function tril(x: Tensor, diagonal = 0): Tensor {
  return apply(triangleOp, [x], { upper: false, diagonal });
}

/** Zeroes what lies below the diagonal of the last two axes. */
export function triu(x: Tensor, diagonal = 0): Tensor {
  return apply(triangleOp, [x], { upper: true, diagonal });
}
