import { TransformersError } from "../errors.js";
import {
  binary_cross_entropy_with_logits,
  cross_entropy,
  dimTensor,
  mse_loss,
  type Tensor,
} from "../tensor/index.js";
import type { PretrainedConfig } from "./configuration.js";

/**
 * The loss of a sequence classifier, by the configuration's `problem_type`; where that is null it is found from the
 * labels and remembered: one label is regression, int labels name one class, others say yes or no to each.
 */
export function sequenceClassificationLoss(logits: Tensor, labels: Tensor, config: PretrainedConfig): Tensor {
  const count = config.num_labels;
  const whole = labels.dtype === "int64" || labels.dtype === "int32";
  config.problem_type ??=
    count === 1
      ? "regression"
      : whole && labels.rank <= 1
        ? "single_label_classification"
        : "multi_label_classification";
  switch (config.problem_type) {
    case "regression": {
      const goal = labels.to(logits.dtype);
      return count === 1 ? mse_loss(logits.flatten(), goal.flatten()) : mse_loss(logits, goal);
    }
    case "single_label_classification":
      return cross_entropy(logits.reshape([-1, count]), labels.flatten());
    case "multi_label_classification":
      return binary_cross_entropy_with_logits(logits, labels.to(logits.dtype));
    default:
      throw new TransformersError(
        "CONFIG_INVALID",
        `problem_type is ${JSON.stringify(config.problem_type)}; expected regression, single_label_classification or multi_label_classification`,
      );
  }
}

/** Cross-entropy of each token's logits [..., classes] against labels [...]; -100 counts for nothing. */
export function tokenLoss(logits: Tensor, labels: Tensor): Tensor {
  return cross_entropy(logits.reshape([-1, logits.shape[logits.rank - 1]!]), labels.flatten());
}

/** The same, where each position predicts the next token. */
export function nextTokenLoss(logits: Tensor, labels: Tensor): Tensor {
  return tokenLoss(logits.slice(1, 0, -1), labels.slice(1, 1));
}

/** The mean loss of an answer's first and last position; positions outside the sequence count for nothing. */
export function spanLoss(start_logits: Tensor, end_logits: Tensor, starts: Tensor, ends: Tensor): Tensor {
  const length = dimTensor(start_logits.shape[1]!, "int64");
  const loss = (logits: Tensor, positions: Tensor) =>
    cross_entropy(logits, positions.flatten().maximum(0).minimum(length), { ignore_index: length });
  return loss(start_logits, starts).add(loss(end_logits, ends)).div(2);
}
