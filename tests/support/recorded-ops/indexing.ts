import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

export const calls: Calls = {
  embedding: ([indices, weight], { padding_idx }) =>
    ops.embedding(indices!, weight!, { padding_idx: padding_idx as number }),
  gather: ([x, indices], { dim }) => ops.gather(x!, dim as number, indices!),
  take: ([x, indices]) => ops.take(x!, indices!),
  take_along_dim: ([x, indices], { dim }) => ops.take_along_dim(x!, indices!, (dim as number) ?? null),
  index_select: ([x, indices], { dim }) => ops.index_select(x!, dim as number, indices!),
  scatter_add: ([x, indices, source], { dim }) => ops.scatter_add(x!, dim as number, indices!, source!),
  one_hot: ([indices], { num_classes }) => ops.one_hot(indices!, num_classes as number),
};
