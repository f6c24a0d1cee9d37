import { TransformersError } from "../errors.js";
import { type Dim, dimsEqual, divideDims, formatShape, productOfDims } from "../onnx/dim.js";
import type { Shape } from "./node.js";

/** A position in a shape, counted from the end where negative. Throws `SHAPE_MISMATCH` naming the op. */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  const normalized = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normalized < 0 || normalized >= rank) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: axis ${axis} is not one of a tensor of rank ${rank}`,
    );
  }
  return normalized;
}

/** Several positions, ascending; null means all of them. A tensor without axes takes 0 and -1 for nothing. */
export function normalizeAxes(op: string, axes: number | readonly number[] | null, rank: number): number[] {
  if (axes === null) return Array.from({ length: rank }, (_, axis) => axis);
  const list = typeof axes === "number" ? [axes] : axes;
  const normalized = list.map((axis) => normalizeAxis(op, axis, Math.max(rank, 1))).sort((a, b) => a - b);
  if (new Set(normalized).size !== normalized.length) {
    throw new TransformersError("SHAPE_MISMATCH", `${op}: axes [${list.join(", ")}] name one axis twice`);
  }
  return normalized.filter((axis) => axis < rank);
}

/** The shape that a reshape asks for, with its -1 worked out. Throws where the elements do not fit. */
export function resolveShape(op: string, from: Shape, to: Shape): Dim[] {
  for (const dim of to) {
    if (typeof dim === "number" && !(Number.isInteger(dim) && dim >= -1)) {
      throw new TransformersError("SHAPE_MISMATCH", `${op}: ${dim} is no size, in ${formatShape(to)}`);
    }
  }
  const total = productOfDims(from);
  const unknown = to.indexOf(-1);
  if (unknown < 0) {
    if (!dimsEqual(total, productOfDims(to))) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `${op}: the elements of ${formatShape(from)} do not fill ${formatShape(to)}`,
      );
    }
    return [...to];
  }
  const rest = productOfDims(to.filter((_, axis) => axis !== unknown));
  const inferred = to.indexOf(-1, unknown + 1) < 0 ? divideDims(total, rest) : null;
  if (inferred === null || (typeof inferred === "number" && inferred < 0)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: no size for -1 makes the elements of ${formatShape(from)} fill ${formatShape(to)}`,
    );
  }
  return to.map((dim, axis) => (axis === unknown ? inferred : dim));
}
