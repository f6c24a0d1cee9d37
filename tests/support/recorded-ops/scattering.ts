import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

export const calls: Calls = {
  scatter: ([x, indices, source], { dim, value, reduce }) =>
    ops.scatter(x!, dim as number, indices!, (value as number) ?? source, { reduce: reduce as "add" }),
  scatter_reduce: ([x, indices, source], { dim, reduce, include_self }) =>
    ops.scatter_reduce(x!, dim as number, indices!, source!, reduce as ops.ScatterReduction, {
      include_self: include_self as boolean,
    }),
  index_add: ([x, index, source], { dim, alpha }) =>
    ops.index_add(x!, dim as number, index!, source!, { alpha: alpha as number }),
  index_copy: ([x, index, source], { dim }) => ops.index_copy(x!, dim as number, index!, source!),
  index_fill: ([x, index], { dim, value }) => ops.index_fill(x!, dim as number, index!, value as number),
  masked_scatter: ([x, mask, source]) => ops.masked_scatter(x!, mask!, source!),
};
