import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

export const calls: Calls = {
  interpolate: ([input], options) => ops.interpolate(input!, options as ops.InterpolateOptions),
};
