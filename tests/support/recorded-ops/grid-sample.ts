import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

export const calls: Calls = {
  grid_sample: ([input, grid], options) => ops.grid_sample(input!, grid!, options as ops.GridSampleOptions),
  affine_grid: ([theta], { size, ...options }) =>
    ops.affine_grid(theta!, size as number[], options as { align_corners: boolean }),
};
