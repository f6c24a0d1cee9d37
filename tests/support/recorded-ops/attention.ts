import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

export const calls: Calls = {
  scaled_dot_product_attention: ([query, key, value, mask], options) =>
    ops.scaledDotProductAttention(query!, key!, value!, { mask, ...options }),
  "scaled_dot_product_attention itself": ([query, key, value, attn_mask], options) =>
    ops.scaled_dot_product_attention(query!, key!, value!, { attn_mask, ...options }),
};
