import { addDims, type Dim, multiplyDims, productOfDims } from "../../onnx/dim.js";
import type { Convolution } from "../../onnx/window.js";
import { grad } from "../gradient.js";
import { createLeaf, type Shape } from "../node.js";
import type { Tensor } from "../tensor.js";
import { zeros } from "./creation.js";
import { padAxes } from "./padding.js";

/** Convolutions in products of matrices and sums, for the dtypes and sizes that ONNX Runtime's own do not take. */

/**
 * The sum over the taps of a filter of weight[..., tap] @ (what that tap reads at every position). `shape` is that of
 * the result.
 */
export function preciseConvolution(
  x: Tensor,
  weight: Tensor,
  { stride, dilation, padding, groups }: Convolution,
  shape: Shape,
): Tensor {
  const [filters, channels, ...kernel] = weight.shape as readonly number[] as [number, number, ...number[]];
  const [batch, , ...size] = shape as [Dim, Dim, ...Dim[]];
  const padded = padAxes(
    x,
    padding.map(([before, behind], i) => [2 + i, before, behind] as const),
  );
  const taps = kernel.reduce<number[][]>(
    (all, length) => all.flatMap((tap) => Array.from({ length }, (_, i) => [...tap, i])),
    [[]],
  );
  const products = taps.map((tap) => {
    const read = tap.reduce((part, position, i) => {
      const start = position * dilation[i]!;
      return part.slice(2 + i, start, addDims(start, multiplyDims(size[i]!, stride[i]!)), stride[i]!);
    }, padded);
    const columns = read.reshape([batch, groups, channels, productOfDims(size)]);
    const filter = tap.reduce((part, position) => part.select(2, position), weight);
    return filter.reshape([groups, filters / groups, channels]).matmul(columns);
  });
  return products.reduce((a, b) => a.add(b)).reshape(shape);
}

/**
 * The same turned round: as a convolution is linear in its input, its vector-Jacobian product is the transposed
 * convolution of the vector, whatever the input.
 */
export function preciseTransposed(x: Tensor, weight: Tensor, convolution: Convolution, shape: Shape): Tensor {
  const anything = createLeaf({ dtype: x.dtype, shape }, x.node.device).outputs[0]!;
  const output = preciseConvolution(anything, weight, convolution, x.shape);
  return grad(output, [anything], { gradOutputs: [x] })[0]!;
}

/** Zeros that depend on operands of which one has no elements, so that both have a gradient: 0 too. */
export function convolutionOfNothing(
  x: Tensor,
  weight: Tensor,
  _convolution: Convolution,
  shape: Shape,
): Tensor {
  return zeros(shape, { dtype: x.dtype }).add(x.sum().add(weight.sum()).mul(0).to(x.dtype));
}
