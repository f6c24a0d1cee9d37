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

on(
  "causal attention of grouped heads",
  [
    ["n", 4, "n", 8],
    ["n", 2, "n", 8],
    ["n", 2, "n", 8],
  ],
  (q, k, v) => ops.scaled_dot_product_attention(q, k, v, { is_causal: true, enable_gqa: true }),
  single,
);
on(
  "attention in float64",
  [
    [1, 2, "n", 3],
    [1, 2, 4, 3],
    [1, 2, 4, 3],
    ["n", 4],
  ],
  (q, k, v, mask) => ops.scaledDotProductAttention(q, k, v, { mask, scale: 0.8 }),
);

export const attentionCases = cases;
