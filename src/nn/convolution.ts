import { TransformersError } from "../errors.js";
import {
  type ConvOptions,
  type ConvTransposeOptions,
  conv_transpose1d,
  conv_transpose2d,
  conv_transpose3d,
  conv1d,
  conv2d,
  conv3d,
  type PadOptions,
  Parameter,
  type PerAxis,
  pad,
  type Tensor,
} from "../tensor/index.js";
import { kaiming_uniform_, uniform_ } from "./init.js";
import { Module } from "./module.js";

export interface ConvolutionSettings extends ConvOptions {
  /** Add one number to each output channel. Default true. */
  bias?: boolean;
  /** What the padding consists of. Default "zeros". */
  padding_mode?: "zeros" | "reflect" | "replicate" | "circular";
}

export interface TransposedSettings extends ConvTransposeOptions {
  /** Add one number to each output channel. Default true. */
  bias?: boolean;
}

/** A number for each axis, where one may stand for all. */
function sizes(name: string, option: string, value: PerAxis, rank: number): readonly number[] {
  if (typeof value === "number") return Array<number>(rank).fill(value);
  if (value.length === rank) return value;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${name}: ${option} is [${value.join(", ")}]; expected a number, or ${rank} of them`,
  );
}

/** Weight and bias of a convolution, with PyTorch's initial values. */
abstract class Filters extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(out_channels: number, shape: readonly number[], groups: number, bias: boolean) {
    super();
    const name = this.constructor.name;
    for (const channels of shape.slice(0, 2).map((size, i) => (i === 1 ? size * groups : size))) {
      if (!Number.isInteger(channels / groups) || channels < 1) {
        throw new TransformersError(
          "INVALID_ARGUMENT",
          `${name}: groups ${groups} must divide in_channels and out_channels, and both be at least 1`,
        );
      }
    }
    const bound = 1 / Math.sqrt(shape.slice(1).reduce((product, size) => product * size, 1));
    this.weight = new Parameter(shape, kaiming_uniform_({ a: Math.sqrt(5) }));
    this.bias = bias ? new Parameter([out_channels], uniform_(-bound, bound)) : null;
  }
}

abstract class Convolution extends Filters {
  readonly kernel_size: readonly number[];

  constructor(
    rank: number,
    readonly in_channels: number,
    readonly out_channels: number,
    kernel_size: PerAxis,
    readonly options: ConvolutionSettings,
  ) {
    const { groups = 1, bias = true } = options;
    const kernel = sizes(`Conv${rank}d`, "kernel_size", kernel_size, rank);
    super(out_channels, [out_channels, in_channels / groups, ...kernel], groups, bias);
    this.kernel_size = kernel;
  }

  /** The input, padded where that is more than zeros, and what is left of the options. */
  protected prepared(x: Tensor): [Tensor, ConvOptions] {
    const { bias: _, padding_mode = "zeros", ...options } = this.options;
    if (padding_mode === "zeros") return [x, options];
    const around = this.#around();
    const amounts = around.every(([before, behind]) => before === 0 && behind === 0) ? [] : around;
    const mode: PadOptions["mode"] = padding_mode;
    // The last axis comes first.
    return [pad(x, amounts.toReversed().flat(), { mode }), { ...options, padding: 0 }];
  }

  #around(): (readonly [number, number])[] {
    const { padding = 0, dilation = 1 } = this.options;
    const rank = this.kernel_size.length;
    if (padding === "valid") return [];
    if (padding === "same") {
      const apart = sizes(`Conv${rank}d`, "dilation", dilation, rank);
      return this.kernel_size.map((length, i) => {
        const total = apart[i]! * (length - 1);
        return [Math.floor(total / 2), Math.ceil(total / 2)];
      });
    }
    return sizes(`Conv${rank}d`, "padding", padding, rank).map((amount) => [amount, amount]);
  }
}

/**
 * A convolution over one axis: x [batch, in_channels, length] or without batch. weight: [out_channels, in_channels /
 * groups, kernel_size], bias: [out_channels].
 */
export class Conv1d extends Convolution {
  constructor(
    in_channels: number,
    out_channels: number,
    kernel_size: PerAxis,
    options: ConvolutionSettings = {},
  ) {
    super(1, in_channels, out_channels, kernel_size, options);
  }

  forward(x: Tensor): Tensor {
    const [image, options] = this.prepared(x);
    return conv1d(image, this.weight, this.bias, options);
  }
}

/** The same over two axes: x [batch, in_channels, height, width] or without batch. */
export class Conv2d extends Convolution {
  constructor(
    in_channels: number,
    out_channels: number,
    kernel_size: PerAxis,
    options: ConvolutionSettings = {},
  ) {
    super(2, in_channels, out_channels, kernel_size, options);
  }

  forward(x: Tensor): Tensor {
    const [image, options] = this.prepared(x);
    return conv2d(image, this.weight, this.bias, options);
  }
}

/** The same over three axes: x [batch, in_channels, depth, height, width] or without batch. */
export class Conv3d extends Convolution {
  constructor(
    in_channels: number,
    out_channels: number,
    kernel_size: PerAxis,
    options: ConvolutionSettings = {},
  ) {
    super(3, in_channels, out_channels, kernel_size, options);
  }

  forward(x: Tensor): Tensor {
    const [image, options] = this.prepared(x);
    return conv3d(image, this.weight, this.bias, options);
  }
}

abstract class TransposedConvolution extends Filters {
  readonly kernel_size: readonly number[];

  constructor(
    readonly rank: number,
    readonly in_channels: number,
    readonly out_channels: number,
    kernel_size: PerAxis,
    readonly options: TransposedSettings,
  ) {
    const { groups = 1, bias = true } = options;
    if ("padding_mode" in options && options.padding_mode !== "zeros") {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `ConvTranspose${rank}d: padding_mode is "${options.padding_mode}"; a transposed convolution has only "zeros"`,
      );
    }
    const kernel = sizes(`ConvTranspose${rank}d`, "kernel_size", kernel_size, rank);
    super(out_channels, [in_channels, out_channels / groups, ...kernel], groups, bias);
    this.kernel_size = kernel;
  }

  /** The options with the output_padding that gives `output_size`, the sizes of the last axes. */
  protected sized(x: Tensor, output_size: readonly number[] | null): ConvTransposeOptions {
    const { bias: _, ...options } = this.options;
    if (output_size === null) return options;
    const { rank, kernel_size } = this;
    const name = `ConvTranspose${rank}d`;
    const each = (option: string, value: PerAxis) => sizes(name, option, value, rank);
    const [stride, padding, dilation] = [
      each("stride", options.stride ?? 1),
      each("padding", options.padding ?? 0),
      each("dilation", options.dilation ?? 1),
    ] as const;
    const wanted = each("output_size", output_size.slice(-rank));
    const output_padding = wanted.map((size, i) => {
      const given = x.shape[x.rank - rank + i];
      const steps = typeof given === "number" ? (given - 1) * stride[i]! : Number.NaN;
      const least = steps - 2 * padding[i]! + dilation[i]! * (kernel_size[i]! - 1) + 1;
      if (!(size >= least && size < least + stride[i]!)) {
        throw new TransformersError(
          "INVALID_ARGUMENT",
          `${name}: an axis of ${given} entries can become ${least} to ${least + stride[i]! - 1} long, not ${size}`,
        );
      }
      return size - least;
    });
    return { ...options, output_padding };
  }
}

/**
 * The transposed convolution over one axis: x [batch, in_channels, length] or without batch. weight: [in_channels,
 * out_channels / groups, kernel_size], bias: [out_channels]. `output_size` chooses among the sizes that a stride allows.
 */
export class ConvTranspose1d extends TransposedConvolution {
  constructor(
    in_channels: number,
    out_channels: number,
    kernel_size: PerAxis,
    options: TransposedSettings = {},
  ) {
    super(1, in_channels, out_channels, kernel_size, options);
  }

  forward(x: Tensor, output_size: readonly number[] | null = null): Tensor {
    return conv_transpose1d(x, this.weight, this.bias, this.sized(x, output_size));
  }
}

/** The same over two axes: x [batch, in_channels, height, width] or without batch. */
export class ConvTranspose2d extends TransposedConvolution {
  constructor(
    in_channels: number,
    out_channels: number,
    kernel_size: PerAxis,
    options: TransposedSettings = {},
  ) {
    super(2, in_channels, out_channels, kernel_size, options);
  }

  forward(x: Tensor, output_size: readonly number[] | null = null): Tensor {
    return conv_transpose2d(x, this.weight, this.bias, this.sized(x, output_size));
  }
}

/** The same over three axes: x [batch, in_channels, depth, height, width] or without batch. */
export class ConvTranspose3d extends TransposedConvolution {
  constructor(
    in_channels: number,
    out_channels: number,
    kernel_size: PerAxis,
    options: TransposedSettings = {},
  ) {
    super(3, in_channels, out_channels, kernel_size, options);
  }

  forward(x: Tensor, output_size: readonly number[] | null = null): Tensor {
    return conv_transpose3d(x, this.weight, this.bias, this.sized(x, output_size));
  }
}
