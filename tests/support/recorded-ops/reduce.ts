import * as ops from "../../../src/tensor/index.js";
import { along, type Calls, reduction } from "./call.js";

export const calls: Calls = {
  sum: reduction(ops.sum),
  mean: reduction(ops.mean),
  amax: reduction(ops.amax),
  amin: reduction(ops.amin),
  // torch.max over an axis gives its gradient to one of equal values; the recorded ones have none.
  max: reduction(ops.amax),
  min: reduction(ops.amin),
  all: reduction(ops.all),
  any: reduction(ops.any),
  logsumexp: reduction(ops.logsumexp),
  var: ([x], { dim, ...options }) => ops.variance(x!, dim ?? null, options),
  argmax: along(ops.argmax),
  argmin: along(ops.argmin),
  cumsum: along(ops.cumsum),
};
