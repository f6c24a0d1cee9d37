import { TransformersError } from "../../errors.js";
import { dimsEqual, formatShape } from "../../onnx/dim.js";
import { type DType, dtypes } from "../../runtime/dtype.js";
import type { Shape } from "../node.js";
import type { Tensor } from "../tensor.js";
import { batchwise } from "./convolution.js";
import { tensor } from "./creation.js";
import { inFloat32, requireFloat } from "./operands.js";
import { maxima, meansOverWindows, type Pool, relocated } from "./pooling.js";

/**
 * Pooling to a given size. Window i of an axis runs from floor(i * in / out) up to ceil((i + 1) * in / out), not
 * included: where `out` divides `in`, these are windows of one length side by side.
 */

/** A size for all spatial axes, or one for each; null keeps an axis as it is. */
export type OutputSize = number | null | readonly (number | null)[];

export interface AdaptiveMaxPoolOptions {
  /** Give also the positions of the maxima, counted over the spatial axes of the input (int64). Default false. */
  return_indices?: boolean;
}

/** Means over windows of the last axis that give `output_size` of them. x: [batch, channels, length] or without batch. */
export function adaptive_avg_pool1d(x: Tensor, output_size: OutputSize): Tensor {
  return adaptiveAvgPool(1, x, output_size);
}

/** The same over the last two axes. */
export function adaptive_avg_pool2d(x: Tensor, output_size: OutputSize): Tensor {
  return adaptiveAvgPool(2, x, output_size);
}

/** The same over the last three axes. */
export function adaptive_avg_pool3d(x: Tensor, output_size: OutputSize): Tensor {
  return adaptiveAvgPool(3, x, output_size);
}

function adaptiveAvgPool(rank: number, x: Tensor, output_size: OutputSize): Tensor {
  const name = `adaptive_avg_pool${rank}d`;
  const size = outputSize(name, rank, x, output_size);
  const spatial = size.map((_, i) => i - rank);
  if (size.every((dim) => dim === 1)) return x.mean(spatial, true);
  const known = knownSizes(name, x, size);
  const windows = evenWindows(known);
  if (windows !== null) {
    return batchwise(rank, x, (batched) => inFloat32(batched, (image) => meansOverWindows(image, windows)));
  }
  return inFloat32(x, (wide) =>
    known.reduce((part, { from, to }, i) => {
      if (from === to) return part;
      const averaged = part.transpose(i - rank, -1).matmul(averagingMatrix(from, to, wide.dtype));
      return averaged.transpose(i - rank, -1);
    }, wide),
  );
}

/** [from, to]: column i holds 1 / its length on the rows of window i. */
function averagingMatrix(from: number, to: number, dtype: DType): Tensor {
  const data = new dtypes[dtype].array(from * to);
  for (const [i, { start, end }] of windowsOf(from, to).entries()) {
    for (let row = start; row < end; row++) data[row * to + i] = 1 / (end - start);
  }
  return tensor(data, { shape: [from, to], dtype, device: null });
}

/**
 * The largest entry of each of `output_size` windows over the last axis. x: [batch, channels, length] or without
 * batch. With `return_indices` also its position.
 */
export function adaptive_max_pool1d(
  x: Tensor,
  output_size: OutputSize,
  options: AdaptiveMaxPoolOptions & { return_indices: true },
): [Tensor, Tensor];
export function adaptive_max_pool1d(
  x: Tensor,
  output_size: OutputSize,
  options?: AdaptiveMaxPoolOptions & { return_indices?: false },
): Tensor;
export function adaptive_max_pool1d(
  x: Tensor,
  output_size: OutputSize,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | [Tensor, Tensor] {
  return adaptiveMaxPool(1, x, output_size, options);
}

/** The same over the last two axes. */
export function adaptive_max_pool2d(
  x: Tensor,
  output_size: OutputSize,
  options: AdaptiveMaxPoolOptions & { return_indices: true },
): [Tensor, Tensor];
export function adaptive_max_pool2d(
  x: Tensor,
  output_size: OutputSize,
  options?: AdaptiveMaxPoolOptions & { return_indices?: false },
): Tensor;
export function adaptive_max_pool2d(
  x: Tensor,
  output_size: OutputSize,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | [Tensor, Tensor] {
  return adaptiveMaxPool(2, x, output_size, options);
}

/** The same over the last three axes. */
export function adaptive_max_pool3d(
  x: Tensor,
  output_size: OutputSize,
  options: AdaptiveMaxPoolOptions & { return_indices: true },
): [Tensor, Tensor];
export function adaptive_max_pool3d(
  x: Tensor,
  output_size: OutputSize,
  options?: AdaptiveMaxPoolOptions & { return_indices?: false },
): Tensor;
export function adaptive_max_pool3d(
  x: Tensor,
  output_size: OutputSize,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | [Tensor, Tensor] {
  return adaptiveMaxPool(3, x, output_size, options);
}

function adaptiveMaxPool(
  rank: number,
  x: Tensor,
  output_size: OutputSize,
  options: AdaptiveMaxPoolOptions,
): Tensor | [Tensor, Tensor] {
  const name = `adaptive_max_pool${rank}d`;
  const known = knownSizes(name, x, outputSize(name, rank, x, output_size));
  const unbatched = x.rank === rank + 1;
  const image = unbatched ? x.unsqueeze(0) : x;
  const windows = evenWindows(known);
  const found = windows === null ? maximaOfUneven(image, known) : maxima(image, windows);
  const [values, indices] = unbatched ? found.map((each) => each.squeeze(0)) : found;
  return options.return_indices ? [values!, indices!] : values!;
}

/** Windows of different lengths get one length by repeating their last entry, which changes no maximum. */
function maximaOfUneven(x: Tensor, sizes: readonly Sizes[]): readonly [Tensor, Tensor] {
  const kernel = sizes.map(({ from, to }) =>
    Math.max(...windowsOf(from, to).map(({ start, end }) => end - start)),
  );
  const places = sizes.map(({ from, to }, i) => {
    if (from === to) return null;
    const rows = windowsOf(from, to).flatMap(({ start, end }) =>
      Array.from({ length: kernel[i]! }, (_, j) => Math.min(start + j, end - 1)),
    );
    return tensor(BigInt64Array.from(rows, BigInt), { device: null });
  });
  const repeated = places.reduce<Tensor>(
    (part, rows, i) => (rows ? part.index_select(2 + i, rows) : part),
    x,
  );
  const [values, indices] = maxima(repeated, sideBySide(kernel));
  const lookUp = (coordinate: Tensor, axis: number): Tensor =>
    places[axis]?.index_select(0, coordinate) ?? coordinate;
  return [values, relocated(indices, repeated.shape.slice(2), x.shape.slice(2), lookUp)];
}

interface Sizes {
  readonly from: number;
  readonly to: number;
}

function windowsOf(from: number, to: number): { start: number; end: number }[] {
  return Array.from({ length: to }, (_, i) => ({
    start: Math.floor((i * from) / to),
    end: Math.ceil(((i + 1) * from) / to),
  }));
}

/** The windows where all are of one length, side by side; null where they are not. */
function evenWindows(sizes: readonly Sizes[]): Pool | null {
  if (sizes.some(({ from, to }) => from % to !== 0)) return null;
  return sideBySide(sizes.map(({ from, to }) => from / to));
}

function sideBySide(kernel: readonly number[]): Pool {
  return { kernel, stride: kernel, dilation: kernel.map(() => 1), padding: kernel.map(() => [0, 0]) };
}

function outputSize(name: string, rank: number, x: Tensor, output_size: OutputSize): Shape {
  requireFloat(name, x);
  if (x.rank !== rank + 1 && x.rank !== rank + 2) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${name}: the input must have ${rank + 2} axes [batch, channels, ...], or ${rank + 1} without batch; got ${x}`,
    );
  }
  const given = Array.isArray(output_size)
    ? (output_size as readonly (number | null)[])
    : [output_size as number | null];
  const each = given.length === 1 ? Array<number | null>(rank).fill(given[0]!) : given;
  if (each.length !== rank || each.some((dim) => dim !== null && !(Number.isInteger(dim) && dim > 0))) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${name}: output_size is [${given.join(", ")}]; expected a whole number from 1 (or null), or ${rank} of them`,
    );
  }
  return each.map((dim, i) => dim ?? x.shape[x.rank - rank + i]!);
}

function knownSizes(name: string, x: Tensor, size: Shape): Sizes[] {
  return size.map((to, i) => {
    const from = x.shape[x.rank - size.length + i]!;
    if (dimsEqual(from, to) && typeof to !== "number") return { from: 1, to: 1 };
    if (typeof from === "number" && typeof to === "number" && from > 0) return { from, to };
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${name}: windows that give ${to} entries of axis ${x.rank - size.length + i} need its size, but the input is ${formatShape(x.shape)}`,
    );
  });
}
