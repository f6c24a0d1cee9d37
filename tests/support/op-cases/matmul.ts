import * as ops from "../../../src/tensor/index.js";
import { caseList } from "./case.js";

const { cases, on } = caseList();

// Products
on(
  "matmul",
  [
    ["n", 2, 3],
    ["n", 3, 4],
  ],
  (a, b) => ops.matmul(a, b),
);
on(
  "matmul of batches by one",
  [
    ["n", 2, "n", 3],
    [3, 4],
  ],
  (a, b) => ops.matmul(a, b, { alpha: 0.5 }),
);
on(
  "matmul of one by batches",
  [
    [2, 3],
    ["n", 3, 4],
  ],
  (a, b) => ops.matmul(a, b),
);
on("matmul with itself, transposed", [["n", 3]], (x) => ops.matmul(x, x.mT));
on("matmul of vectors", [["n"], ["n"]], (a, b) => ops.matmul(a, b));
on("linear", [["n", 2, 3], [4, 3], [4]], (x, w, b) => ops.linear(x, w, b));

export const matmulCases = cases;
