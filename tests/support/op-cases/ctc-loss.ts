import * as ops from "../../../src/tensor/index.js";
import { below, caseList } from "./case.js";

const { cases, on } = caseList();

on(
  "ctc_loss",
  [[6, "n", 4], below(3, "n", 2), below(3, "n"), below(3, "n")],
  (logits, targets, heard, labels) =>
    ops.ctc_loss(ops.log_softmax(logits, 2), targets.add(1), heard.add(4), labels, { reduction: "none" }),
);
on("ctc_loss of any time", [["n", 2, 4], below(3, 2, 2)], (logits, targets) => {
  const time = ops.dimTensor(logits.shape[0]!, "int64").expand([2]);
  const lengths = ops.zeros([2], { dtype: "int64" });
  return ops.ctc_loss(ops.log_softmax(logits, 2), targets.add(1), time, lengths.add(1));
});

export const ctcLossCases = cases;
