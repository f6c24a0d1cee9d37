import * as ops from "../../../src/tensor/index.js";
import type { Call, Calls } from "./call.js";

type Filtered = (x: ops.Tensor, weight: ops.Tensor, bias: ops.Tensor | null, options: never) => ops.Tensor;

const filtered =
  (op: Filtered): Call =>
  ([x, weight, bias], options) =>
    op(x!, weight!, bias ?? null, options as never);

const residualBlock: Call = ([x, weight, scale, shift, second]) => {
  const convolved = ops.conv2d(x!, weight!, null, { padding: 1 });
  const inner = ops.batch_norm(convolved, null, null, scale!, shift!, { training: true, eps: 1 });
  const outer = ops.conv2d(inner.tanh(), second!, null, { stride: 2, padding: 1 });
  const shortcut = x!.slice(2, 0, null, 2).slice(3, 0, null, 2);
  return ops.max_pool2d(outer.add(shortcut).tanh(), 2, { stride: 1 });
};

export const calls: Calls = {
  "residual block": residualBlock,
  conv1d: filtered(ops.conv1d),
  conv2d: filtered(ops.conv2d),
  conv3d: filtered(ops.conv3d),
  conv_transpose1d: filtered(ops.conv_transpose1d),
  conv_transpose2d: filtered(ops.conv_transpose2d),
  conv_transpose3d: filtered(ops.conv_transpose3d),
};
