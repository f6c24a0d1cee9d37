import { TransformersError } from "../../errors.js";
import { type Dim, formatShape, productOfDims } from "../../onnx/dim.js";
import type { Value } from "../../onnx/graph.js";
import { float } from "../../onnx/model-proto.js";
import { canDefer } from "../deferred.js";
import { apply, applyOp, defineOp, no_grad, type Shape } from "../node.js";
import type { Tensor } from "../tensor.js";
import { dimTensor, ones, zeros } from "./creation.js";
import { channelsOf, group_norm, perChannel } from "./group-norm.js";
import { inFloat32 } from "./operands.js";

/** All axes but the channels'. */
function othersOf(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
}

/** [channels] beside [batch, channels, ...]. */
function channelShape(channels: Dim, rank: number): Dim[] {
  return [channels, ...Array<number>(Math.max(rank - 2, 0)).fill(1)];
}

/**
 * By the statistics of the batch. Outputs: the values, and each channel's mean and (biased) variance. With c = x -
 * mean, r = 1 / sqrt(variance + eps), n entries a channel and sums over them:
 * dx = weight * r * (dy - sum(dy) / n - c * r^2 * sum(dy * c) / n).
 */
const batchNormOp = defineOp<{ eps: number }>("batch_norm", {
  infer: ([x]) => {
    const statistics = { dtype: x!.dtype, shape: [x!.shape[1]!] };
    return [x!, statistics, statistics];
  },
  onnx: (graph, [x, weight, bias], { eps }) => {
    const shape = x!.shape!;
    const vector = [shape[1]!];
    const along = (value: Value) => graph.reshape(value, channelShape(shape[1]!, shape.length));
    const binary = (opType: string, a: Value, b: Value, result: Shape) =>
      graph.node(opType, [a, b], { shape: result });
    const mean = (value: Value) =>
      graph.node("ReduceMean", [value, graph.ints(othersOf(shape.length))], {
        attributes: { keepdims: 0 },
        shape: vector,
      });
    const average = mean(x!);
    const centered = binary("Sub", x!, along(average), shape);
    const variance = mean(binary("Mul", centered, centered, shape));
    const deviation = graph.node("Sqrt", [binary("Add", variance, graph.scalar(x!.dtype, eps), vector)], {
      shape: vector,
    });
    const scaled = binary("Mul", centered, along(binary("Div", weight!, deviation, vector)), shape);
    return [bias === undefined ? scaled : binary("Add", scaled, along(bias), shape), average, variance];
  },
  gradient: ([dy, dmean, dvariance], [x, weight, bias], [, mean, variance], { eps }) => {
    const others = othersOf(x!.rank);
    const count = dimTensor(productOfDims(others.map((axis) => x!.shape[axis]!)), x!.dtype);
    const along = (vector: Tensor) => vector.reshape(channelShape(x!.shape[1]!, x!.rank));
    const centered = x!.sub(along(mean!));
    const r = variance!.add(eps).rsqrt();
    const sum = dy?.sum(others) ?? null;
    const product = dy?.mul(centered).sum(others) ?? null;
    const parts: Tensor[] = [];
    if (dy) {
      const shared = along(sum!.div(count)).add(centered.mul(along(product!.mul(r).mul(r).div(count))));
      parts.push(dy.sub(shared).mul(along(weight!.mul(r))));
    }
    if (dmean) parts.push(along(dmean.div(count)).expand(x!.shape));
    if (dvariance) parts.push(centered.mul(along(dvariance.mul(2).div(count))));
    const gradients = [parts.reduce((a, b) => a.add(b)), product?.mul(r) ?? null];
    return bias === undefined ? gradients : [...gradients, sum];
  },
});

/** By given statistics, which ONNX Runtime folds into a convolution before it. */
const fixedNormOp = defineOp<{ eps: number }>("batch_norm_inference", {
  infer: ([x]) => x!,
  onnx: (graph, [x, weight, bias, mean, variance], { eps }) =>
    graph.node("BatchNormalization", [x!, weight!, bias!, mean!, variance!], {
      attributes: { epsilon: float(eps) },
      shape: x!.shape,
    }),
  gradient: {
    decompose: ([x, weight, bias, mean, variance], { eps }) => {
      const scale = weight!.mul(variance!.add(eps).rsqrt());
      return [perChannel(perChannel(x!, null, mean!.neg()), scale, bias!)];
    },
  },
});

export interface BatchNormOptions {
  /** Normalise by the statistics of this batch, and let the running ones follow them. Default false. */
  training?: boolean;
  /** How much of the running statistics a batch replaces; a tensor of one element may say it. Default 0.1. */
  momentum?: number | Tensor;
  /** Added to the variance. Default 1e-5. */
  eps?: number;
}

/**
 * Normalises each channel (axis 1) to mean 0 and variance 1 over all other axes, then scales and shifts it. x: [batch,
 * channels, ...]; the statistics, weight and bias: [channels].
 *
 * With `training`, running statistics are `Variable`s (or null) that take their new values, with the unbiased
 * variance, when this result is computed: once for each call.
 *
 * Source: Ioffe and Szegedy, "Batch Normalization", 2015.
 */
export function batch_norm(
  x: Tensor,
  running_mean: Tensor | null,
  running_var: Tensor | null,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  { training = false, momentum = 0.1, eps = 1e-5 }: BatchNormOptions = {},
): Tensor {
  const channels = channelsOf("batch_norm", x, { running_mean, running_var, weight, bias });
  if (!training) return byRunning("batch_norm", x, running_mean, running_var, weight, bias, eps);
  const count = productOfDims(othersOf(x.rank).map((axis) => x.shape[axis]!));
  if (count === 1) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `batch_norm: training needs more than one entry for each channel, but the input is ${formatShape(x.shape)}`,
    );
  }
  return inFloat32(x, (wide) => {
    const factors = [weight?.to(wide.dtype) ?? ones([channels], { dtype: wide.dtype }), bias?.to(wide.dtype)];
    const inputs = [wide, ...factors.filter((factor) => factor !== undefined)];
    const [y, mean, variance] = applyOp(batchNormOp, inputs, { eps }) as [Tensor, Tensor, Tensor];
    follow("batch_norm", y, { running_mean, running_var }, { mean, variance, count }, momentum);
    return y;
  });
}

function byRunning(
  op: string,
  x: Tensor,
  running_mean: Tensor | null,
  running_var: Tensor | null,
  weight: Tensor | null,
  bias: Tensor | null,
  eps: number,
): Tensor {
  if (running_mean === null || running_var === null) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${op}: running_mean and running_var are needed where the batch's own statistics are not to be used; give both`,
    );
  }
  return inFloat32(x, (wide) => {
    const { dtype, shape } = wide;
    const scale = weight?.to(dtype) ?? ones([shape[1]!], { dtype });
    const shift = bias?.to(dtype) ?? zeros([shape[1]!], { dtype });
    return apply(fixedNormOp, [wide, scale, shift, running_mean.to(dtype), running_var.to(dtype)], { eps });
  });
}

interface Statistics {
  /** [channels] */
  readonly mean: Tensor;
  /** Biased: over `count` entries. */
  readonly variance: Tensor;
  readonly count: Dim;
}

/** Lets running statistics take their next values when `y`, normalised by those of this batch, is computed. */
function follow(
  op: string,
  y: Tensor,
  running: Readonly<Record<"running_mean" | "running_var", Tensor | null>>,
  { mean, variance, count }: Statistics,
  momentum: number | Tensor,
): void {
  no_grad(() => {
    const entries = dimTensor(count, variance.dtype);
    const unbiased = variance.mul(entries.div(entries.sub(1)));
    for (const [name, batch] of [
      ["running_mean", mean],
      ["running_var", unbiased],
    ] as const) {
      const before = running[name];
      if (before === null) continue;
      if (!canDefer(before)) {
        throw new TransformersError(
          "INVALID_ARGUMENT",
          `${op}: ${name} takes a new value while training, which only a Variable can; pass null to keep no running statistics`,
        );
      }
      const rest = typeof momentum === "number" ? 1 - momentum : momentum.neg().add(1);
      const next = batch.to(before.dtype).mul(momentum).add(before.mul(rest));
      before.defer(next.to(before.dtype), y);
    }
  });
}

export interface InstanceNormOptions {
  /** Normalise by each image's own statistics; false: by the running ones. Default true. */
  use_input_stats?: boolean;
  /** How much of the running statistics a batch replaces. Default 0.1. */
  momentum?: number | Tensor;
  /** Added to the variance. Default 1e-5. */
  eps?: number;
}

/**
 * Normalises each channel of each example to mean 0 and variance 1, then scales and shifts it. x: [batch, channels,
 * ...]. Running statistics, where given, follow the mean over the batch of each example's.
 *
 * Source: Ulyanov, Vedaldi and Lempitsky, "Instance Normalization", 2016.
 */
export function instance_norm(
  x: Tensor,
  running_mean: Tensor | null = null,
  running_var: Tensor | null = null,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  { use_input_stats = true, momentum = 0.1, eps = 1e-5 }: InstanceNormOptions = {},
): Tensor {
  const channels = channelsOf("instance_norm", x, { running_mean, running_var, weight, bias });
  if (!use_input_stats) return byRunning("instance_norm", x, running_mean, running_var, weight, bias, eps);
  const count = productOfDims(x.shape.slice(2));
  if (count === 1) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `instance_norm: expected more than one entry for each channel of an example, but the input is ${formatShape(x.shape)}`,
    );
  }
  const y = group_norm(x, channels, weight, bias, eps);
  if (running_mean !== null || running_var !== null) {
    const [mean, variance] = no_grad(() => {
      const rows = x.reshape([x.shape[0]!, channels, count]);
      const means = rows.mean(2, true);
      return [means.mean([0, 2]), rows.sub(means).square().mean([0, 2])] as const;
    });
    follow("instance_norm", y, { running_mean, running_var }, { mean, variance, count }, momentum);
  }
  return y;
}
