import * as ops from "../../../src/tensor/index.js";
import { below, caseList, positive, single } from "./case.js";

const { cases, on } = caseList();

on("cross_entropy", [["n", 5], below(5, "n")], (logits, targets) =>
  ops.cross_entropy(logits, targets, { label_smoothing: 0.1 }),
);
on("cross_entropy over an axis between others", [["n", 5, "n"], below(5, "n", "n")], (logits, targets) =>
  ops.cross_entropy(logits, targets, { reduction: "none" }),
);
on("cross_entropy of a symbolic number of classes", [["n", "n"], below(1, "n")], (logits, targets) =>
  ops.cross_entropy(logits, targets, { label_smoothing: 0.3 }),
);
on("nll_loss", [["n", 5], below(5, "n")], (logits, targets) =>
  ops.nll_loss(ops.log_softmax(logits, 1), targets),
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
on("binary_cross_entropy", [["n", 5], positive("n", 5)], (logits, target) =>
  ops.binary_cross_entropy(ops.sigmoid(logits), target),
);
on(
  "huber_loss",
  [
    ["n", 5],
    ["n", 5],
  ],
  (x, y) => ops.huber_loss(x, y, { delta: 0.7 }),
);
on("poisson_nll_loss", [["n", 5], positive("n", 5)], (x, y) => ops.poisson_nll_loss(x, y, { full: true }));
on("gaussian_nll_loss", [["n", 5], ["n", 5], positive("n")], (x, y, variance) =>
  ops.gaussian_nll_loss(x, y, variance),
);
on(
  "cosine_similarity",
  [
    ["n", 1, 4],
    ["n", 4],
  ],
  (x, y) => ops.cosine_similarity(x, y, { dim: -1 }),
);
on("cosine_embedding_loss", [["n", 4], ["n", 4], below(2, "n")], (x, y, target) =>
  ops.cosine_embedding_loss(x, y, target.mul(2).sub(1), { margin: -0.5 }),
);
on(
  "triplet_margin_loss",
  [
    ["n", 4],
    ["n", 4],
    ["n", 4],
  ],
  (a, b, c) => ops.triplet_margin_loss(a, b, c, { swap: true, margin: 4 }),
);
on("margin_ranking_loss", [["n"], ["n"], below(2, "n")], (x, y, target) =>
  ops.margin_ranking_loss(x, y, target.mul(2).sub(1), { margin: 0.7 }),
);
on("hinge_embedding_loss", [["n", 3], below(2, "n", 3)], (x, target) =>
  ops.hinge_embedding_loss(x, target.mul(2).sub(1)),
);
on("multi_margin_loss", [["n", 5], below(5, "n")], (x, target) => ops.multi_margin_loss(x, target, { p: 2 }));

export const lossesCases = cases;
