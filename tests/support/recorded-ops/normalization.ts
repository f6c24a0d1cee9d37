import * as ops from "../../../src/tensor/index.js";
import { along, type Calls } from "./call.js";

export const calls: Calls = {
  softmax: along(ops.softmax),
  log_softmax: along(ops.log_softmax),
  layer_norm: ([x, weight, bias], { normalized_shape, eps }) =>
    ops.layer_norm(x!, normalized_shape as number[], weight, bias, eps as number),
};
