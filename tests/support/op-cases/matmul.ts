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

on(
  "bmm",
  [
    ["n", 2, 3],
    ["n", 3, 4],
  ],
  (a, b) => ops.bmm(a, b),
);
on("products of vectors", [["n"], ["n"]], (a, b) => [ops.outer(a, b), ops.dot(a, b)]);
on("addmm", [[4], ["n", 3], [3, 4]], (x, a, b) => ops.addmm(x, a, b, { beta: 0.5, alpha: -2 }));
on(
  "einsum of scores",
  [
    [2, "n", 3, 4],
    [2, 5, 3, 4],
  ],
  (q, k) => ops.einsum("bihd,bjhd->bhij", [q, k]),
);
on(
  "einsum over a symbolic size",
  [
    [2, 3, "n"],
    ["n", 2, 4],
  ],
  (a, b) => ops.einsum("hin,nhd->hid", [a, b]),
);
on(
  "einsum of three",
  [
    ["n", 3],
    [3, 4],
    ["n", 4],
  ],
  (a, b, c) => ops.einsum("...i,ij,...j", [a, b, c]),
);
on("einsum of a diagonal", [["n", "n", 2]], (x) => ops.einsum("iij->ji", [x]));
on(
  "tensordot",
  [
    ["n", 2, 3],
    [3, 4, "n"],
  ],
  (a, b) =>
    ops.tensordot(a, b, [
      [2, 0],
      [0, 2],
    ]),
);
on(
  "cdist",
  [
    ["n", 3],
    [4, 3],
  ],
  (a, b) => [ops.cdist(a, b), ops.cdist(a, b, { p: 1.5 })],
);

export const matmulCases = cases;
