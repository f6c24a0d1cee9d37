import { TransformersError } from "../../errors.js";
import { dimsEqual, formatShape, shapesEqual } from "../../onnx/dim.js";
import { isFloat } from "../../runtime/dtype.js";
import { applyOp, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { where } from "./choice.js";
import { dimTensor } from "./creation.js";
import { type ReductionOptions, reduced, requireReduction, requireSameShape } from "./loss-reduction.js";
import { log_softmax } from "./normalization.js";
import { inFloat32, requireFloat } from "./operands.js";

/**
 * Two outputs: -log softmax(x) at the target class, and log softmax(x) of all classes, which the gradient needs:
 * d loss / dx = softmax(x) - 1 at the target. x: [..., classes, ...], target: x without the axis of classes.
 */
const classLossOp = defineOp<{ axis: number }>("class_loss", {
  infer: ([x], { axis }) => [{ dtype: x!.dtype, shape: x!.shape.filter((_, i) => i !== axis) }, x!],
  onnx: (graph, [x, target], { axis }, [loss]) => {
    const logs = graph.node("LogSoftmax", [x!], { attributes: { axis }, shape: x!.shape });
    const one = x!.shape!.map((dim, i) => (i === axis ? 1 : dim));
    const index = graph.reshape(target!, one);
    const picked = graph.node("GatherElements", [logs, index], { attributes: { axis }, shape: one });
    return [graph.reshape(graph.node("Neg", [picked], { shape: one }), loss!.shape), logs];
  },
  gradient: ([dLoss, dLogs], [, target], [, logs], { axis }) => {
    const probabilities = logs!.exp();
    const parts: Tensor[] = [];
    if (dLoss) {
      const rows = dLoss.unsqueeze(axis);
      parts.push(probabilities.mul(rows).scatter_add(axis, target!.unsqueeze(axis), rows.neg()));
    }
    if (dLogs) parts.push(dLogs.sub(probabilities.mul(dLogs.sum(axis, true))));
    return [parts.reduce((a, b) => a.add(b)), null];
  },
});

export interface ClassLossOptions extends ReductionOptions {
  /** Targets of this number count for nothing. Default -100. */
  ignore_index?: number | Tensor;
  /** A factor for each class. [classes] */
  weight?: Tensor | null;
}

/** Which targets count, by how much, and class numbers that can be looked up where they do not. */
function countedTargets(op: string, input: Tensor, target: Tensor, options: ClassLossOptions) {
  const { ignore_index = -100, weight = null, reduction = "mean" } = options;
  requireFloat(op, input);
  requireReduction(op, reduction, ["mean", "sum", "none"]);
  requireTargets(op, input, target);
  const classAxis = input.rank === 1 ? 0 : 1;
  requireWeight(op, weight, input, classAxis);
  const counted = target.ne(ignore_index);
  const index = where(counted, target, 0);
  const factors = (dtype: Tensor["dtype"]) => {
    const counts = counted.to(dtype);
    return weight === null ? counts : weight.to(dtype).index_select(0, index).mul(counts);
  };
  return { counted, index, factors, reduction, classAxis, weight };
}

/** The mean is over targets that count, by their weights. What is infinite at an ignored place does not count. */
function weighted(losses: Tensor, counted: Tensor, factors: Tensor, reduction: string): Tensor {
  const scaled = where(counted, losses, 0).mul(factors);
  if (reduction === "none") return scaled;
  return reduction === "sum" ? scaled.sum() : scaled.sum().div(factors.sum());
}

/**
 * Negative log likelihood of the target classes, as torch.nn.functional.nll_loss. input: log-probabilities [batch,
 * classes, ...] or [classes], target: int64 [batch, ...] or []. The mean is over targets that are not ignored, by
 * their weights. Throws `SHAPE_MISMATCH` and `DTYPE_MISMATCH` where the two do not fit.
 */
export function nll_loss(input: Tensor, target: Tensor, options: ClassLossOptions = {}): Tensor {
  const { counted, index, factors, reduction, classAxis } = countedTargets(
    "nll_loss",
    input,
    target,
    options,
  );
  return inFloat32(input, (logs) => {
    const picked = logs.gather(classAxis, index.unsqueeze(classAxis)).reshape(target.shape).neg();
    return weighted(picked, counted, factors(logs.dtype), reduction);
  });
}

export interface CrossEntropyOptions extends ClassLossOptions {
  /** The share of each target that is spread evenly over all classes. Default 0. */
  label_smoothing?: number;
}

/**
 * Cross-entropy of logits against classes, as torch.nn.functional.cross_entropy. input: [batch, classes, ...] or
 * [classes]; target: class numbers, int64 [batch, ...] or [], or a probability for each class, of input's shape.
 */
export function cross_entropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { label_smoothing = 0 } = options;
  if (!(label_smoothing >= 0 && label_smoothing <= 1)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `cross_entropy: label_smoothing lies between 0 and 1, not ${label_smoothing}`,
    );
  }
  if (isFloat(target.dtype)) return softCrossEntropy(input, target, options);
  const { counted, index, factors, reduction, classAxis, weight } = countedTargets(
    "cross_entropy",
    input,
    target,
    options,
  );
  return inFloat32(input, (logits) => {
    const [losses, logs] = applyOp(classLossOp, [logits, index], { axis: classAxis }) as [Tensor, Tensor];
    const factor = factors(logits.dtype);
    const likelihood = weighted(losses, counted, factor, reduction);
    if (label_smoothing === 0) return likelihood;

    const terms = weight === null ? logs : logs.mul(alongClasses(weight, logits, classAxis));
    const spread = where(counted, terms.sum(classAxis).neg(), 0);
    const total = reduction === "none" ? spread : spread.sum();
    const normalized = reduction === "mean" ? total.div(factor.sum()) : total;
    const share = dimTensor(input.shape[classAxis]!, logits.dtype).reciprocal().mul(label_smoothing);
    return likelihood.mul(1 - label_smoothing).add(normalized.mul(share));
  });
}

/** Against probabilities. The mean is over all targets, whatever their weights. */
function softCrossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions): Tensor {
  const { label_smoothing = 0, weight = null, reduction = "mean", ignore_index } = options;
  const classAxis = input.rank === 1 ? 0 : 1;
  requireFloat("cross_entropy", input);
  requireSameShape("cross_entropy", input, target);
  requireWeight("cross_entropy", weight, input, classAxis);
  if (ignore_index !== undefined && ignore_index !== -100) {
    throw new TransformersError("INVALID_ARGUMENT", "cross_entropy: ignore_index is for class numbers alone");
  }
  return inFloat32(input, (logits) => {
    const share = dimTensor(input.shape[classAxis]!, logits.dtype).reciprocal().mul(label_smoothing);
    const goal = label_smoothing === 0 ? target : target.mul(1 - label_smoothing).add(share);
    const terms = log_softmax(logits, classAxis).mul(goal);
    const scaled = weight === null ? terms : terms.mul(alongClasses(weight, logits, classAxis));
    return reduced("cross_entropy", scaled.sum(classAxis).neg(), reduction);
  });
}

/** A number for each class, broadcasting over all else. */
function alongClasses(weight: Tensor, input: Tensor, classAxis: number): Tensor {
  return weight.to(input.dtype).reshape(input.shape.map((_, axis) => (axis === classAxis ? -1 : 1)));
}

function requireWeight(op: string, weight: Tensor | null, input: Tensor, classAxis: number): void {
  const classes = input.shape[classAxis]!;
  if (weight === null || shapesEqual(weight.shape, [classes])) return;
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `${op}: weight ${formatShape(weight.shape)} must have one number for each of the ${classes} classes`,
  );
}

function requireTargets(op: string, input: Tensor, target: Tensor): void {
  if (target.dtype !== "int64" && target.dtype !== "int32") {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: targets are class numbers (int64), got ${target.dtype}`,
    );
  }
  const expected = input.rank === 1 ? [] : [input.shape[0], ...input.shape.slice(2)];
  const fits =
    input.rank > 0 &&
    expected.length === target.rank &&
    expected.every((dim, axis) => dimsEqual(dim!, target.shape[axis]!));
  if (fits) return;
  const what =
    input.rank === 0 ? "an axis of classes is missing" : `targets ${formatShape(expected as never)}`;
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `${op}: logits ${formatShape(input.shape)} go with ${what}, got ${formatShape(target.shape)}`,
  );
}
