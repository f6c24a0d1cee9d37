import { TransformersError } from "../../errors.js";
import { dimsEqual, formatShape, shapesEqual } from "../../onnx/dim.js";
import { apply, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { softplus } from "./activation.js";
import { detach } from "./casts.js";
import { clamp, where } from "./choice.js";
import { dimTensor } from "./creation.js";
import {
  type LossReduction,
  type ReductionOptions,
  reduced,
  requireReduction,
  requireSameShape,
} from "./loss-reduction.js";
import { promoted, requireFloat } from "./operands.js";

/** What is added to a logarithm's argument or a variance that may be 0. */
interface EpsOptions {
  eps?: number;
}

/** input - target, in their common floating dtype. */
function difference(op: string, input: Tensor, target: Tensor): Tensor {
  requireSameShape(op, input, target);
  const [x, y] = promoted(input, target);
  requireFloat(op, x);
  return x.sub(y);
}

/** (input - target)². */
export function mse_loss(input: Tensor, target: Tensor, { reduction }: ReductionOptions = {}): Tensor {
  const apart = difference("mse_loss", input, target);
  return reduced("mse_loss", apart.mul(apart), reduction);
}

/** |input - target|. */
export function l1_loss(input: Tensor, target: Tensor, { reduction }: ReductionOptions = {}): Tensor {
  return reduced("l1_loss", difference("l1_loss", input, target).abs(), reduction);
}

export interface SmoothL1LossOptions extends ReductionOptions {
  /** Where the quadratic piece ends. Default 1; 0 is l1_loss. */
  beta?: number;
}

/** Quadratic for differences below `beta`, linear above. Source: Girshick, "Fast R-CNN", 2015, equation 3. */
export function smooth_l1_loss(input: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  const { beta = 1, reduction } = options;
  if (!(beta >= 0)) {
    throw new TransformersError("INVALID_ARGUMENT", `smooth_l1_loss: beta must be 0 or more, not ${beta}`);
  }
  const size = difference("smooth_l1_loss", input, target).abs();
  if (beta === 0) return reduced("smooth_l1_loss", size, reduction);
  const quadratic = size.mul(size).mul(0.5 / beta);
  return reduced("smooth_l1_loss", where(size.lt(beta), quadratic, size.sub(0.5 * beta)), reduction);
}

export interface HuberLossOptions extends ReductionOptions {
  /** Where the quadratic piece ends, and the slope of the linear one. Default 1. */
  delta?: number;
}

/** `smooth_l1_loss` times delta. Source: Huber, "Robust Estimation of a Location Parameter", 1964. */
export function huber_loss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  const { delta = 1, reduction } = options;
  if (!(delta > 0)) {
    throw new TransformersError("INVALID_ARGUMENT", `huber_loss: delta must be above 0, not ${delta}`);
  }
  const size = difference("huber_loss", input, target).abs();
  const linear = size.sub(0.5 * delta).mul(delta);
  return reduced("huber_loss", where(size.le(delta), size.mul(size).mul(0.5), linear), reduction);
}

/**
 * -(t log x + (1 - t) log(1 - x)), each logarithm at least -100; its slope (x - t) / (x (1 - x)) has a denominator of
 * at least 1e-12. Both bounds are PyTorch's.
 */
const binaryCrossEntropyOp = defineOp("binary_cross_entropy", {
  infer: ([x]) => x!,
  onnx: (graph, [x, target], _attributes, [out]) => {
    const { shape } = out!;
    const one = graph.scalar(x!.dtype, 1);
    const bounded = (value: typeof one) =>
      graph.node("Max", [graph.node("Log", [value], { shape }), graph.scalar(x!.dtype, -100)], { shape });
    const positive = graph.node("Mul", [target!, bounded(x!)], { shape });
    const rest = graph.node("Sub", [one, target!], { shape });
    const negative = graph.node("Mul", [rest, bounded(graph.node("Sub", [one, x!], { shape }))], { shape });
    return graph.node("Neg", [graph.node("Add", [positive, negative], { shape })], { shape });
  },
  gradient: ([dy], [x, target]) => {
    const complement = x!.neg().add(1);
    const log = (value: Tensor) => clamp(value.log(), { min: -100 });
    const dx = x!.sub(target!).div(clamp(x!.mul(complement), { min: 1e-12 }));
    return [dy!.mul(dx), dy!.mul(log(complement).sub(log(x!)))];
  },
});

export interface WeightedLossOptions extends ReductionOptions {
  /** A factor for each element's loss; broadcasts. */
  weight?: Tensor | null;
}

/**
 * Binary cross-entropy of probabilities against targets in [0, 1]. Probabilities beyond [0, 1] give NaN, where PyTorch
 * throws: their values are not known when the operation is recorded.
 */
export function binary_cross_entropy(
  input: Tensor,
  target: Tensor,
  options: WeightedLossOptions = {},
): Tensor {
  const { weight = null, reduction } = options;
  requireSameShape("binary_cross_entropy", input, target);
  requireFloat("binary_cross_entropy", input);
  const loss = apply(binaryCrossEntropyOp, [input, target.to(input.dtype)], {});
  return reduced("binary_cross_entropy", weight === null ? loss : loss.mul(weight), reduction);
}

export interface BinaryLossOptions extends WeightedLossOptions {
  /** A factor for the positive part of each class's loss; broadcasts. */
  pos_weight?: Tensor | null;
}

/** Binary cross-entropy of sigmoid(input) against targets in [0, 1], without overflow. */
export function binary_cross_entropy_with_logits(
  input: Tensor,
  target: Tensor,
  options: BinaryLossOptions = {},
): Tensor {
  const { weight = null, pos_weight = null, reduction } = options;
  requireSameShape("binary_cross_entropy_with_logits", input, target);
  requireFloat("binary_cross_entropy_with_logits", input);
  const goal = target.to(input.dtype);
  const positive = pos_weight === null ? null : pos_weight.sub(1).mul(goal).add(1);
  // -log sigmoid(x) = softplus(-x)
  const negativeLog = softplus(input.neg());
  const loss = input.mul(goal.neg().add(1)).add(positive === null ? negativeLog : negativeLog.mul(positive));
  const scaled = weight === null ? loss : loss.mul(weight);
  return reduced("binary_cross_entropy_with_logits", scaled, reduction);
}

export interface KlDivOptions {
  /** As for other losses, or "batchmean": the sum over the size of the first axis. Default "mean". */
  reduction?: LossReduction | "batchmean";
  /** Whether the target is given by its logarithm. Default false. */
  log_target?: boolean;
}

/** Kullback-Leibler divergence; input: log-probabilities, target: probabilities (or their logs). */
export function kl_div(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  const { reduction = "mean", log_target = false } = options;
  requireSameShape("kl_div", input, target);
  requireReduction("kl_div", reduction, ["mean", "sum", "none", "batchmean"]);
  const terms = log_target
    ? target.exp().mul(target.sub(input))
    : where(
        target.gt(0),
        target.mul(where(target.gt(0), target, 1).log().sub(input)),
        target.mul(input).neg(),
      );
  if (reduction !== "batchmean") return reduced("kl_div", terms, reduction);
  return terms.sum().div(dimTensor(input.shape[0] ?? 1, input.dtype));
}

export interface PoissonNllLossOptions extends ReductionOptions, EpsOptions {
  /** Whether the input is the logarithm of the expectation. Default true. */
  log_input?: boolean;
  /** Whether Stirling's approximation of log(target!) is added for targets above 1. Default false. */
  full?: boolean;
}

/** Negative log likelihood of counts under Poisson distributions. */
export function poisson_nll_loss(input: Tensor, target: Tensor, options: PoissonNllLossOptions = {}): Tensor {
  const { log_input = true, full = false, eps = 1e-8, reduction } = options;
  requireSameShape("poisson_nll_loss", input, target);
  const expectation = log_input ? input.exp() : input;
  const logarithm = log_input ? input : input.add(eps).log();
  let loss = expectation.sub(target.mul(logarithm));
  if (full) {
    const many = target.gt(1);
    const count = where(many, target, 2);
    const stirling = count
      .mul(count.log())
      .sub(count)
      .add(
        count
          .mul(2 * Math.PI)
          .log()
          .mul(0.5),
      );
    loss = loss.add(where(many, stirling, 0));
  }
  return reduced("poisson_nll_loss", loss, reduction);
}

export interface GaussianNllLossOptions extends ReductionOptions, EpsOptions {
  /** Whether the constant 0.5 log(2 pi) is added. Default false. */
  full?: boolean;
}

/**
 * Negative log likelihood under normal distributions. `variance`: of input's shape, or with a last axis of 1, or without
 * the last axis; where it is below `eps` (default 1e-6), that is taken, and the gradient is as if it were not.
 */
export function gaussian_nll_loss(
  input: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNllLossOptions = {},
): Tensor {
  const { full = false, eps = 1e-6, reduction } = options;
  const lead = input.shape.slice(0, -1);
  const withAxis = shapesEqual(variance.shape, lead) && input.rank > 0 ? variance.unsqueeze(-1) : variance;
  const fits =
    shapesEqual(variance.shape, input.shape) ||
    (withAxis.rank === input.rank &&
      shapesEqual(withAxis.shape.slice(0, -1), lead) &&
      dimsEqual(withAxis.shape.at(-1) ?? 1, 1));
  if (!fits) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `gaussian_nll_loss: a variance ${formatShape(variance.shape)} does not go with input ${formatShape(input.shape)}`,
    );
  }
  const spread = shapesEqual(variance.shape, input.shape) ? variance : withAxis;
  // The bound takes no part in the gradient: d bounded / d spread is 1 everywhere.
  const bounded = spread.add(detach(clamp(spread, { min: eps }).sub(spread)));
  const apart = input.sub(target);
  const loss = bounded.log().add(apart.mul(apart).div(bounded)).mul(0.5);
  return reduced("gaussian_nll_loss", full ? loss.add(0.5 * Math.log(2 * Math.PI)) : loss, reduction);
}
