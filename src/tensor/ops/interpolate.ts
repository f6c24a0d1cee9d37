import { TransformersError } from "../../errors.js";
import {
  type Dim,
  dimsEqual,
  floorDivideDims,
  formatShape,
  multiplyDims,
  productOfDims,
} from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import type { DType } from "../../runtime/dtype.js";
import { apply, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { arange, zeros } from "./creation.js";
import { inFloat32, requireFloat } from "./operands.js";
import { avg_pool1d, avg_pool2d, avg_pool3d } from "./pooling.js";
import {
  type Filter,
  linearPositions,
  nearestPositions,
  type SampledAxis,
  type Sampling,
  samplingMatrix,
} from "./sampling-matrix.js";
import { index_add } from "./scattering.js";

/** Sampling matrices of more elements than this are not made. */
const largestMatrix = 2 ** 24;

interface Resampling extends Sampling {
  axes: readonly SampledAxis[];
}

function resampledShape(shape: readonly Dim[], axes: readonly SampledAxis[]): Dim[] {
  return shape.map((dim, axis) => axes.find((sampled) => sampled.axis === axis)?.to ?? dim);
}

/**
 * Nearest values along axes that are not the first two, exact in every dtype. Inputs: x and for each axis the position of
 * the value at each of its places, int64 [to].
 */
const nearestOp = defineOp<Resampling>("interpolate_nearest", {
  infer: ([x], { axes }) => ({ dtype: x!.dtype, shape: resampledShape(x!.shape, axes) }),
  onnx: (graph, [x, ...positions], { axes, filter }, [out]) => {
    if (x!.dtype === "float32" && axes.every((axis) => isNearestInResize(filter, axis))) {
      return resize(graph, x!, out!.shape, {
        mode: "nearest",
        coordinate_transformation_mode: "asymmetric",
        nearest_mode: "floor",
      });
    }
    // The last axis first, which leaves longer rows to be copied for the others.
    return axes.reduceRight<Value>((value, axis, i) => {
      const shape = resampledShape(value.shape!, [axis]);
      return graph.node("Gather", [value, positions[i]!], { attributes: { axis: axis.axis }, shape });
    }, x!);
  },
  gradient: ([dy], [x, ...positions], _outputs, { axes, filter }) => {
    const factors = repetitions(x!, axes, filter);
    if (factors !== null) {
      const pool = [avg_pool1d, avg_pool2d, avg_pool3d][factors.length - 1]!;
      return [pool(dy!, factors).mul(factors.reduce((product, factor) => product * factor, 1))];
    }
    const dx = inFloat32(dy!, (wide) =>
      axes.reduceRight<Tensor>((part, axis, i) => {
        if (!isSmall(axis)) return index_add(before(part, axis), axis.axis, positions[i]!, part);
        const isThere = positions[i]!.unsqueeze(0).eq(arange(axis.from).unsqueeze(1)); // [from, to]
        return weighted(part, axis.axis, isThere.to(wide.dtype));
      }, wide),
    );
    return [dx, ...positions.map(() => null)];
  },
});

/** Zeros for the gradient of what an axis was before it was sampled. */
function before({ shape, dtype }: Tensor, { axis, from }: SampledAxis): Tensor {
  return zeros(
    shape.map((dim, i) => (i === axis ? from : dim)),
    { dtype },
  );
}

/**
 * Whether ONNX's Resize, which divides by to / from where PyTorch multiplies by from / to, finds the same positions
 * though both round to float32.
 */
function isNearestInResize(filter: Filter, { from, to, ratio }: SampledAxis): boolean {
  if (filter !== "nearest" || typeof from !== "number" || typeof to !== "number") return false;
  const step = Math.fround(ratio ?? from / to);
  const scale = Math.fround(to / from);
  for (let i = 0; i < to; i++) {
    const ours = Math.min(Math.floor(Math.fround(i * step)), from - 1);
    if (ours !== Math.min(Math.floor(Math.fround(i / scale)), from - 1)) return false;
  }
  return true;
}

/** How often each value is repeated along each spatial axis, where that is the same number of times for all. */
function repetitions(x: Tensor, axes: readonly SampledAxis[], filter: Filter): number[] | null {
  const factors = x.shape.slice(2).map((_, i) => {
    const sampled = axes.find(({ axis }) => axis === i + 2);
    if (sampled === undefined) return 1;
    const factor = (sampled.to as number) / (sampled.from as number); // NaN for symbolic sizes
    return isNearestInResize(filter, sampled) ? factor : Number.NaN;
  });
  return x.dtype === "float32" && factors.every(Number.isInteger) ? factors : null;
}

/** Linear along axes that are not the first two, of float32. */
const linearOp = defineOp<Resampling>("interpolate_linear", {
  infer: ([x], { axes }) => ({ dtype: x!.dtype, shape: resampledShape(x!.shape, axes) }),
  onnx: (graph, [x], { align_corners }, [out]) =>
    resize(graph, x!, out!.shape, {
      mode: "linear",
      coordinate_transformation_mode: align_corners ? "align_corners" : "half_pixel",
    }),
  gradient: ([dy], _inputs, _outputs, { axes, ...sampling }) => [
    axes.reduceRight<Tensor>(
      (part, axis) =>
        isSmall(axis)
          ? weighted(part, axis.axis, samplingMatrix(sampling, axis, dy!.dtype).mT)
          : spread(part, axis, sampling.align_corners),
      dy!,
    ),
  ],
});

/** Each value of the gradient shared by the two positions that it lies between. */
function spread(dy: Tensor, axis: SampledAxis, align_corners: boolean): Tensor {
  const positions = linearPositions(axis, align_corners, dy.dtype);
  const below = positions.floor();
  const share = positions.sub(below).reshape(dy.shape.map((_, i) => (i === axis.axis ? -1 : 1)));
  const index = below.to("int64");
  const next = index.add(positions.gt(below).to("int64"));
  const first = index_add(before(dy, axis), axis.axis, index, dy.mul(share.neg().add(1)));
  return index_add(first, axis.axis, next, dy.mul(share));
}

/** Resize to a shape; its kernel for linear sampling wants two spatial axes or three. */
function resize(graph: Graph, x: Value, shape: readonly Dim[], attributes: Record<string, string>): Value {
  const withAxis = (dims: readonly Dim[]) =>
    dims.length === 3 ? [dims[0]!, dims[1]!, 1, dims[2]!] : [...dims];
  const target = withAxis(shape);
  const image = graph.reshape(x, withAxis(x.shape!));
  const resized = graph.node("Resize", [image, null, null, graph.shapeVector(target)], {
    attributes,
    shape: target,
  });
  return graph.reshape(resized, shape);
}

/** Whether the axis's sampling matrix may be made; of sizes that are not known yet, it may. */
function isSmall({ from, to }: SampledAxis): boolean {
  return typeof from !== "number" || typeof to !== "number" || from * to <= largestMatrix;
}

/** The matrix times the vectors along an axis. matrix: [to, from] */
function weighted(x: Tensor, axis: number, matrix: Tensor): Tensor {
  if (axis === x.rank - 1) return x.matmul(matrix.mT);
  const [lead, rest] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const columns = x.reshape([productOfDims(lead), x.shape[axis]!, productOfDims(rest)]);
  return matrix.matmul(columns).reshape([...lead, matrix.shape[0]!, ...rest]);
}

export type InterpolateMode =
  | "nearest"
  | "nearest-exact"
  | "linear"
  | "bilinear"
  | "bicubic"
  | "trilinear"
  | "area";

export interface InterpolateOptions {
  /** The size of each spatial axis, or one for all. Either this or scale_factor. */
  size?: Dim | readonly Dim[] | null;
  /** How many times larger each spatial axis gets, or all; rounded down. */
  scale_factor?: number | readonly number[] | null;
  /** "linear" is for one spatial axis, "bilinear" and "bicubic" for two, "trilinear" for three. Default "nearest". */
  mode?: InterpolateMode;
  /** Whether the centres of the corners stay where they are, or their outer edges do. For the linear and cubic modes. */
  align_corners?: boolean | null;
  /** Whether positions follow from the sizes alone, not from scale_factor before rounding. Default false. */
  recompute_scale_factor?: boolean | null;
  /** Whether all values between two samples of a smaller image take part. For "bilinear" and "bicubic". Default false. */
  antialias?: boolean;
}

const filters: Readonly<Record<InterpolateMode, Filter>> = {
  nearest: "nearest",
  "nearest-exact": "nearest-exact",
  linear: "linear",
  bilinear: "linear",
  trilinear: "linear",
  bicubic: "cubic",
  area: "area",
};

const spatialAxes: Partial<Readonly<Record<InterpolateMode, number>>> = {
  linear: 1,
  bilinear: 2,
  bicubic: 2,
  trilinear: 3,
};

/**
 * An image, a signal or a volume in another size, as torch.nn.functional.interpolate. input: [batch, channels, ...] with
 * one to three spatial axes. "nearest" and "nearest-exact" take every dtype, the others floats.
 *
 * Bicubic, area and antialiased sampling are products with matrices, one for each axis: a value that is infinite or NaN
 * makes NaN of the rows and columns that it lies in. A spatial axis of symbolic size goes with `size`, or with a factor
 * that is a fraction of a power of two. Throws `INVALID_ARGUMENT` where options contradict each other.
 */
export function interpolate(input: Tensor, options: InterpolateOptions): Tensor {
  const { mode = "nearest", antialias = false } = options;
  const filter = filters[mode];
  requireOptions(input, options);
  const axes = sampledAxes(input, options);
  if (axes.length === 0) return input;
  if (input.shape.includes(0)) return input.reshape(resampledShape(input.shape, axes)); // no images
  const sampling = { filter, align_corners: options.align_corners ?? false, antialias };
  if (filter === "nearest" || filter === "nearest-exact") {
    const rounded: DType = input.dtype === "float64" ? "float64" : "float32";
    const positions = axes.map((axis) => nearestPositions(filter, axis, rounded));
    return apply(nearestOp, [input, ...positions], { ...sampling, axes });
  }

  requireFloat(`interpolate in mode "${mode}"`, input);
  return inFloat32(input, (x) => {
    if (filter === "linear" && !antialias && axes.every((axis) => isLinearInResize(x, axis, sampling))) {
      return apply(linearOp, [x], { ...sampling, axes });
    }
    return byCost(axes).reduce<Tensor>(
      (part, axis) => weighted(part, axis.axis, samplingMatrix(sampling, axis, x.dtype)),
      x,
    );
  });
}

/** Resize has no kernel for float64, and takes the ratio of the sizes for the step. */
function isLinearInResize(x: Tensor, { from, to, ratio }: SampledAxis, { align_corners }: Sampling): boolean {
  if (x.dtype !== "float32") return false;
  if (ratio === null || align_corners) return true;
  return Math.fround(ratio) === Math.fround((from as number) / (to as number)); // NaN for symbolic sizes
}

/** The axes that shrink most first, so that the others have less to go through. */
function byCost(axes: readonly SampledAxis[]): SampledAxis[] {
  const growth = ({ from, to }: SampledAxis) =>
    typeof from === "number" && typeof to === "number" ? to / Math.max(from, 1) : 1;
  return [...axes].sort((a, b) => growth(a) - growth(b) || b.axis - a.axis);
}

function requireOptions(input: Tensor, options: InterpolateOptions): void {
  const { mode = "nearest", size = null, scale_factor = null, align_corners = null } = options;
  const refuse = (words: string): never => {
    throw new TransformersError("INVALID_ARGUMENT", `interpolate: ${words}`);
  };
  if (!(mode in filters)) refuse(`mode must be one of ${Object.keys(filters).join(", ")}, not "${mode}"`);
  const spatial = input.rank - 2;
  const wanted = spatialAxes[mode];
  if (spatial < 1 || spatial > 3 || (wanted !== undefined && wanted !== spatial)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `interpolate: mode "${mode}" takes [batch, channels, ...] with ${wanted ?? "1 to 3"} spatial axes, got ${formatShape(input.shape)}`,
    );
  }
  if (input.shape.slice(2).includes(0)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `interpolate: a spatial axis of ${formatShape(input.shape)} has no values to sample`,
    );
  }
  if ((size === null) === (scale_factor === null)) refuse("give either size or scale_factor");
  const given = (size ?? scale_factor)!;
  if (Array.isArray(given) && given.length !== spatial) {
    refuse(
      `${size === null ? "scale_factor" : "size"} [${given.join(", ")}] is not one number for each of ${spatial} spatial axes`,
    );
  }
  if (align_corners !== null && wanted === undefined)
    refuse(`align_corners has no meaning in mode "${mode}"`);
  if (options.antialias && mode !== "bilinear" && mode !== "bicubic") {
    refuse(`antialias is for the modes "bilinear" and "bicubic", not "${mode}"`);
  }
  if (options.recompute_scale_factor && size !== null)
    refuse("recompute_scale_factor goes with scale_factor, not with size");
}

/** The spatial axes with their new sizes, without those that stay as they are. */
function sampledAxes(input: Tensor, options: InterpolateOptions): SampledAxis[] {
  const { size = null, scale_factor = null, mode } = options;
  const byFactor = !options.recompute_scale_factor && mode !== "area";
  return input.shape.slice(2).flatMap((from, i) => {
    const axis = i + 2;
    if (size !== null) {
      const to = Array.isArray(size) ? (size as readonly Dim[])[i]! : (size as Dim);
      requireSize(to);
      return dimsEqual(from, to) ? [] : [{ axis, from, to, ratio: null }];
    }
    const factor = Array.isArray(scale_factor)
      ? (scale_factor as readonly number[])[i]!
      : (scale_factor as number);
    const to = scaledSize(from, factor);
    requireSize(to);
    const isExact = dimsEqual(
      to,
      typeof from === "number" ? from * factor : multiplyDims(from, Math.floor(factor)),
    );
    const ratio = byFactor && !isExact ? 1 / factor : null;
    return dimsEqual(from, to) && ratio === null ? [] : [{ axis, from, to, ratio }];
  });
}

function requireSize(to: Dim): void {
  if (typeof to !== "number" || (Number.isInteger(to) && to >= 1)) return;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `interpolate: a size must be a whole number above 0, not ${to}`,
  );
}

/** floor(from * factor); of a symbolic size by a factor that is a fraction of a power of two. */
function scaledSize(from: Dim, factor: number): Dim {
  if (!(factor > 0 && factor < Number.POSITIVE_INFINITY)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `interpolate: scale_factor must be above 0, not ${factor}`,
    );
  }
  if (typeof from === "number") return Math.floor(from * factor);
  for (let divisor = 1; divisor <= 64; divisor *= 2) {
    if (Number.isInteger(factor * divisor))
      return floorDivideDims(multiplyDims(from, factor * divisor), divisor);
  }
  throw new TransformersError(
    "UNSUPPORTED",
    `interpolate: ${factor} times the symbolic size ${from}, rounded down, is not computed for sizes that are not known; pass size`,
  );
}
