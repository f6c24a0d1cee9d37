import { TransformersError } from "../errors.js";
import {
  allocate,
  batch_norm,
  group_norm,
  instance_norm,
  type LocalResponseNormOptions,
  layer_norm,
  local_response_norm,
  Parameter,
  rms_norm,
  type Tensor,
  Variable,
} from "../tensor/index.js";
import { ones_, zeros_ } from "./init.js";
import { Module } from "./module.js";

export interface LayerNormSettings {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** Scale and shift. Default true. */
  elementwise_affine?: boolean;
  /** Shift, where there is a scale. Default true. */
  bias?: boolean;
}

/** Normalises the last axes to mean 0 and variance 1, then scales and shifts them. */
export class LayerNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly normalized_shape: readonly number[];
  readonly eps: number;

  constructor(normalized_shape: number | readonly number[], options: LayerNormSettings = {}) {
    super();
    const { eps = 1e-5, elementwise_affine = true, bias = true } = options;
    this.normalized_shape = typeof normalized_shape === "number" ? [normalized_shape] : normalized_shape;
    this.eps = eps;
    this.weight = elementwise_affine ? new Parameter(this.normalized_shape, ones_) : null;
    this.bias = elementwise_affine && bias ? new Parameter(this.normalized_shape, zeros_) : null;
  }

  forward(x: Tensor): Tensor {
    return layer_norm(x, this.normalized_shape, this.weight, this.bias, this.eps);
  }
}

export interface RMSNormSettings {
  /** Added to the mean square. Default: the dtype's own, 2^-23 for float32. */
  eps?: number | null;
  /** Scale. Default true. */
  elementwise_affine?: boolean;
}

/** Divides the last axes by their root mean square, then scales them. */
export class RMSNorm extends Module {
  readonly weight: Parameter | null;
  readonly normalized_shape: readonly number[];
  readonly eps: number | null;

  constructor(normalized_shape: number | readonly number[], options: RMSNormSettings = {}) {
    super();
    this.normalized_shape = typeof normalized_shape === "number" ? [normalized_shape] : normalized_shape;
    this.eps = options.eps ?? null;
    this.weight = (options.elementwise_affine ?? true) ? new Parameter(this.normalized_shape, ones_) : null;
  }

  forward(x: Tensor): Tensor {
    return rms_norm(x, this.normalized_shape, this.weight, this.eps);
  }
}

export interface GroupNormSettings {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** Scale and shift each channel. Default true. */
  affine?: boolean;
}

/** Normalises groups of channels of each example; see group_norm. */
export class GroupNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;

  constructor(
    readonly num_groups: number,
    readonly num_channels: number,
    options: GroupNormSettings = {},
  ) {
    super();
    if (num_channels % num_groups !== 0) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `GroupNorm: num_groups ${num_groups} does not divide num_channels ${num_channels}`,
      );
    }
    const { eps = 1e-5, affine = true } = options;
    this.eps = eps;
    this.weight = affine ? new Parameter([num_channels], ones_) : null;
    this.bias = affine ? new Parameter([num_channels], zeros_) : null;
  }

  forward(x: Tensor): Tensor {
    return group_norm(x, this.num_groups, this.weight, this.bias, this.eps);
  }
}

/** x by a power of its mean square over neighbouring channels; see local_response_norm. */
export class LocalResponseNorm extends Module {
  constructor(
    readonly size: number,
    readonly options: LocalResponseNormOptions = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return local_response_norm(x, this.size, this.options);
  }
}

export interface RunningNormSettings {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** How much of the running statistics a batch replaces; null: they are the mean over all batches. Default 0.1. */
  momentum?: number | null;
  /** Scale and shift each channel. */
  affine?: boolean;
  /** Keep running statistics, which evaluation normalises by. */
  track_running_stats?: boolean;
}

/** What batch and instance norm have: scale and shift, and running statistics as buffers. */
abstract class RunningNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly running_mean: Variable | null;
  readonly running_var: Variable | null;
  readonly num_batches_tracked: Variable | null;
  readonly eps: number;
  readonly momentum: number | null;

  constructor(
    readonly num_features: number,
    options: Required<Pick<RunningNormSettings, "affine" | "track_running_stats">> & RunningNormSettings,
  ) {
    super();
    const { eps = 1e-5, momentum = 0.1, affine, track_running_stats } = options;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? new Parameter([num_features], ones_) : null;
    this.bias = affine ? new Parameter([num_features], zeros_) : null;
    this.running_mean = track_running_stats ? new Variable([num_features], zeros_) : null;
    this.running_var = track_running_stats ? new Variable([num_features], ones_) : null;
    this.num_batches_tracked = track_running_stats
      ? new Variable([], (count) => allocate("int64", count), "int64")
      : null;
  }

  /** How many axes an input may have. */
  protected abstract get ranks(): readonly number[];

  protected requireRank(x: Tensor): void {
    if (this.ranks.includes(x.rank)) return;
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${this.constructor.name}: expected an input of ${this.ranks.join(" or ")} axes, got ${x}`,
    );
  }
}

export type BatchNormSettings = RunningNormSettings;

/**
 * Batch norm with weight, bias, running_mean, running_var: [num_features] and num_batches_tracked (int64). While
 * training, the buffers take their next values when the result is computed; `await module.running_mean.realize()`
 * has them computed by themselves.
 */
abstract class BatchNorm extends RunningNorm {
  constructor(num_features: number, options: BatchNormSettings = {}) {
    super(num_features, { affine: true, track_running_stats: true, ...options });
  }

  forward(x: Tensor): Tensor {
    this.requireRank(x);
    const { weight, bias, running_mean, running_var, num_batches_tracked, eps } = this;
    if (num_batches_tracked === null) return batch_norm(x, null, null, weight, bias, { training: true, eps });
    if (!this.training) return batch_norm(x, running_mean, running_var, weight, bias, { eps });
    const count = num_batches_tracked.add(1);
    const momentum = this.momentum ?? count.to("float32").reciprocal();
    const y = batch_norm(x, running_mean, running_var, weight, bias, { training: true, momentum, eps });
    num_batches_tracked.defer(count, y);
    return y;
  }
}

/** Normalises each channel over the batch: x [batch, num_features] or [batch, num_features, length]. */
export class BatchNorm1d extends BatchNorm {
  protected get ranks(): readonly number[] {
    return [2, 3];
  }
}

/** The same for x [batch, num_features, height, width]. */
export class BatchNorm2d extends BatchNorm {
  protected get ranks(): readonly number[] {
    return [4];
  }
}

/** The same for x [batch, num_features, depth, height, width]. */
export class BatchNorm3d extends BatchNorm {
  protected get ranks(): readonly number[] {
    return [5];
  }
}

/** Instance norm; without options it has neither scale and shift nor running statistics. */
abstract class InstanceNorm extends RunningNorm {
  constructor(num_features: number, options: RunningNormSettings = {}) {
    super(num_features, { affine: false, track_running_stats: false, ...options });
  }

  forward(x: Tensor): Tensor {
    this.requireRank(x);
    const { weight, bias, running_mean, running_var, eps, momentum } = this;
    const isUnbatched = x.rank === this.ranks[0];
    const y = instance_norm(isUnbatched ? x.unsqueeze(0) : x, running_mean, running_var, weight, bias, {
      use_input_stats: this.training || running_mean === null,
      momentum: momentum ?? 0,
      eps,
    });
    return isUnbatched ? y.squeeze(0) : y;
  }
}

/** Normalises each channel of each example: x [batch, num_features, length] or without batch. */
export class InstanceNorm1d extends InstanceNorm {
  protected get ranks(): readonly number[] {
    return [2, 3];
  }
}

/** The same for x [batch, num_features, height, width] or without batch. */
export class InstanceNorm2d extends InstanceNorm {
  protected get ranks(): readonly number[] {
    return [3, 4];
  }
}

/** The same for x [batch, num_features, depth, height, width] or without batch. */
export class InstanceNorm3d extends InstanceNorm {
  protected get ranks(): readonly number[] {
    return [4, 5];
  }
}
