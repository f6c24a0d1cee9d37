import * as ops from "../../../src/tensor/index.js";
import type { Call, Calls } from "./call.js";

type Pooling = (x: ops.Tensor, window: never, options: never) => ops.Tensor | ops.Tensor[];

const windowed =
  (op: Pooling): Call =>
  ([x], { kernel_size, ...options }) =>
    op(x!, kernel_size as never, options as never);

const adaptive =
  (op: Pooling): Call =>
  ([x], { output_size, ...options }) =>
    op(x!, output_size as never, options as never);

export const calls: Calls = {
  max_pool1d: windowed(ops.max_pool1d),
  max_pool2d: windowed(ops.max_pool2d),
  max_pool3d: windowed(ops.max_pool3d),
  avg_pool1d: windowed(ops.avg_pool1d),
  avg_pool2d: windowed(ops.avg_pool2d),
  avg_pool3d: windowed(ops.avg_pool3d),
  "square of max_pool2d": windowed((x, size, options) =>
    ops.max_pool2d(x, size, options as ops.PoolOptions).square(),
  ),
  "square of avg_pool2d": windowed((x, size, options) => ops.avg_pool2d(x, size, options).square()),
  adaptive_avg_pool1d: adaptive(ops.adaptive_avg_pool1d),
  adaptive_avg_pool2d: adaptive(ops.adaptive_avg_pool2d),
  adaptive_avg_pool3d: adaptive(ops.adaptive_avg_pool3d),
  adaptive_max_pool1d: adaptive(ops.adaptive_max_pool1d),
  adaptive_max_pool2d: adaptive(ops.adaptive_max_pool2d),
  adaptive_max_pool3d: adaptive(ops.adaptive_max_pool3d),
};
