import * as ops from "../../../src/tensor/index.js";
import { below, caseList, positive, single } from "./case.js";

const { cases, on } = caseList();

// Losses
on("cross_entropy", [["n", 5], below(5, "n")], (logits, targets) =>
  ops.cross_entropy(logits, targets, { label_smoothing: 0.1 }),
);
on("kl_div", [["n", 5], positive("n", 5)], (logits, target) =>
  ops.kl_div(ops.log_softmax(logits, 1), target, { reduction: "batchmean" }),
);
on(
  "binary_cross_entropy_with_logits",
  [["n", 5], positive("n", 5)],
  (logits, target) => ops.binary_cross_entropy_with_logits(logits, target),
  single,
);

export const lossesCases = cases;
