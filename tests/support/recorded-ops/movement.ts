import * as ops from "../../../src/tensor/index.js";
import { along, type Calls } from "./call.js";

export const calls: Calls = {
  reshape: ([x], { shape }) => ops.reshape(x!, shape as number[]),
  flatten: ([x], { start_dim, end_dim }) => ops.flatten(x!, start_dim as number, end_dim as number),
  unsqueeze: along(ops.unsqueeze),
  squeeze: ([x], { dim }) => ops.squeeze(x!, dim as number),
  transpose: ([x], { dim0, dim1 }) => ops.transpose(x!, dim0 as number, dim1 as number),
  permute: ([x], { dims }) => ops.permute(x!, dims!),
  expand: ([x], { size }) => ops.expand(x!, size as number[]),
  cat: (tensors, { dim }) => ops.cat(tensors, dim as number),
  stack: (tensors, { dim }) => ops.stack(tensors, dim as number),
  split: ([x], { split_size_or_sections, dim }) =>
    ops.split(x!, split_size_or_sections as number, dim as number),
  chunk: ([x], { chunks, dim }) => ops.chunk(x!, chunks as number, dim as number),
  slice: ([x], { dim, start, end, step }) =>
    ops.slice(x!, dim as number, start === null ? 0 : (start as number), end as number, step as number),
  select: ([x], { dim, index }) => ops.select(x!, dim as number, index as number),
  flip: ([x], { dims }) => ops.flip(x!, dims!),
  tril: ([x], { diagonal }) => ops.tril(x!, diagonal as number),
  triu: ([x], { diagonal }) => ops.triu(x!, diagonal as number),
};
