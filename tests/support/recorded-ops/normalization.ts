import * as ops from "../../../src/tensor/index.js";
import { along, type Calls } from "./call.js";

export const calls: Calls = {
  softmax: along(ops.softmax),
  log_softmax: along(ops.log_softmax),
  layer_norm: ([x, weight, bias], { normalized_shape, eps }) =>
    ops.layer_norm(x!, normalized_shape as number[], weight, bias, eps as number),
  rms_norm: ([x, weight], { normalized_shape, eps }) =>
    ops.rms_norm(x!, normalized_shape as number[], weight, eps as number),
  group_norm: ([x, weight, bias], { num_groups, eps }) =>
    ops.group_norm(x!, num_groups as number, weight, bias, eps as number),
  instance_norm: ([x, mean, variance, weight, bias], options) =>
    ops.instance_norm(x!, mean, variance, weight, bias, options as ops.InstanceNormOptions),
  local_response_norm: ([x], { size, ...options }) =>
    ops.local_response_norm(x!, size as number, options as ops.LocalResponseNormOptions),
  batch_norm: ([x, mean, variance, weight, bias], options) =>
    ops.batch_norm(x!, mean ?? null, variance ?? null, weight, bias, options as ops.BatchNormOptions),
};
