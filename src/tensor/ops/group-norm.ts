import { TransformersError } from "../../errors.js";
import { formatShape, multiplyDims, productOfDims, shapesEqual } from "../../onnx/dim.js";
import type { Tensor } from "../tensor.js";
import { layer_norm } from "./normalization.js";
import { inFloat32, requireFloat } from "./operands.js";
import { padAxes } from "./padding.js";
import { avg_pool2d } from "./pooling.js";

/**
 * Normalises groups of channels of one example to mean 0 and variance 1, then scales and shifts each channel.
 * x: [batch, channels, ...], weight and bias: [channels].
 *
 * Source: Wu and He, "Group Normalization", 2018.
 */
export function group_norm(
  x: Tensor,
  num_groups: number,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  eps = 1e-5,
): Tensor {
  const channels = channelsOf("group_norm", x, { weight, bias });
  if (!Number.isInteger(num_groups) || num_groups < 1 || channels % num_groups !== 0) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `group_norm: num_groups ${num_groups} does not divide the ${channels} channels of ${formatShape(x.shape)}`,
    );
  }
  return inFloat32(x, (wide) => {
    const [batch, , ...size] = wide.shape;
    const length = multiplyDims(channels / num_groups, productOfDims(size));
    const rows = wide.reshape([multiplyDims(batch!, num_groups), length]);
    return perChannel(layer_norm(rows, [length], null, null, eps).reshape(wide.shape), weight, bias);
  });
}

/** x * weight + bias, with one number of each for every channel (axis 1). */
export function perChannel(x: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  const along = (factor: Tensor) =>
    factor.to(x.dtype).reshape([factor.shape[0]!, ...x.shape.slice(2).map(() => 1)]);
  const scaled = weight === null ? x : x.mul(along(weight));
  return bias === null ? scaled : scaled.add(along(bias));
}

/** The number of channels, which must be known and that of all the vectors given. */
export function channelsOf(op: string, x: Tensor, vectors: Readonly<Record<string, Tensor | null>>): number {
  requireFloat(op, x);
  const channels = x.shape[1];
  if (typeof channels !== "number") {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: expected [batch, channels, ...] with a known number of channels, got ${x}`,
    );
  }
  for (const [name, vector] of Object.entries(vectors)) {
    if (vector !== null && !shapesEqual(vector.shape, [channels])) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `${op}: ${name} ${formatShape(vector.shape)} must be [${channels}], one number for each channel (axis 1) of ${formatShape(x.shape)}`,
      );
    }
  }
  return channels;
}

export interface LocalResponseNormOptions {
  /** Default 1e-4. */
  alpha?: number;
  /** Default 0.75. */
  beta?: number;
  /** Default 1. */
  k?: number;
}

/**
 * x / (k + alpha * mean(x^2))^beta, the mean being over `size` channels around each, zeros beyond the first and last.
 * x: [batch, channels, ...].
 *
 * Source: Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012,
 * section 3.3.
 */
export function local_response_norm(
  x: Tensor,
  size: number,
  { alpha = 1e-4, beta = 0.75, k = 1 }: LocalResponseNormOptions = {},
): Tensor {
  requireFloat("local_response_norm", x);
  if (x.rank < 3) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `local_response_norm: the input must have at least 3 axes [batch, channels, ...], got ${x}`,
    );
  }
  if (!Number.isInteger(size) || size < 1) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `local_response_norm: size is ${size}; expected a whole number from 1`,
    );
  }
  const [batch, channels, ...rest] = x.shape;
  const squares = x.square().reshape([batch!, 1, channels!, productOfDims(rest)]);
  const around = padAxes(squares, [[2, Math.floor(size / 2), Math.floor((size - 1) / 2)]]);
  const means = avg_pool2d(around, [size, 1], { stride: 1 }).reshape(x.shape);
  return x.div(means.mul(alpha).add(k).pow(beta));
}
