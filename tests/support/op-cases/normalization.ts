import * as ops from "../../../src/tensor/index.js";
import { caseList, positive, single } from "./case.js";

const { cases, on } = caseList();

on("softmax", [["n", 4]], (x) => ops.softmax(x, 0));
on("log_softmax", [["n", 4]], (x) => ops.log_softmax(x, -1));
on("layer_norm", [["n", 2, 4], positive(2, 4), [2, 4]], (x, w, b) => ops.layer_norm(x, [2, 4], w, b));
on(
  "layer_norm in float32",
  [["n", 2, 4], positive(2, 4), [2, 4]],
  (x, w, b) => ops.layer_norm(x, [2, 4], w, b),
  single,
);
on("layer_norm without bias", [["n", 4], positive(4)], (x, w) => ops.layer_norm(x, [4], w));

export const normalizationCases = cases;
