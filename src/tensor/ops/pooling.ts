import { TransformersError } from "../../errors.js";
import { addDims, type Dim, formatShape, multiplyDims, productOfDims } from "../../onnx/dim.js";
import { Value } from "../../onnx/graph.js";
import { type Window, windowAttributes } from "../../onnx/window.js";
import type { DType } from "../../runtime/dtype.js";
import { apply, applyOp, defineOp, type Shape, type TensorType } from "../node.js";
import type { Tensor } from "../tensor.js";
import { batchwise, type PerAxis, perAxis, transposedTo, windowedSize } from "./convolution.js";
import { dimTensor, full, ones, zeros } from "./creation.js";
import { inFloat32, requireFloat } from "./operands.js";
import { padAxes } from "./padding.js";
import { preciseConvolution } from "./precise-convolution.js";

/** Windows over the spatial axes. */
export interface Pool extends Window {
  readonly kernel: readonly number[];
}

export interface PoolOptions {
  /** How far the window moves. Default: the kernel's size. */
  stride?: PerAxis | null;
  /** What is put on both sides of each axis, at most half of the kernel. Default 0. */
  padding?: PerAxis;
  /** Also windows that reach beyond the end, if they begin before it. Default false. */
  ceil_mode?: boolean;
}

export interface MaxPoolOptions extends PoolOptions {
  /** How far apart the entries of a window are. Default 1. */
  dilation?: PerAxis;
  /** Give also the positions of the maxima, counted over the spatial axes of the input (int64). Default false. */
  return_indices?: boolean;
}

export interface AvgPoolOptions extends PoolOptions {
  /** Count the padding among what is averaged. Default true. */
  count_include_pad?: boolean;
  /** What sums are divided by, instead of the number of entries; not for avg_pool1d. Default null. */
  divisor_override?: number | null;
}

function pooledType(name: string, { dtype, shape }: TensorType, pool: Pool): TensorType {
  const size = pool.kernel.map((length, i) => {
    const out = windowedSize(shape[2 + i]!, length, i, pool);
    if (typeof out === "number" && out < 1) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `${name}: the window of ${pool.dilation[i]! * (length - 1) + 1} entries does not fit into axis ${2 + i} of the input ${formatShape(shape)} with padding ${pool.padding[i]!.join(" and ")}`,
      );
    }
    return out;
  });
  return { dtype, shape: [...shape.slice(0, 2), ...size] };
}

function poolAttributes(pool: Pool) {
  return { ...windowAttributes(pool), kernel_shape: pool.kernel };
}

/** Outputs: the maxima, and their positions in the whole flattened input. Of equal ones the first counts. */
const maxPoolOp = defineOp<Pool>("max_pool", {
  infer: ([x], pool) => {
    const values = pooledType(`max_pool${pool.kernel.length}d`, x!, pool);
    return [values, { ...values, dtype: "int64" }];
  },
  onnx: (graph, [x], pool, [out]) => {
    const wide = x!.dtype === "float64" ? x! : graph.cast(x!, "float32");
    const [maxima, positions] = graph.nodeWithOutputs("MaxPool", [wide], 2, {
      attributes: poolAttributes(pool),
      shape: out!.shape,
    });
    return [
      graph.cast(maxima!, x!.dtype),
      new Value(positions!.name, "int64", out!.shape, positions!.producer),
    ];
  },
  gradient: ([dy], [x], [, positions]) => {
    const nothing = zeros([productOfDims(x!.shape)], { dtype: dy!.dtype });
    return [nothing.scatter_add(0, positions!.flatten(), dy!.flatten()).reshape(x!.shape)];
  },
});

/** Means over windows, with the padding counted. */
const avgPoolOp = defineOp<Pool>("avg_pool", {
  infer: ([x], pool) => pooledType(`avg_pool${pool.kernel.length}d`, x!, pool),
  onnx: (graph, [x], pool, [out]) =>
    graph.node("AveragePool", [x!], {
      attributes: { ...poolAttributes(pool), count_include_pad: 1 },
      shape: out!.shape,
    }),
  gradient: ([dy], [x], _outputs, pool) => {
    const [gradient, image] = [dy!, x!].map(asSingleChannels) as [Tensor, Tensor];
    return [
      transposedTo(image, gradient, meanFilter(pool, x!.dtype), { ...pool, groups: 1 }).reshape(x!.shape),
    ];
  },
});

/** Channels as images of their own: [batch * channels, 1, ...size]. */
function asSingleChannels(x: Tensor): Tensor {
  return x.reshape([multiplyDims(x.shape[0]!, x.shape[1]!), 1, ...x.shape.slice(2)]);
}

/** The filter whose convolution is the mean over a window. */
function meanFilter({ kernel }: Pool, dtype: DType): Tensor {
  const count = kernel.reduce((product, length) => product * length, 1);
  return full([1, 1, ...kernel], 1 / count, { dtype });
}

/**
 * The largest entry of each window over the last axis. x: [batch, channels, length] or [channels, length]. With
 * `return_indices` also its position. ONNX Runtime passes over a NaN that stands among numbers.
 */
export function max_pool1d(
  x: Tensor,
  kernel_size: PerAxis,
  options: MaxPoolOptions & { return_indices: true },
): [Tensor, Tensor];
export function max_pool1d(
  x: Tensor,
  kernel_size: PerAxis,
  options?: MaxPoolOptions & { return_indices?: false },
): Tensor;
export function max_pool1d(
  x: Tensor,
  kernel_size: PerAxis,
  options: MaxPoolOptions = {},
): Tensor | [Tensor, Tensor] {
  return maxPool(1, x, kernel_size, options);
}

/** The same over the last two axes. x: [batch, channels, height, width] or [channels, height, width]. */
export function max_pool2d(
  x: Tensor,
  kernel_size: PerAxis,
  options: MaxPoolOptions & { return_indices: true },
): [Tensor, Tensor];
export function max_pool2d(
  x: Tensor,
  kernel_size: PerAxis,
  options?: MaxPoolOptions & { return_indices?: false },
): Tensor;
export function max_pool2d(
  x: Tensor,
  kernel_size: PerAxis,
  options: MaxPoolOptions = {},
): Tensor | [Tensor, Tensor] {
  return maxPool(2, x, kernel_size, options);
}

/** The same over the last three. x: [batch, channels, depth, height, width] or [channels, depth, height, width]. */
export function max_pool3d(
  x: Tensor,
  kernel_size: PerAxis,
  options: MaxPoolOptions & { return_indices: true },
): [Tensor, Tensor];
export function max_pool3d(
  x: Tensor,
  kernel_size: PerAxis,
  options?: MaxPoolOptions & { return_indices?: false },
): Tensor;
export function max_pool3d(
  x: Tensor,
  kernel_size: PerAxis,
  options: MaxPoolOptions = {},
): Tensor | [Tensor, Tensor] {
  return maxPool(3, x, kernel_size, options);
}

function maxPool(
  rank: number,
  x: Tensor,
  kernel_size: PerAxis,
  options: MaxPoolOptions,
): Tensor | [Tensor, Tensor] {
  const name = `max_pool${rank}d`;
  const pool = poolOf(name, rank, x, kernel_size, options);
  const unbatched = x.rank === rank + 1;
  const found = maxima(unbatched ? x.unsqueeze(0) : x, pool);
  const [values, indices] = unbatched ? found.map((each) => each.squeeze(0)) : found;
  return options.return_indices ? [values!, indices!] : values!;
}

/** The maxima of an image with a batch, and their positions in its spatial axes. */
export function maxima(x: Tensor, pool: Pool): readonly [values: Tensor, indices: Tensor] {
  // ONNX Runtime takes no padding as wide as the kernel, which ceil_mode asks for where the window is dilated.
  const beyond = pool.padding.map(([, behind], i) => Math.max(behind - pool.kernel[i]! + 1, 0));
  const wider = padAxes(
    x,
    beyond.map((amount, i) => [2 + i, 0, amount] as const),
    Number.NEGATIVE_INFINITY,
  );
  const padding = pool.padding.map(([before, behind], i) => [before, behind - beyond[i]!] as const);
  const [values, positions] = applyOp(maxPoolOp, [wider], { ...pool, padding }) as [Tensor, Tensor];
  const [from, to]: [Shape, Shape] = [wider.shape.slice(2), x.shape.slice(2)];
  const indices = positions.remainder(dimTensor(productOfDims(from), "int64"));
  return [values, wider === x ? indices : relocated(indices, from, to)];
}

/**
 * Positions in axes of the sizes `from` as positions in axes of the sizes `to`; `lookUp` says where a coordinate
 * along an axis lies in the other.
 */
export function relocated(
  positions: Tensor,
  from: Shape,
  to: Shape,
  lookUp: (coordinate: Tensor, axis: number) => Tensor = (coordinate) => coordinate,
): Tensor {
  let rest = positions;
  let found: Tensor | null = null;
  for (let axis = from.length - 1; axis >= 0; axis--) {
    const size = dimTensor(from[axis]!, "int64");
    const step = dimTensor(productOfDims(to.slice(axis + 1)), "int64");
    const part = lookUp(rest.remainder(size), axis).mul(step);
    found = found === null ? part : found.add(part);
    rest = rest.div(size, { rounding_mode: "floor" });
  }
  return found!;
}

/** The mean of each window over the last axis. x: [batch, channels, length] or [channels, length]. */
export function avg_pool1d(
  x: Tensor,
  kernel_size: PerAxis,
  options: Omit<AvgPoolOptions, "divisor_override"> = {},
): Tensor {
  return avgPool(1, x, kernel_size, options);
}

/** The same over the last two axes. x: [batch, channels, height, width] or [channels, height, width]. */
export function avg_pool2d(x: Tensor, kernel_size: PerAxis, options: AvgPoolOptions = {}): Tensor {
  return avgPool(2, x, kernel_size, options);
}

/** The same over the last three. x: [batch, channels, depth, height, width] or [channels, depth, height, width]. */
export function avg_pool3d(x: Tensor, kernel_size: PerAxis, options: AvgPoolOptions = {}): Tensor {
  return avgPool(3, x, kernel_size, options);
}

function avgPool(rank: number, x: Tensor, kernel_size: PerAxis, options: AvgPoolOptions): Tensor {
  const name = `avg_pool${rank}d`;
  const pool = poolOf(name, rank, x, kernel_size, options);
  const { count_include_pad = true, divisor_override = null } = options;
  if (
    divisor_override !== null &&
    (rank === 1 || !(Number.isInteger(divisor_override) && divisor_override > 0))
  ) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      rank === 1
        ? `${name} has no divisor_override; avg_pool2d and avg_pool3d have`
        : `${name}: divisor_override is ${divisor_override}; expected a whole number from 1`,
    );
  }
  const averaged = (image: Tensor): Tensor => {
    const means = meansOverWindows(image, pool);
    if (divisor_override !== null) {
      const entries = pool.kernel.reduce((product, length) => product * length, 1);
      return means.mul(entries / divisor_override);
    }
    const counted = shareCounted(image, pool, count_include_pad);
    return counted === null ? means : means.div(counted);
  };
  return batchwise(rank, x, (batched) => inFloat32(batched, averaged));
}

/** Means over windows; what lies outside counts as 0. */
export function meansOverWindows(x: Tensor, pool: Pool): Tensor {
  if (x.dtype !== "float64" && !x.shape.includes(0)) return apply(avgPoolOp, [x], pool);
  const { shape } = avgPoolOp.infer([x], pool) as TensorType;
  if (x.shape.includes(0)) return zeros(shape, { dtype: x.dtype }).add(x.sum());
  const images = asSingleChannels(x);
  const size = [images.shape[0]!, 1, ...shape.slice(2)];
  return preciseConvolution(images, meanFilter(pool, x.dtype), { ...pool, groups: 1 }, size).reshape(shape);
}

/**
 * Which part of each window's entries is counted: [1, 1, ...]. What a window covers beyond the padding never is.
 * null where all are.
 */
function shareCounted(x: Tensor, pool: Pool, includesPadding: boolean): Tensor | null {
  const inside = pool.padding.map(([before]): [number, number] =>
    includesPadding ? [before, before] : [0, 0],
  );
  const outside = pool.padding.map(([before, behind], i): [number, number] => [
    before - inside[i]![0],
    behind - inside[i]![1],
  ]);
  if (outside.flat().every((amount) => amount === 0)) return null;
  const size = x.shape.slice(2).map((dim, i) => addDims(dim, inside[i]![0] + inside[i]![1]));
  return meansOverWindows(ones([1, 1, ...size], { dtype: x.dtype }), { ...pool, padding: outside });
}

function poolOf(
  name: string,
  rank: number,
  x: Tensor,
  kernel_size: PerAxis,
  { stride, padding, ceil_mode = false, dilation = 1 }: MaxPoolOptions,
): Pool {
  requireFloat(name, x);
  if (x.rank !== rank + 1 && x.rank !== rank + 2) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${name}: the input must have ${rank + 2} axes [batch, channels, ...], or ${rank + 1} without batch; got ${x}`,
    );
  }
  const kernel = perAxis(name, "kernel_size", kernel_size, rank, 1);
  const steps = perAxis(name, "stride", stride ?? kernel, rank, 1);
  const around = perAxis(name, "padding", padding ?? 0, rank, 0);
  const apart = perAxis(name, "dilation", dilation, rank, 1);
  around.forEach((amount, i) => {
    if (amount > kernel[i]! / 2) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `${name}: padding ${amount} is more than half of kernel_size ${kernel[i]}`,
      );
    }
  });
  const size = x.shape.slice(-rank);
  return {
    kernel,
    stride: steps,
    dilation: apart,
    padding: around.map((amount, i): [number, number] => {
      const reach = apart[i]! * (kernel[i]! - 1) + 1;
      return [amount, ceil_mode ? amount + overhang(name, size[i]!, reach, steps[i]!, amount) : amount];
    }),
  };
}

/** How far the last window reaches beyond the padding with ceil_mode. */
function overhang(name: string, size: Dim, reach: number, stride: number, padding: number): number {
  if (typeof size === "number") {
    const room = size + 2 * padding - reach;
    const last = Math.ceil(room / stride) * stride;
    return room >= 0 && last < size + padding ? last - room : 0;
  }
  // Where a window begins at the last entry at the latest, windows that reach beyond are as many as fit a longer axis.
  if (stride === 1 || reach >= stride + padding) return stride - 1;
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `${name}: ceil_mode with a stride ${stride} beyond the window needs a known size, but an axis has the symbolic size ${size}`,
  );
}
