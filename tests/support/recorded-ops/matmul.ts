import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

export const calls: Calls = {
  matmul: ([a, b]) => ops.matmul(a!, b!),
  linear: ([x, weight, bias]) => ops.linear(x!, weight!, bias),
  "tanh of matmul chain": ([a, b, c]) => a!.matmul(b!).tanh().matmul(c!),
};
