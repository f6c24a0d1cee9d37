import type { Tensor } from "../../../src/tensor/index.js";
import * as ops from "../../../src/tensor/index.js";
import type { Call, Calls } from "./call.js";

/** A loss of logits, targets and keywords, some of which are tensors. */
const loss =
  (op: (input: Tensor, target: Tensor, options: never) => Tensor): Call =>
  ([input, target, weight, pos_weight], options) =>
    op(input!, target!, {
      ...options,
      ...(weight ? { weight } : {}),
      ...(pos_weight ? { pos_weight } : {}),
    } as never);

/** A loss of several tensors and keywords. */
const tensors =
  (op: (...operands: never[]) => Tensor): Call =>
  (inputs, options) =>
    op(...(inputs as never[]), options as never);

export const calls: Calls = {
  cross_entropy: loss(ops.cross_entropy),
  nll_loss: loss(ops.nll_loss),
  mse_loss: loss(ops.mse_loss),
  l1_loss: loss(ops.l1_loss),
  smooth_l1_loss: loss(ops.smooth_l1_loss),
  binary_cross_entropy_with_logits: loss(ops.binary_cross_entropy_with_logits),
  kl_div: loss(ops.kl_div),
  huber_loss: loss(ops.huber_loss),
  binary_cross_entropy: loss(ops.binary_cross_entropy),
  poisson_nll_loss: loss(ops.poisson_nll_loss),
  gaussian_nll_loss: tensors(ops.gaussian_nll_loss),
  cosine_similarity: tensors(ops.cosine_similarity),
  cosine_embedding_loss: tensors(ops.cosine_embedding_loss),
  margin_ranking_loss: tensors(ops.margin_ranking_loss),
  hinge_embedding_loss: loss(ops.hinge_embedding_loss),
  triplet_margin_loss: tensors(ops.triplet_margin_loss),
  multi_margin_loss: loss(ops.multi_margin_loss),
  "multi_margin_loss weighted": loss(ops.multi_margin_loss),
};
