import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

export const calls: Calls = {
  "Tensor.unfold": ([x], { dimension, size, step }) =>
    x!.unfold(dimension as number, size as number, step as number),
  unfold: ([x], { kernel_size, ...options }) => ops.unfold(x!, kernel_size as number, options as never),
  fold: ([x], { output_size, kernel_size, ...options }) =>
    ops.fold(x!, output_size as number, kernel_size as number, options as never),
  pixel_shuffle: ([x], { upscale_factor }) => ops.pixel_shuffle(x!, upscale_factor as number),
  pixel_unshuffle: ([x], { downscale_factor }) => ops.pixel_unshuffle(x!, downscale_factor as number),
};
