import {
  type AvgPoolOptions,
  adaptive_avg_pool1d,
  adaptive_avg_pool2d,
  adaptive_avg_pool3d,
  adaptive_max_pool1d,
  adaptive_max_pool2d,
  adaptive_max_pool3d,
  avg_pool1d,
  avg_pool2d,
  avg_pool3d,
  type MaxPoolOptions,
  max_pool1d,
  max_pool2d,
  max_pool3d,
  type OutputSize,
  type PerAxis,
  type Tensor,
} from "../tensor/index.js";
import { Module } from "./module.js";

/** For the maxima's positions call the function: `max_pool2d(x, 2, { return_indices: true })`. */
export type MaxPoolSettings = Omit<MaxPoolOptions, "return_indices">;

/** The largest entry of each window over the last axis; see max_pool1d. */
export class MaxPool1d extends Module {
  constructor(
    readonly kernel_size: PerAxis,
    readonly options: MaxPoolSettings = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return max_pool1d(x, this.kernel_size, this.options);
  }
}

/** The same over the last two axes. */
export class MaxPool2d extends Module {
  constructor(
    readonly kernel_size: PerAxis,
    readonly options: MaxPoolSettings = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return max_pool2d(x, this.kernel_size, this.options);
  }
}

/** The same over the last three axes. */
export class MaxPool3d extends Module {
  constructor(
    readonly kernel_size: PerAxis,
    readonly options: MaxPoolSettings = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return max_pool3d(x, this.kernel_size, this.options);
  }
}

/** The mean of each window over the last axis; see avg_pool1d. */
export class AvgPool1d extends Module {
  constructor(
    readonly kernel_size: PerAxis,
    readonly options: Omit<AvgPoolOptions, "divisor_override"> = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return avg_pool1d(x, this.kernel_size, this.options);
  }
}

/** The same over the last two axes. */
export class AvgPool2d extends Module {
  constructor(
    readonly kernel_size: PerAxis,
    readonly options: AvgPoolOptions = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return avg_pool2d(x, this.kernel_size, this.options);
  }
}

/** The same over the last three axes. */
export class AvgPool3d extends Module {
  constructor(
    readonly kernel_size: PerAxis,
    readonly options: AvgPoolOptions = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return avg_pool3d(x, this.kernel_size, this.options);
  }
}

/** Pooling to a given size. */
abstract class AdaptivePool extends Module {
  constructor(readonly output_size: OutputSize) {
    super();
  }

  abstract override forward(x: Tensor): Tensor;
}

/** Means over `output_size` windows of the last axis; see adaptive_avg_pool1d. */
export class AdaptiveAvgPool1d extends AdaptivePool {
  override forward(x: Tensor): Tensor {
    return adaptive_avg_pool1d(x, this.output_size);
  }
}

/** The same over the last two axes. */
export class AdaptiveAvgPool2d extends AdaptivePool {
  override forward(x: Tensor): Tensor {
    return adaptive_avg_pool2d(x, this.output_size);
  }
}

/** The same over the last three axes. */
export class AdaptiveAvgPool3d extends AdaptivePool {
  override forward(x: Tensor): Tensor {
    return adaptive_avg_pool3d(x, this.output_size);
  }
}

/** Maxima over `output_size` windows of the last axis; see adaptive_max_pool1d. */
export class AdaptiveMaxPool1d extends AdaptivePool {
  override forward(x: Tensor): Tensor {
    return adaptive_max_pool1d(x, this.output_size);
  }
}

/** The same over the last two axes. */
export class AdaptiveMaxPool2d extends AdaptivePool {
  override forward(x: Tensor): Tensor {
    return adaptive_max_pool2d(x, this.output_size);
  }
}

/** The same over the last three axes. */
export class AdaptiveMaxPool3d extends AdaptivePool {
  override forward(x: Tensor): Tensor {
    return adaptive_max_pool3d(x, this.output_size);
  }
}
