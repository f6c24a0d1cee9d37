import type { DType, NestedList, Tensor } from "../../../src/tensor/index.js";
import * as ops from "../../../src/tensor/index.js";
import type { Call, Calls } from "./call.js";

/** An op that makes a tensor of nothing but its options. */
const made =
  (op: (options: Record<string, never>, dtype: ops.DTypeOptions) => Tensor): Call =>
  (_, { dtype, ...options }) =>
    op(options as Record<string, never>, dtype === undefined ? {} : { dtype: dtype as DType });

const like =
  (op: (x: Tensor, value: number, dtype: ops.DTypeOptions) => Tensor): Call =>
  ([x], { fill_value, dtype }) =>
    op(x!, fill_value as number, dtype === undefined ? {} : { dtype: dtype as DType });

export const calls: Calls = {
  zeros: made(({ size }, dtype) => ops.zeros(size, dtype)),
  ones: made(({ size }, dtype) => ops.ones(size, dtype)),
  full: made(({ size, fill_value }, dtype) => ops.full(size, fill_value, dtype)),
  zeros_like: like((x, _, dtype) => ops.zeros_like(x, dtype)),
  ones_like: like((x, _, dtype) => ops.ones_like(x, dtype)),
  full_like: like(ops.full_like),
  arange: made(({ start, end, step }, dtype) => ops.arange(start, end, step, dtype)),
  linspace: made(({ start, end, steps }, dtype) => ops.linspace(start, end, steps, dtype)),
  eye: made(({ n, m }, dtype) => ops.eye(n, m, dtype)),
  tensor: made(({ data }, dtype) => ops.tensor(data as NestedList, dtype)),
};
