import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

export const calls: Calls = {
  pad: ([x], { pad, mode, value }) =>
    ops.pad(x!, pad as number[], {
      mode: mode as ops.PadOptions["mode"],
      value:
        value === undefined ? undefined : value === "-Infinity" ? Number.NEGATIVE_INFINITY : Number(value),
    }),
};
