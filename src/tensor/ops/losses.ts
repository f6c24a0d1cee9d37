import { TransformersError } from "../../errors.js";
import { dimsEqual, formatShape } from "../../onnx/dim.js";
import { isFloat } from "../../runtime/dtype.js";
import type { Tensor } from "../tensor.js";
import { softplus } from "./activation.js";
import { dimTensor, full, ones } from "./creation.js";
import { where } from "./elementwise.js";
import { log_softmax } from "./normalization.js";

export type LossReduction = "mean" | "sum" | "none";

export interface ReductionOptions {
  /** "mean" (default), "sum", or "none" for one loss an element. */
  reduction?: LossReduction;
}

function reduce(loss: Tensor, reduction: LossReduction = "mean"): Tensor {
  if (reduction === "none") return loss;
  return reduction === "sum" ? loss.sum() : loss.mean();
}

export interface ClassLossOptions extends ReductionOptions {
  /** Targets of this number count for nothing. Default -100. */
  ignore_index?: number | Tensor;
  /** A factor for each class. [classes] */
  weight?: Tensor;
}

/**
 * Negative log likelihood of the target classes. input: log-probabilities [batch, classes, ...], target: int64
 * [batch, ...]. The mean is over targets that are not ignored, by their weights.
 */
export function nll_loss(input: Tensor, target: Tensor, options: ClassLossOptions = {}): Tensor {
  const { ignore_index = -100, weight, reduction = "mean" } = options;
  const classAxis = input.rank === 1 ? 0 : 1;
  requireTargets("nll_loss", input, target);
  const counted = target.ne(ignore_index);
  const index = where(counted, target, target.mul(0));
  const picked = input.gather(classAxis, index.unsqueeze(classAxis)).squeeze(classAxis).neg();
  const counts = counted.to(input.dtype);
  const factors = weight === undefined ? counts : weight.to(input.dtype).index_select(0, index).mul(counts);
  // A probability of 0 at an ignored place must not turn the sum into NaN.
  const losses = where(counted, picked, 0).mul(factors);
  if (reduction === "none") return losses;
  return reduction === "sum" ? losses.sum() : losses.sum().div(factors.sum());
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
  const { label_smoothing = 0, ...rest } = options;
  const classAxis = input.rank === 1 ? 0 : 1;
  if (isFloat(target.dtype)) return softCrossEntropy(input, target, classAxis, options);
  requireTargets("cross_entropy", input, target);
  const logProbabilities = log_softmax(input, classAxis);
  const likelihood = nll_loss(logProbabilities, target, rest);
  if (label_smoothing === 0) return likelihood;

  const { ignore_index = -100, weight, reduction = "mean" } = rest;
  const counts = target.ne(ignore_index).to(input.dtype);
  const along = logProbabilities.shape.map((_, axis) => (axis === classAxis ? -1 : 1));
  const factor = weight?.to(input.dtype) ?? ones([input.shape[classAxis]!], { dtype: input.dtype });
  const spread = logProbabilities.mul(factor.reshape(along)).sum(classAxis).neg().mul(counts);
  const total = reduction === "none" ? spread : spread.sum();
  const index = where(target.ne(ignore_index), target, target.mul(0));
  const normalized =
    reduction === "mean" ? total.div(factor.index_select(0, index).mul(counts).sum()) : total;
  const classes = input.shape[classAxis] as number;
  return likelihood.mul(1 - label_smoothing).add(normalized.mul(label_smoothing / classes));
}

/** The mean is over all targets, whatever their weights. */
function softCrossEntropy(
  input: Tensor,
  target: Tensor,
  classAxis: number,
  { label_smoothing = 0, weight, reduction = "mean", ignore_index }: CrossEntropyOptions,
): Tensor {
  requireSameShape("cross_entropy", input, target);
  if (ignore_index !== undefined && ignore_index !== -100) {
    throw new TransformersError("INVALID_ARGUMENT", "cross_entropy: ignore_index is for class numbers alone");
  }
  const classes = dimTensor(input.shape[classAxis]!, input.dtype);
  const goal =
    label_smoothing === 0
      ? target
      : target.mul(1 - label_smoothing).add(full([], label_smoothing, { dtype: input.dtype }).div(classes));
  const along = input.shape.map((_, axis) => (axis === classAxis ? -1 : 1));
  const terms = log_softmax(input, classAxis).mul(goal);
  const weighted = weight === undefined ? terms : terms.mul(weight.to(input.dtype).reshape(along));
  return reduce(weighted.sum(classAxis).neg(), reduction);
}

function requireTargets(op: string, input: Tensor, target: Tensor): void {
  if (target.dtype !== "int64" && target.dtype !== "int32") {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: targets are class numbers (int64), got ${target.dtype}`,
    );
  }
  const expected = input.rank === 1 ? [] : [input.shape[0]!, ...input.shape.slice(2)];
  if (expected.length !== target.rank || expected.some((dim, axis) => !dimsEqual(dim, target.shape[axis]!))) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: logits ${formatShape(input.shape)} go with targets ${formatShape(expected)}, got ${formatShape(target.shape)}`,
    );
  }
}

function requireSameShape(op: string, input: Tensor, target: Tensor): void {
  if (input.rank !== target.rank || input.shape.some((dim, axis) => !dimsEqual(dim, target.shape[axis]!))) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: input ${formatShape(input.shape)} and target ${formatShape(target.shape)} must have one shape`,
    );
  }
}

export function mse_loss(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  requireSameShape("mse_loss", input, target);
  const difference = input.sub(target);
  return reduce(difference.mul(difference), options.reduction);
}

export function l1_loss(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  requireSameShape("l1_loss", input, target);
  return reduce(input.sub(target).abs(), options.reduction);
}

/** Quadratic for differences below `beta` (default 1), linear above. */
export function smooth_l1_loss(
  input: Tensor,
  target: Tensor,
  options: ReductionOptions & { beta?: number } = {},
): Tensor {
  requireSameShape("smooth_l1_loss", input, target);
  const { beta = 1 } = options;
  const difference = input.sub(target).abs();
  if (beta === 0) return reduce(difference, options.reduction);
  const quadratic = difference.mul(difference).mul(0.5 / beta);
  return reduce(where(difference.lt(beta), quadratic, difference.sub(0.5 * beta)), options.reduction);
}

export interface BinaryLossOptions extends ReductionOptions {
  /** A factor for each element's loss; broadcasts. */
  weight?: Tensor;
  /** A factor for the positive part of each class's loss; broadcasts. */
  pos_weight?: Tensor;
}

/** Binary cross-entropy of sigmoid(input) against targets in [0, 1], without overflow. */
export function binary_cross_entropy_with_logits(
  input: Tensor,
  target: Tensor,
  options: BinaryLossOptions = {},
): Tensor {
  requireSameShape("binary_cross_entropy_with_logits", input, target);
  const { weight, pos_weight, reduction } = options;
  const goal = target.to(input.dtype);
  const positive = pos_weight === undefined ? null : pos_weight.sub(1).mul(goal).add(1);
  // -log sigmoid(x) = softplus(-x)
  const negativeLog = softplus(input.neg());
  const loss = input.mul(goal.neg().add(1)).add(positive === null ? negativeLog : negativeLog.mul(positive));
  return reduce(weight === undefined ? loss : loss.mul(weight), reduction);
}

/** Kullback-Leibler divergence; input: log-probabilities, target: probabilities (or their logs). */
export function kl_div(
  input: Tensor,
  target: Tensor,
  options: { reduction?: LossReduction | "batchmean"; log_target?: boolean } = {},
): Tensor {
  requireSameShape("kl_div", input, target);
  const { reduction = "mean", log_target = false } = options;
  const terms = log_target
    ? target.exp().mul(target.sub(input))
    : where(
        target.gt(0),
        target.mul(where(target.gt(0), target, 1).log().sub(input)),
        target.mul(input).neg(),
      );
  if (reduction !== "batchmean") return reduce(terms, reduction);
  return terms.sum().div(dimTensor(input.shape[0]!, input.dtype));
}
