import type { DType, Tensor } from "../../../src/tensor/index.js";
import * as ops from "../../../src/tensor/index.js";
import { along, type Call, type Calls, reduction } from "./call.js";

/** An op of axes that may be asked for a dtype. */
const typed =
  (op: (x: Tensor, axes: ops.AxesArgument, keepdim: boolean, options: ops.DTypeOptions) => Tensor): Call =>
  ([x], { dim, keepdim, dtype }) =>
    op(x!, dim ?? null, keepdim ?? false, { dtype: dtype as DType });

const cumulative =
  (op: (x: Tensor, axis: number, options: ops.DTypeOptions) => Tensor): Call =>
  ([x], { dim, dtype }) =>
    op(x!, dim as number, { dtype: dtype as DType | undefined });

export const calls: Calls = {
  sum: reduction(ops.sum),
  "sum as dtype": typed(ops.sum),
  mean: reduction(ops.mean),
  "mean as dtype": typed(ops.mean),
  prod: reduction(ops.prod),
  "prod as dtype": typed(ops.prod),
  amax: reduction(ops.amax),
  amin: reduction(ops.amin),
  max: ([x], { dim, keepdim }) =>
    dim === undefined ? ops.max(x!) : ops.max(x!, dim as number, keepdim).values,
  min: ([x], { dim, keepdim }) =>
    dim === undefined ? ops.min(x!) : ops.min(x!, dim as number, keepdim).values,
  "max with indices": ([x], { dim, keepdim }) => {
    const { values, indices } = ops.max(x!, dim as number, keepdim);
    return [values, indices];
  },
  "min with indices": ([x], { dim, keepdim }) => {
    const { values, indices } = ops.min(x!, dim as number, keepdim);
    return [values, indices];
  },
  "max of two": ([a, b]) => ops.max(a!, b!),
  "min of two": ([a, b]) => ops.min(a!, b!),
  all: reduction(ops.all),
  any: reduction(ops.any),
  count_nonzero: ([x], { dim }) => ops.count_nonzero(x!, dim ?? null),
  logsumexp: reduction(ops.logsumexp),
  var: ([x], { dim, ...options }) => ops.var(x!, dim ?? null, options),
  std: ([x], { dim, ...options }) => ops.std(x!, dim ?? null, options),
  var_mean: ([x], { dim, ...options }) => ops.var_mean(x!, dim ?? null, options),
  std_mean: ([x], { dim, ...options }) => ops.std_mean(x!, dim ?? null, options),
  norm: ([x], { p = "fro", dim, keepdim, dtype }) =>
    ops.norm(x!, p === "fro" ? p : Number(String(p)), dim ?? null, keepdim, {
      dtype: dtype as DType | undefined,
    }),
  "torch.norm": ([x], { p, dim }) => ops.norm(x!, p as number, dim),
  argmax: along(ops.argmax),
  argmin: along(ops.argmin),
  cumsum: cumulative(ops.cumsum),
  "cumsum as dtype": cumulative(ops.cumsum),
  cumprod: cumulative(ops.cumprod),
  "cumprod as dtype": cumulative(ops.cumprod),
};
