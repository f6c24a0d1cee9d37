import { TransformersError } from "../../errors.js";
import { convolve, convolveForWeight, convolveTransposed } from "../../onnx/convolution.js";
import {
  addDims,
  type Dim,
  dimsEqual,
  floorDivideDims,
  formatShape,
  multiplyDims,
  shapesEqual,
  subtractDims,
} from "../../onnx/dim.js";
import type { Convolution, Window } from "../../onnx/window.js";
import { apply, defineOp, type Shape } from "../node.js";
import type { Tensor } from "../tensor.js";
import { promoted } from "./operands.js";
import { convolutionOfNothing, preciseConvolution, preciseTransposed } from "./precise-convolution.js";

/** A number for all spatial axes, or one for each. */
export type PerAxis = number | readonly number[];

export interface ConvOptions {
  /** How far the filters move from one position to the next. Default 1. */
  stride?: PerAxis;
  /** Zeros on both sides of each axis; "valid" for none, "same" for an output of the input's size. Default 0. */
  padding?: PerAxis | "same" | "valid";
  /** How far apart the entries are that neighbouring taps of a filter read. Default 1. */
  dilation?: PerAxis;
  /** Into how many parts the channels are cut, each with filters of its own. Default 1. */
  groups?: number;
}

export interface ConvTransposeOptions {
  stride?: PerAxis;
  /** What is cut off the output on both sides of each axis. Default 0. */
  padding?: PerAxis;
  /** What is added to the output at the end of each axis; less than the stride or the dilation. Default 0. */
  output_padding?: PerAxis;
  groups?: number;
  dilation?: PerAxis;
}

/** The size of a convolution's output along one axis. */
export function windowedSize(
  dim: Dim,
  kernel: number,
  i: number,
  { stride, dilation, padding }: Window,
): Dim {
  const [before, behind] = padding[i]!;
  const room = addDims(dim, before + behind - dilation[i]! * (kernel - 1) - 1);
  return addDims(floorDivideDims(room, stride[i]!), 1);
}

const convolutionOp = defineOp<Convolution>("convolution", {
  infer: ([x, weight, bias], convolution) => {
    const name = `conv${weight!.shape.length - 2}d`;
    const { groups } = convolution;
    const [filters, channels, ...kernel] = weight!.shape as readonly number[] as [
      number,
      number,
      ...number[],
    ];
    if (!dimsEqual(x!.shape[1]!, channels * groups)) {
      throw mismatch(
        name,
        `the input ${formatShape(x!.shape)} has ${x!.shape[1]} channels (axis 1), but the weight ${formatShape(weight!.shape)} with groups ${groups} reads ${channels * groups}`,
      );
    }
    if (filters % groups !== 0) {
      throw mismatch(
        name,
        `groups ${groups} do not divide the ${filters} filters of the weight ${formatShape(weight!.shape)}`,
      );
    }
    requireBias(name, bias?.shape, filters);
    const size = kernel.map((length, i) => {
      const out = windowedSize(x!.shape[2 + i]!, length, i, convolution);
      if (typeof out === "number" && out < 1) {
        throw mismatch(
          name,
          `the kernel covers ${convolution.dilation[i]! * (length - 1) + 1} entries of axis ${2 + i}, but the input ${formatShape(x!.shape)} has only ${x!.shape[2 + i]} there with padding ${convolution.padding[i]!.join(" and ")}`,
        );
      }
      return out;
    });
    return { dtype: x!.dtype, shape: [x!.shape[0]!, filters, ...size] };
  },
  onnx: (graph, operands, convolution, [out]) => convolve(graph, operands, convolution, out!.shape),
  gradient: ([dy], [x, weight, bias], _outputs, convolution) => [
    transposedTo(x!, dy!, weight!, convolution),
    weightGradient(x!, dy!, weight!, convolution),
    ...(bias === undefined ? [] : [overChannels(dy!)]),
  ],
});

/** `size` are the spatial sizes of the result, which the convolution brings back to those of the input. */
const transposedOp = defineOp<Convolution & { size: Shape }>("conv_transpose", {
  infer: ([x, weight, bias], { groups, size }) => {
    const name = `conv_transpose${size.length}d`;
    const [filters, channels] = weight!.shape as [number, number];
    if (!dimsEqual(x!.shape[1]!, filters)) {
      throw mismatch(
        name,
        `the input ${formatShape(x!.shape)} has ${x!.shape[1]} channels (axis 1), but the weight ${formatShape(weight!.shape)} reads ${filters}`,
      );
    }
    if (filters % groups !== 0) {
      throw mismatch(name, `groups ${groups} do not divide the ${filters} channels of the input`);
    }
    requireBias(name, bias?.shape, channels * groups);
    if (size.some((dim) => typeof dim === "number" && dim < 1)) {
      throw mismatch(name, `padding takes all of the output, whose sizes would be ${formatShape(size)}`);
    }
    return { dtype: x!.dtype, shape: [x!.shape[0]!, channels * groups, ...size] };
  },
  onnx: (graph, operands, convolution, [out]) => convolveTransposed(graph, operands, convolution, out!.shape),
  gradient: ([dy], [x, weight, bias], _outputs, { size: _, ...convolution }) => [
    convolved(dy!, weight!, convolution),
    weightGradient(dy!, x!, weight!, convolution),
    ...(bias === undefined ? [] : [overChannels(dy!)]),
  ],
});

/** From a convolution's input and its output's gradient, the gradient of its weight. */
const weightGradientOp = defineOp<Convolution & { kernel: readonly number[] }>("conv_weight", {
  infer: ([x, dy], { groups, kernel }) => ({
    dtype: x!.dtype,
    shape: [dy!.shape[1]!, (x!.shape[1] as number) / groups, ...kernel],
  }),
  onnx: (graph, operands, convolution, [out]) => convolveForWeight(graph, operands, convolution, out!.shape),
  gradient: ([dweight], [x, dy], _outputs, { kernel: _, ...convolution }) => [
    transposedTo(x!, dy!, dweight!, convolution),
    convolved(x!, dweight!, convolution),
  ],
});

function convolved(x: Tensor, weight: Tensor, convolution: Convolution): Tensor {
  return apply(convolutionOp, [x, weight], convolution);
}

/** A transposed convolution to the size of an image. */
export function transposedTo(image: Tensor, x: Tensor, weight: Tensor, convolution: Convolution): Tensor {
  return apply(transposedOp, [x, weight], { ...convolution, size: image.shape.slice(2) });
}

/** For a weight of the size of `like`. */
function weightGradient(x: Tensor, dy: Tensor, like: Tensor, convolution: Convolution): Tensor {
  return apply(weightGradientOp, [x, dy], { ...convolution, kernel: like.shape.slice(2) as number[] });
}

/** The sum over all axes but the channels': what each channel's bias gets. */
function overChannels(dy: Tensor): Tensor {
  return dy.sum(dy.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])));
}

/** A convolution over one spatial axis: x [batch, in, length] or [in, length], weight [out, in / groups, kernel]. */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvOptions = {},
): Tensor {
  return convolution(1, x, weight, bias, options);
}

/** The same over two: x [batch, in, height, width] or [in, height, width]. */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvOptions = {},
): Tensor {
  return convolution(2, x, weight, bias, options);
}

/** The same over three: x [batch, in, depth, height, width] or [in, depth, height, width]. */
export function conv3d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvOptions = {},
): Tensor {
  return convolution(3, x, weight, bias, options);
}

/**
 * A transposed convolution over one spatial axis: the gradient of conv1d with respect to its input, as an operation
 * of its own. x [batch, in, length] or [in, length], weight [in, out / groups, kernel].
 */
export function conv_transpose1d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvTransposeOptions = {},
): Tensor {
  return convolutionTransposed(1, x, weight, bias, options);
}

/** The same over two: x [batch, in, height, width] or [in, height, width]. */
export function conv_transpose2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvTransposeOptions = {},
): Tensor {
  return convolutionTransposed(2, x, weight, bias, options);
}

/** The same over three: x [batch, in, depth, height, width] or [in, depth, height, width]. */
export function conv_transpose3d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvTransposeOptions = {},
): Tensor {
  return convolutionTransposed(3, x, weight, bias, options);
}

function convolution(
  rank: number,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvOptions,
): Tensor {
  const name = `conv${rank}d`;
  requireRanks(name, rank, x, weight);
  const stride = perAxis(name, "stride", options.stride ?? 1, rank, 1);
  const dilation = perAxis(name, "dilation", options.dilation ?? 1, rank, 1);
  const kernel = weight.shape.slice(2) as number[];
  const padding = paddingOf(name, options.padding ?? 0, kernel, { stride, dilation });
  const attributes = { stride, dilation, padding, groups: groupsOf(name, options.groups) };
  return batchwise(rank, x, (batched) => {
    const [image, filters, ...rest] = sameDtype(name, batched, weight, bias) as [Tensor, Tensor, ...Tensor[]];
    if (hasKernel(image, filters)) return apply(convolutionOp, [image, filters, ...rest], attributes);
    const { shape } = convolutionOp.infer([image, filters, ...rest], attributes) as { shape: Shape };
    const compute = isEmpty(image, filters) ? convolutionOfNothing : preciseConvolution;
    return rest.reduce(plusBias, compute(image, filters, attributes, shape));
  });
}

function convolutionTransposed(
  rank: number,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvTransposeOptions,
): Tensor {
  const name = `conv_transpose${rank}d`;
  requireRanks(name, rank, x, weight);
  const stride = perAxis(name, "stride", options.stride ?? 1, rank, 1);
  const dilation = perAxis(name, "dilation", options.dilation ?? 1, rank, 1);
  const padding = perAxis(name, "padding", options.padding ?? 0, rank, 0);
  const added = perAxis(name, "output_padding", options.output_padding ?? 0, rank, 0);
  added.forEach((amount, i) => {
    if (amount >= Math.max(stride[i]!, dilation[i]!)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `${name}: output_padding ${amount} must be less than the stride ${stride[i]} or the dilation ${dilation[i]}`,
      );
    }
  });
  return batchwise(rank, x, (batched) => {
    const [image, filters, ...rest] = sameDtype(name, batched, weight, bias) as [Tensor, Tensor, ...Tensor[]];
    const size = image.shape.slice(2).map((dim, i) => {
      const reach = dilation[i]! * ((weight.shape[2 + i] as number) - 1) + 1;
      const steps = multiplyDims(subtractDims(dim, 1), stride[i]!);
      return addDims(steps, reach + added[i]! - 2 * padding[i]!);
    });
    const attributes = {
      stride,
      dilation,
      // What is added to the output is first of all not cut off it.
      padding: padding.map((amount, i): [number, number] => [amount, Math.max(amount - added[i]!, 0)]),
      groups: groupsOf(name, options.groups),
      size,
    };
    const isReached = added.every((amount, i) => amount - padding[i]! < stride[i]!);
    if (isReached && hasKernel(image, filters))
      return apply(transposedOp, [image, filters, ...rest], attributes);
    const { shape } = transposedOp.infer([image, filters, ...rest], attributes) as { shape: Shape };
    const compute = isEmpty(image, filters) ? convolutionOfNothing : preciseTransposed;
    return rest.reduce(plusBias, compute(image, filters, attributes, shape));
  });
}

function plusBias(x: Tensor, bias: Tensor): Tensor {
  return x.add(bias.reshape([bias.shape[0]!, ...x.shape.slice(2).map(() => 1)]));
}

/** ONNX Runtime convolves float32 (and narrower floats in it), and nothing without elements. */
function hasKernel(x: Tensor, weight: Tensor): boolean {
  return !isEmpty(x, weight) && ["float32", "float16", "bfloat16"].includes(x.dtype);
}

function isEmpty(x: Tensor, weight: Tensor): boolean {
  return [...x.shape, ...weight.shape].includes(0);
}

function sameDtype(name: string, x: Tensor, weight: Tensor, bias: Tensor | null): Tensor[] {
  if (x.dtype === "bool" || weight.dtype === "bool") {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${name}: input is ${x.dtype} and weight ${weight.dtype}; bools cannot be convolved, cast them with .to("float32")`,
    );
  }
  const [image, filters] = promoted(x, weight);
  return bias === null ? [image, filters] : [image, filters, bias.to(image.dtype)];
}

/** Calls an operation of batches with one, also where there is none: then x is the only one of a batch. */
export function batchwise(rank: number, x: Tensor, call: (batched: Tensor) => Tensor): Tensor {
  return x.rank === rank + 1 ? call(x.unsqueeze(0)).squeeze(0) : call(x);
}

function requireRanks(name: string, rank: number, x: Tensor, weight: Tensor): void {
  if (x.rank !== rank + 1 && x.rank !== rank + 2) {
    throw mismatch(
      name,
      `the input must have ${rank + 2} axes [batch, channels, ...], or ${rank + 1} without batch; got ${x}`,
    );
  }
  if (weight.rank !== rank + 2 || weight.shape.some((dim) => typeof dim !== "number")) {
    throw mismatch(name, `the weight must have ${rank + 2} axes of known sizes, got ${weight}`);
  }
}

function requireBias(name: string, shape: Shape | undefined, channels: number): void {
  if (shape !== undefined && !shapesEqual(shape, [channels])) {
    throw mismatch(
      name,
      `the bias ${formatShape(shape)} must be [${channels}], one number for each output channel`,
    );
  }
}

/** A whole number for each of `rank` axes. */
export function perAxis(name: string, option: string, value: PerAxis, rank: number, least: number): number[] {
  const given = typeof value === "number" ? [value] : value;
  const values = given.length === 1 ? Array<number>(rank).fill(given[0]!) : [...given];
  if (values.length !== rank || values.some((each) => !(Number.isInteger(each) && each >= least))) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${name}: ${option} is [${given.join(", ")}]; expected a whole number from ${least}, or ${rank} of them`,
    );
  }
  return values;
}

function paddingOf(
  name: string,
  padding: PerAxis | "same" | "valid",
  kernel: readonly number[],
  { stride, dilation }: Pick<Window, "stride" | "dilation">,
): [number, number][] {
  if (padding === "valid") return kernel.map(() => [0, 0]);
  if (padding !== "same") {
    if (typeof padding === "string") {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `${name}: padding is "${padding}"; expected a number, one for each axis, "same" or "valid"`,
      );
    }
    return perAxis(name, "padding", padding, kernel.length, 0).map((amount) => [amount, amount]);
  }
  if (stride.some((step) => step !== 1)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${name}: padding "same" goes with a stride of 1, not [${stride.join(", ")}]`,
    );
  }
  return kernel.map((length, i) => {
    const total = dilation[i]! * (length - 1);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
}

function groupsOf(name: string, groups = 1): number {
  if (!Number.isInteger(groups) || groups < 1) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${name}: groups is ${groups}; expected a whole number from 1`,
    );
  }
  return groups;
}

function mismatch(name: string, what: string): TransformersError {
  return new TransformersError("SHAPE_MISMATCH", `${name}: ${what}`);
}
