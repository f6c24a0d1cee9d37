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
  unflatten: ([x], { dim, sizes }) => ops.unflatten(x!, dim as number, sizes as number[]),
  view_as: ([x, other]) => ops.view_as(x!, other!),
  swapaxes: ([x], { axis0, axis1 }) => ops.swapaxes(x!, axis0 as number, axis1 as number),
  movedim: ([x], { source, destination }) => ops.movedim(x!, source as number, destination as number),
  broadcast_to: ([x], { size }) => ops.broadcast_to(x!, size as number[]),
  expand_as: ([x, other]) => ops.expand_as(x!, other!),
  repeat: ([x], { sizes }) => ops.repeat(x!, sizes as number[]),
  tile: ([x], { dims }) => ops.tile(x!, dims!),
  repeat_interleave: ([x, counts], { repeats, dim, output_size }) =>
    ops.repeat_interleave(x!, (repeats as number) ?? counts, (dim as number) ?? null, {
      output_size: output_size as number,
    }),
  meshgrid: (tensors, { indexing }) => ops.meshgrid(tensors, { indexing: indexing as "ij" }),
  unbind: ([x], { dim }) => ops.unbind(x!, dim as number),
  narrow: ([x], { dim, start, length }) => ops.narrow(x!, dim as number, start as number, length as number),
  roll: ([x], { shifts, dims }) => ops.roll(x!, shifts as number, dims),
  rot90: ([x], { k, dims }) => ops.rot90(x!, k as number, dims as [number, number]),
  diagonal: ([x], options) => ops.diagonal(x!, options as never),
  diag: ([x], { diagonal }) => ops.diag(x!, diagonal as number),
  diag_embed: ([x], options) => ops.diag_embed(x!, options as never),
  trace: ([x]) => ops.trace(x!),
  flip: ([x], { dims }) => ops.flip(x!, dims!),
  tril: ([x], { diagonal }) => ops.tril(x!, diagonal as number),
  triu: ([x], { diagonal }) => ops.triu(x!, diagonal as number),
};
