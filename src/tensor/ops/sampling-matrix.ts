import { addDims, type Dim, subtractDims } from "../../onnx/dim.js";
import type { DType } from "../../runtime/dtype.js";
import type { Operand, Tensor } from "../tensor.js";
import { where } from "./choice.js";
import { logical_and } from "./comparison.js";
import { arange, dimTensor } from "./creation.js";

/** How the values of one axis become those of another size: each a mean of some, with weights by their distance. */
export type Filter = "nearest" | "nearest-exact" | "linear" | "cubic" | "area";

export interface Sampling {
  filter: Filter;
  /** Whether the centres of the first and the last value stay where they are, or the outer edges do. */
  align_corners: boolean;
  /** Whether, of a larger axis, all values between two samples take part. */
  antialias: boolean;
}

/** An axis that gets another size. */
export interface SampledAxis {
  axis: number;
  from: Dim;
  to: Dim;
  /** Input positions from one sample to the next, where that is not from / to. */
  ratio: number | null;
}

/** Positions from one sample to the next. Sizes that are not known yet are divided when they are. */
function stepOf({ from, to, ratio }: SampledAxis, align_corners: boolean, dtype: DType): Operand {
  if (align_corners) {
    if (to === 1) return 0;
    if (typeof from === "number" && typeof to === "number") return (from - 1) / (to - 1);
    const gaps = dimTensor(subtractDims(to, 1), dtype).maximum(1);
    return dimTensor(subtractDims(from, 1), dtype).div(gaps);
  }
  if (ratio !== null) return ratio;
  if (typeof from === "number" && typeof to === "number") return from / to;
  return dimTensor(from, dtype).div(dimTensor(to, dtype));
}

function lastOf(from: Dim, dtype: DType): Tensor {
  return dimTensor(subtractDims(from, 1), dtype);
}

/**
 * Which value stands at each place of the new axis: int64 [to]. Positions are rounded as PyTorch does, in the dtype of
 * the values or in float32.
 */
export function nearestPositions(filter: Filter, axis: SampledAxis, dtype: DType): Tensor {
  const places = arange(axis.to).to(dtype);
  const scaled = (filter === "nearest" ? places : places.add(0.5)).mul(stepOf(axis, false, dtype));
  return scaled.floor().minimum(lastOf(axis.from, dtype)).to("int64");
}

/** Where the places of the new axis lie among the positions 0, 1, 2 ... of the old one: [to]. */
export function linearPositions(axis: SampledAxis, align_corners: boolean, dtype: DType): Tensor {
  return sources(axis, align_corners, dtype).maximum(0).minimum(lastOf(axis.from, dtype));
}

function sources(axis: SampledAxis, align_corners: boolean, dtype: DType): Tensor {
  const places = arange(axis.to).to(dtype);
  const step = stepOf(axis, align_corners, dtype);
  return align_corners ? places.mul(step) : places.add(0.5).mul(step).sub(0.5);
}

/** The weights with which each value of the old axis goes into each of the new one: [to, from]. Not for nearest values. */
export function samplingMatrix(sampling: Sampling, axis: SampledAxis, dtype: DType): Tensor {
  const { filter, align_corners, antialias } = sampling;
  const values = arange(axis.from).unsqueeze(0); // [1, from]
  if (filter === "area") return areaMatrix(axis, values, dtype);
  if (antialias) return antialiasMatrix(sampling, axis, values.to(dtype), dtype);
  if (filter === "linear") {
    const positions = linearPositions(axis, align_corners, dtype).unsqueeze(1);
    return triangle(positions.sub(values.to(dtype)));
  }
  return cubicMatrix(axis, align_corners, values, dtype);
}

/** Means over windows from floor(i from / to) up to ceil((i + 1) from / to). */
function areaMatrix({ from, to }: SampledAxis, values: Tensor, dtype: DType): Tensor {
  const edges = arange(addDims(to, 1)).mul(dimTensor(from, "int64"));
  const size = dimTensor(to, "int64");
  const start = edges.slice(0, 0, to).div(size, { rounding_mode: "floor" }).unsqueeze(1);
  const ceiling = edges.slice(0, 1).add(size.sub(1));
  const end = ceiling.div(size, { rounding_mode: "floor" }).unsqueeze(1);
  const inside = logical_and(values.ge(start), values.lt(end)).to(dtype);
  return inside.div(end.sub(start).to(dtype));
}

/** The filter is as much wider as the new axis is smaller, and its weights are made to sum to 1. */
function antialiasMatrix(
  { filter, align_corners }: Sampling,
  axis: SampledAxis,
  values: Tensor,
  dtype: DType,
): Tensor {
  const step = stepOf(axis, align_corners, dtype);
  const centres = arange(axis.to).to(dtype).add(0.5).mul(step).unsqueeze(1);
  const width = typeof step === "number" ? Math.max(step, 1) : step.maximum(1);
  const distances = values.add(0.5).sub(centres).div(width);
  const weights = filter === "linear" ? triangle(distances) : cubic(distances, -0.5);
  return weights.div(weights.sum(1, true));
}

/** Values beyond an end are the last one there. */
function cubicMatrix(axis: SampledAxis, align_corners: boolean, values: Tensor, dtype: DType): Tensor {
  const positions = sources(axis, align_corners, dtype).unsqueeze(1);
  const last = lastOf(axis.from, dtype);
  const weights = (value: Operand) => cubic(positions.sub(value), -0.75);
  const before = weights(-1).add(weights(-2));
  const after = weights(last.add(1)).add(weights(last.add(2)));
  const within = weights(values.to(dtype));
  return within
    .add(where(values.eq(0), before, 0))
    .add(where(values.eq(lastOf(axis.from, "int64")), after, 0));
}

/** 1 at 0, falling to 0 at 1 and -1. */
function triangle(x: Tensor): Tensor {
  return x.abs().neg().add(1).maximum(0);
}

/** Source: Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981, with the slope `a`. */
export function cubic(x: Tensor, a: number): Tensor {
  const size = x.abs();
  const near = size
    .mul(a + 2)
    .sub(a + 3)
    .mul(size)
    .mul(size)
    .add(1);
  const far = size.sub(5).mul(size).add(8).mul(size).sub(4).mul(a);
  return where(size.lt(1), near, where(size.lt(2), far, 0));
}
