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
  selu: unary(ops.selu),
  celu: unary(ops.celu),
  hardswish: unary(ops.hardswish),
  hardsigmoid: unary(ops.hardsigmoid),
  hardtanh: unary(ops.hardtanh),
  logsigmoid: unary(ops.logsigmoid),
  "logsigmoid times exp": ([x]) => ops.logsigmoid(x!).mul(x!.exp()),
  softsign: unary(ops.softsign),
  prelu: ([x, weight]) => ops.prelu(x!, weight!),
  glu: ([x], { dim }) => ops.glu(x!, dim as number | undefined),
};
