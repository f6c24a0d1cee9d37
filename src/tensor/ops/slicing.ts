import { TransformersError } from "../../errors.js";
import { addDims, type Dim, dimsEqual, floorDivideDims, multiplyDims, subtractDims } from "../../onnx/dim.js";
import { apply, defineOp } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { reshape } from "./movement.js";
import { padAxes } from "./padding.js";

interface Slice {
  axis: number;
  start: Dim;
  end: Dim;
  step: number;
}

const sliceOp = defineOp<Slice>("slice", {
  infer: ([x], { axis, start, end, step }) => ({
    dtype: x!.dtype,
    shape: x!.shape.map((dim, i) => (i === axis ? countOf(start, end, step) : dim)),
  }),
  onnx: (graph, [x], { axis, start, end, step }, [out]) =>
    graph.node("Slice", [x!, graph.dim(start), graph.dim(end), graph.ints([axis]), graph.ints([step])], {
      shape: out!.shape,
    }),
  // The elements go back to their old places, with 0 in all others.
  gradient: ([dy], [x], _outputs, { axis, start, end, step }) => {
    const size = x!.shape[axis]!;
    const count = countOf(start, end, step);
    const spread = step === 1 ? dy! : spreadOut(dy!, axis, step);
    const taken = step === 1 ? count : multiplyDims(count, step);
    return [padAxes(spread, [[axis, start, subtractDims(size, addDims(start, taken))]])];
  },
});

/** Each entry of an axis followed by `step - 1` zeros. */
function spreadOut(x: Tensor, axis: number, step: number): Tensor {
  const [before, count, after] = [x.shape.slice(0, axis), x.shape[axis]!, x.shape.slice(axis + 1)];
  const apart = padAxes(reshape(x, [...before, count, 1, ...after]), [[axis + 1, 0, step - 1]]);
  return reshape(apart, [...before, multiplyDims(count, step), ...after]);
}

/** How many positions lead from `start` by `step` to before `end`. */
function countOf(start: Dim, end: Dim, step: number): Dim {
  const length = subtractDims(end, start);
  if (typeof length === "number") return Math.max(Math.ceil(length / step), 0);
  return floorDivideDims(addDims(length, step - 1), step);
}

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
  if (!Number.isInteger(value)) {
    throw new TransformersError("INVALID_ARGUMENT", `slice: bounds are whole numbers, not ${value}`);
  }
  const fromStart = value < 0 ? addDims(size, value) : value;
  if (typeof fromStart !== "number" || typeof size !== "number") return fromStart;
  return Math.min(Math.max(fromStart, 0), size);
}

/** `length` entries of an axis from `start` on; unlike a slice's, its bounds must lie within. */
export function narrow(x: Tensor, axis: number, start: Dim, length: Dim): Tensor {
  const along = normalizeAxis("narrow", axis, x.rank);
  const size = x.shape[along]!;
  const from = typeof start === "number" && start < 0 ? addDims(size, start) : start;
  const rest = subtractDims(size, addDims(from, length));
  if ([from, length, rest].some((dim) => typeof dim === "number" && !(Number.isInteger(dim) && dim >= 0))) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `narrow: ${length} entries from ${start} on do not lie within axis ${axis} of size ${size}`,
    );
  }
  return slice(x, along, from, addDims(from, length));
}

/** One position along an axis; the axis is gone. */
export function select(x: Tensor, axis: number, index: number): Tensor {
  const along = normalizeAxis("select", axis, x.rank);
  const size = x.shape[along]!;
  const isOutside = typeof size === "number" && (index >= size || index < -size);
  if (!Number.isInteger(index) || isOutside) {
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

/** All positions along an axis, as tensors without it. */
export function unbind(x: Tensor, axis = 0): Tensor[] {
  const along = normalizeAxis("unbind", axis, x.rank);
  const size = x.shape[along]!;
  if (typeof size !== "number") {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `unbind: axis ${axis} of symbolic size ${size} cannot be taken apart; only an axis of a known size can`,
    );
  }
  return Array.from({ length: size }, (_, i) => select(x, along, i));
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
