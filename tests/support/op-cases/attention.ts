import * as ops from "../../../src/tensor/index.js";
import { caseList, single } from "./case.js";

const { cases, on } = caseList();

on(
  "scaled_dot_product_attention",
  [
    [2, 3, "n", 4],
    [2, 3, 5, 4],
    [2, 3, 5, 2],
    ["n", 5],
  ],
  (q, k, v, mask) => ops.scaledDotProductAttention(q, k, v, { mask }),
  single,
);
on(
  "causal attention",
  [
    ["n", 2, "n", 4],
    ["n", 2, "n", 4],
    ["n", 2, "n", 4],
  ],
  (q, k, v) => ops.scaledDotProductAttention(q, k, v, { is_causal: true }),
  single,
);

export const attentionCases = cases;
