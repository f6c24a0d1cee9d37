import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

export const calls: Calls = {
  matmul: ([a, b]) => ops.matmul(a!, b!),
  mm: ([a, b]) => ops.mm(a!, b!),
  bmm: ([a, b]) => ops.bmm(a!, b!),
  mv: ([matrix, vector]) => ops.mv(matrix!, vector!),
  dot: ([a, b]) => ops.dot(a!, b!),
  outer: ([a, b]) => ops.outer(a!, b!),
  addmm: ([x, a, b], options) => ops.addmm(x!, a!, b!, options as never),
  baddbmm: ([x, a, b], options) => ops.baddbmm(x!, a!, b!, options as never),
  einsum: (operands, { equation }) => ops.einsum(equation as string, operands),
  tensordot: ([a, b], { dims }) => ops.tensordot(a!, b!, dims as unknown as number),
  cdist: ([a, b], options) => ops.cdist(a!, b!, options as never),
  linear: ([x, weight, bias]) => ops.linear(x!, weight!, bias),
  "tanh of matmul chain": ([a, b, c]) => a!.matmul(b!).tanh().matmul(c!),
};
