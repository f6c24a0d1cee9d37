import { TransformersError } from "../../errors.js";
import { type Dim, dimsEqual, formatShape, multiplyDims, shapesEqual } from "../../onnx/dim.js";
import { sumTo } from "../gradient.js";
import { apply, defineOp, type Shape } from "../node.js";
import { normalizeAxes, normalizeAxis, resolveShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { arange, dimTensor } from "./creation.js";
import { index_select } from "./indexing.js";
import { cat } from "./joining.js";
import { broadcastShapes } from "./operands.js";
import { slice } from "./slicing.js";

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

/** One axis taken apart into several; one of their sizes may be -1. */
export function unflatten(x: Tensor, axis: number, sizes: Shape): Tensor {
  const at = normalizeAxis("unflatten", axis, x.rank);
  const parts = resolveShape("unflatten", [x.shape[at]!], sizes);
  return reshape(x, [...x.shape.slice(0, at), ...parts, ...x.shape.slice(at + 1)]);
}

/** The same elements in the shape of another tensor. */
export function view_as(x: Tensor, other: Tensor): Tensor {
  return reshape(x, other.shape);
}

/** Inserts an axis of size 1. */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const at = normalizeAxis("unsqueeze", axis, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** Removes axes of size 1: one, several, or all of them. An axis of another size stays, as in PyTorch. */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  const named = normalizeAxes("squeeze", axes ?? null, x.rank);
  return reshape(
    x,
    x.shape.filter((dim, axis) => !dimsEqual(dim, 1) || !named.includes(axis)),
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

/** Two axes exchanged; another name of transpose. */
export function swapaxes(x: Tensor, a: number, b: number): Tensor {
  return transpose(x, a, b);
}

/** Axes moved to other places, the rest kept in order. */
export function movedim(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const places = (axes: number | readonly number[]) => {
    const list = typeof axes === "number" ? [axes] : axes;
    normalizeAxes("movedim", list, x.rank); // refuses one that is named twice
    return list.map((axis) => normalizeAxis("movedim", axis, x.rank));
  };
  const [from, to] = [places(source), places(destination)];
  if (from.length !== to.length) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `movedim: [${from.join(", ")}] and [${to.join(", ")}] must name as many axes`,
    );
  }
  const rest = x.shape.map((_, axis) => axis).filter((axis) => !from.includes(axis));
  return permute(
    x,
    x.shape.map((_, axis) => (to.includes(axis) ? from[to.indexOf(axis)]! : rest.shift()!)),
  );
}

const expandOp = defineOp<{ shape: Shape }>("expand", {
  infer: ([x], { shape }) => ({ dtype: x!.dtype, shape }),
  onnx: (graph, [x], { shape }) => {
    // ONNX Runtime's optimiser drops an Expand of 1 to 0; of a number it leaves it.
    const source = shape.includes(0) ? graph.scalar(x!.dtype, 0) : x!;
    return graph.node("Expand", [source, graph.shapeVector(shape)], { shape });
  },
  gradient: ([dy], [x]) => [sumTo(dy!, x!.shape)],
});

/** Repeats axes of size 1 up to the given sizes; -1 keeps an axis as it is. */
export function expand(x: Tensor, shape: Shape): Tensor {
  return expandFor("expand", x, shape);
}

/** The same on behalf of another operator, which its errors name. */
export function expandFor(op: string, x: Tensor, shape: Shape): Tensor {
  const lead = shape.length - x.rank;
  const target = shape.map((dim, axis) => (dim === -1 ? (x.shape[axis - lead] ?? -1) : dim));
  if (lead < 0 || target.includes(-1) || !shapesEqual(broadcastShapes(op, x.shape, target), target)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: ${formatShape(x.shape)} does not expand to ${formatShape(shape)}`,
    );
  }
  return shapesEqual(target, x.shape) ? x : apply(expandOp, [x], { shape: target });
}

/** Repeats axes of size 1 up to a shape that must be given whole. */
export function broadcast_to(x: Tensor, shape: Shape): Tensor {
  return expandFor("broadcast_to", x, shape);
}

/** Repeats axes of size 1 up to the shape of another tensor. */
export function expand_as(x: Tensor, other: Tensor): Tensor {
  return expandFor("expand_as", x, other.shape);
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

/** One or several axes in reverse. */
export function flip(x: Tensor, axes: number | readonly number[]): Tensor {
  const normalized = normalizeAxes("flip", axes, x.rank);
  return normalized.length === 0 ? x : apply(flipOp, [x], { axes: normalized });
}

/**
 * Elements shifted along axes, those that leave at the end coming back at the start; without axes, along the
 * flattened tensor. A shift goes with each axis.
 */
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  axes?: number | readonly number[] | null,
): Tensor {
  const steps = typeof shifts === "number" ? [shifts] : shifts;
  if (steps.some((step) => !Number.isInteger(step))) {
    throw new TransformersError("INVALID_ARGUMENT", `roll: [${steps.join(", ")}] are no whole shifts`);
  }
  const named = typeof axes === "number" ? [axes] : axes;
  const flat = named === undefined || named === null || named.length === 0;
  const along = flat ? [0] : named;
  if (along.length !== steps.length) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `roll: ${steps.length} shifts for ${flat ? "the flattened tensor" : `${along.length} axes`}; give one for each`,
    );
  }
  const rolled = along.reduce<Tensor>(
    (part, axis, i) => rollAxis(part, normalizeAxis("roll", axis, part.rank), steps[i]!),
    flat ? flatten(x) : x,
  );
  return reshape(rolled, x.shape);
}

function rollAxis(x: Tensor, axis: number, shift: number): Tensor {
  const size = x.shape[axis]!;
  if (typeof size !== "number") {
    // Where position i comes from: i - shift, by the size that is known at the run.
    const [positions, count] = [arange(size).sub(shift), dimTensor(size, "int64").maximum(1)];
    return index_select(x, axis, positions.sub(positions.div(count, { rounding_mode: "floor" }).mul(count)));
  }
  const by = size === 0 ? 0 : ((shift % size) + size) % size;
  if (by === 0) return x;
  return cat([slice(x, axis, size - by), slice(x, axis, 0, size - by)], axis);
}

/** The plane of two axes turned by `k` quarters, from the first axis towards the second. */
export function rot90(x: Tensor, k = 1, axes: readonly [number, number] = [0, 1]): Tensor {
  const [from, towards] = axes.map((axis) => normalizeAxis("rot90", axis, x.rank)) as [number, number];
  if (from === towards) {
    throw new TransformersError("INVALID_ARGUMENT", `rot90: [${axes.join(", ")}] name one axis twice`);
  }
  if (!Number.isInteger(k)) {
    throw new TransformersError("INVALID_ARGUMENT", `rot90: k must be a whole number of quarters, not ${k}`);
  }
  const quarters = ((k % 4) + 4) % 4;
  if (quarters === 2) return flip(x, [from, towards]);
  if (quarters === 1) return transpose(flip(x, towards), from, towards);
  return quarters === 3 ? flip(transpose(x, from, towards), towards) : x;
}
