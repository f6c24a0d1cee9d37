import { TransformersError } from "../../errors.js";
import { formatShape, shapesEqual } from "../../onnx/dim.js";
import type { Tensor } from "../tensor.js";

export type LossReduction = "mean" | "sum" | "none";

export interface ReductionOptions {
  /** "mean" (default), "sum", or "none" for one loss an element. */
  reduction?: LossReduction;
}

/** One number from many losses, as `reduction` says. Throws `INVALID_ARGUMENT` where it says something else. */
export function reduced(op: string, loss: Tensor, reduction: LossReduction = "mean"): Tensor {
  requireReduction(op, reduction, ["mean", "sum", "none"]);
  if (reduction === "none") return loss;
  return reduction === "sum" ? loss.sum() : loss.mean();
}

export function requireReduction(op: string, reduction: string, known: readonly string[]): void {
  if (known.includes(reduction)) return;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${op}: reduction must be ${known.map((name) => `"${name}"`).join(", ")}, not "${reduction}"`,
  );
}

export function requireSameShape(op: string, input: Tensor, target: Tensor): void {
  if (shapesEqual(input.shape, target.shape)) return;
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `${op}: input ${formatShape(input.shape)} and target ${formatShape(target.shape)} must have one shape; expand() or reshape() one of them`,
  );
}
