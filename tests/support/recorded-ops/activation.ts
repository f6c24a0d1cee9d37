import * as ops from "../../../src/tensor/index.js";
import { type Calls, unary } from "./call.js";

export const calls: Calls = {
  relu: unary(ops.relu),
  leaky_relu: unary(ops.leaky_relu),
  gelu: unary(ops.gelu),
  quick_gelu: unary(ops.quick_gelu),
  silu: unary(ops.silu),
  mish: unary(ops.mish),
  relu6: unary(ops.relu6),
  elu: unary(ops.elu),
  softplus: unary(ops.softplus),
};
