import { TransformersError } from "../../errors.js";
import { formatShape, shapesEqual } from "../../onnx/dim.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { detach } from "./casts.js";
import { clamp, where } from "./choice.js";
import { arange, dimTensor } from "./creation.js";
import { type ReductionOptions, reduced, requireSameShape } from "./loss-reduction.js";
import { norm } from "./moments.js";
import { broadcastShapes, promoted, requireFloat } from "./operands.js";

/** max(x, 0), whose gradient at 0 is that of x, as clamp's is and relu's is not. */
function notNegative(x: Tensor): Tensor {
  return clamp(x, { min: 0 });
}

export interface CosineSimilarityOptions {
  /** The axis of the vectors. Default 1. */
  dim?: number;
  /** The least length that a vector counts as. Default 1e-8. */
  eps?: number;
}

/**
 * x1 · x2 / (max(|x1|, eps) max(|x2|, eps)) along an axis; the two broadcast. The gradient is as if no length were below
 * `eps`, and that of a length 0 is 0, as in PyTorch.
 */
export function cosine_similarity(x1: Tensor, x2: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  const { dim = 1, eps = 1e-8 } = options;
  const common = broadcastShapes("cosine_similarity", x1.shape, x2.shape);
  const axis = normalizeAxis("cosine_similarity", dim, common.length);
  const [a, b] = promoted(x1, x2).map((x) => x.expand(common)) as [Tensor, Tensor];
  requireFloat("cosine_similarity", a);
  const ofLength1 = (x: Tensor): Tensor => {
    const length = norm(x, 2, axis, true);
    return x.div(length.add(detach(clamp(length, { min: eps }).sub(length))));
  };
  return ofLength1(a).mul(ofLength1(b)).sum(axis);
}

export interface MarginOptions extends ReductionOptions {
  margin?: number;
}

/**
 * 1 - cos(x1, x2) for targets 1, max(cos(x1, x2) - margin, 0) for targets -1. x1, x2: [batch, width] or [width]; target:
 * [batch] or []. `margin` is 0 unless given.
 */
export function cosine_embedding_loss(
  x1: Tensor,
  x2: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  const { margin = 0, reduction } = options;
  requireSameShape("cosine_embedding_loss", x1, x2);
  requireFloat("cosine_embedding_loss", x1);
  if (x1.rank < 1 || x1.rank > 2 || !shapesEqual(target.shape, x1.shape.slice(0, -1))) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `cosine_embedding_loss: expected [batch, width] (or [width]) and targets [batch] (or []), got ${formatShape(x1.shape)} and ${formatShape(target.shape)}`,
    );
  }
  const tiny = 1e-12; // as PyTorch has it in this loss
  const square = (x: Tensor) => x.mul(x).sum(-1).add(tiny);
  const cosine = x1
    .mul(x2)
    .sum(-1)
    .div(square(x1).mul(square(x2)).sqrt());
  const alike = where(target.eq(1), cosine.neg().add(1), 0);
  const unlike = where(target.eq(-1), notNegative(cosine.sub(margin)), 0);
  return reduced("cosine_embedding_loss", alike.add(unlike), reduction);
}

/** max(-target (x1 - x2) + margin, 0): target 1 wants x1 to be the larger one. `margin` is 0 unless given. */
export function margin_ranking_loss(
  x1: Tensor,
  x2: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  const { margin = 0, reduction } = options;
  if (x1.rank !== x2.rank || x1.rank !== target.rank) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `margin_ranking_loss: all three must have one rank, got ${formatShape(x1.shape)}, ${formatShape(x2.shape)} and ${formatShape(target.shape)}`,
    );
  }
  const loss = notNegative(target.neg().mul(x1.sub(x2)).add(margin));
  return reduced("margin_ranking_loss", loss, reduction);
}

/** x for targets 1, max(margin - x, 0) for targets -1. `margin` is 1 unless given. */
export function hinge_embedding_loss(input: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  const { margin = 1, reduction } = options;
  requireSameShape("hinge_embedding_loss", input, target);
  const unlike = where(target.ne(1), notNegative(input.neg().add(margin)), 0);
  const alike = where(target.ne(-1), input, 0);
  return reduced("hinge_embedding_loss", unlike.add(alike), reduction);
}

export interface TripletMarginLossOptions extends MarginOptions {
  /** The norm's degree. Default 2. */
  p?: number;
  /** Added to each difference. Default 1e-6. */
  eps?: number;
  /** Whether the distance from positive to negative counts where it is the smaller one. Default false. */
  swap?: boolean;
}

/**
 * max(|anchor - positive| - |anchor - negative| + margin, 0) over the last axis. `margin` is 1 unless given.
 * Source: Balntas et al., "Learning local feature descriptors with triplets", 2016.
 */
export function triplet_margin_loss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginLossOptions = {},
): Tensor {
  const { margin = 1, p = 2, eps = 1e-6, swap = false, reduction } = options;
  requireSameShape("triplet_margin_loss", anchor, positive);
  requireSameShape("triplet_margin_loss", anchor, negative);
  requireFloat("triplet_margin_loss", anchor);
  const distance = (a: Tensor, b: Tensor) => norm(a.sub(b).add(eps), p, -1);
  const toNegative = distance(anchor, negative);
  const further = swap ? toNegative.minimum(distance(positive, negative)) : toNegative;
  const loss = notNegative(distance(anchor, positive).sub(further).add(margin));
  return reduced("triplet_margin_loss", loss, reduction);
}

export interface MultiMarginLossOptions extends MarginOptions {
  /** The exponent, 1 or 2. Default 1. */
  p?: 1 | 2;
  /** A factor for each class. [classes] */
  weight?: Tensor | null;
}

/**
 * The sum over the other classes of max(margin - x[target] + x[class], 0)^p, by the number of classes. input: [batch,
 * classes] or [classes], target: int64 [batch] or []. `margin` is 1 unless given.
 */
export function multi_margin_loss(
  input: Tensor,
  target: Tensor,
  options: MultiMarginLossOptions = {},
): Tensor {
  const { margin = 1, p = 1, weight = null, reduction } = options;
  requireFloat("multi_margin_loss", input);
  if (input.rank < 1 || input.rank > 2 || !shapesEqual(target.shape, input.shape.slice(0, -1))) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `multi_margin_loss: expected [batch, classes] (or [classes]) and targets [batch] (or []), got ${formatShape(input.shape)} and ${formatShape(target.shape)}`,
    );
  }
  if (p !== 1 && p !== 2) {
    throw new TransformersError("INVALID_ARGUMENT", `multi_margin_loss: p must be 1 or 2, not ${p}`);
  }
  const classes = input.shape.at(-1)!;
  const index = target.unsqueeze(-1);
  const above = notNegative(input.sub(input.gather(-1, index)).add(margin));
  const powered = p === 1 ? above : above.mul(above);
  const scaled =
    weight === null ? powered : powered.mul(weight.to(input.dtype).index_select(0, target).unsqueeze(-1));
  const others = where(arange(classes, { dtype: target.dtype }).eq(index), 0, scaled);
  return reduced("multi_margin_loss", others.sum(-1).div(dimTensor(classes, input.dtype)), reduction);
}
