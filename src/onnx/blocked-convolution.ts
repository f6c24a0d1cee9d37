import type { Runtime } from "../runtime/types.js";
import { type Dim, productOfDims } from "./dim.js";
import { Graph, type Value } from "./graph.js";
import { type Convolution, windowAttributes } from "./window.js";

/**
 * Convolutions over two axes in the layout that ONNX Runtime's processor kernels are fastest in: channels in blocks of
 * as many as a vector register holds, [batch, channels / block, height, width, block].
 *
 * Where weights are constants, ONNX Runtime goes over to that layout by itself. While training they are not, and the
 * graph says it: image and weight are brought into blocks, and the result out of them. That is 1.3 to 1.8 times as
 * fast with images of 14 x 14 and more (layers of ResNet-50 at batch 8).
 */
const domain = "com.microsoft.nchwc";

/** Channels in a block on this processor; 1 where ONNX Runtime has no such kernels, and until that is known. */
let block = 1;
let finding: Promise<void> | null = null;

/** Asks ONNX Runtime for the size of its blocks, once. */
export function findChannelBlock(runtime: Runtime): Promise<void> {
  finding ??= askForChannelBlock(runtime);
  return finding;
}

/** Four channels are filled up to one block. */
async function askForChannelBlock(runtime: Runtime): Promise<void> {
  if (runtime.host !== "cpu") return;
  const graph = new Graph();
  const image = {
    dtype: "float32",
    dims: [1, 4, 1, 1],
    data: new Float32Array(new ArrayBuffer(16)),
  } as const;
  const blocked = graph.node("ReorderInput", [graph.input(image.dtype, image.dims)], { domain });
  graph.output(graph.node("Shape", [blocked], { dtype: "int64", shape: [4] }), "int64", [4]);
  const signature = {
    inputs: graph.inputs.map(({ name }) => name),
    outputs: graph.outputs.map(({ name }) => name),
  };
  try {
    const session = await runtime.createSession(graph.encode(), signature);
    const [sizes] = await session.run([image], [null]);
    session.release();
    if (sizes !== undefined && "data" in sizes) block = Number(sizes.data[1]);
  } catch {
    // A processor without such kernels computes convolutions as they are written.
  }
}

/** Whether a convolution with this weight, in either direction, gains by blocks on its way to `shape`. */
export function gainsByBlocks(
  graph: Graph,
  x: Value,
  weight: Value,
  { stride, groups }: Convolution,
  shape: readonly Dim[],
): boolean {
  if (block === 1 || graph.device !== "cpu" || x.dtype !== "float32" || groups !== 1) return false;
  const [[, channels], [batch, filters, ...size]] = [x.shape!, shape as readonly [Dim, Dim, ...Dim[]]];
  const positions = productOfDims([batch, ...size]);
  const [products, taps] = [weight.shape!, weight.shape!.slice(2)].map(productOfDims) as [number, number];
  if (typeof positions !== "number" || typeof channels !== "number" || size.length !== 2) return false;
  // An image of fewer channels than a block is read as it is, but only by filters as they are.
  const isRead = channels % block === 0 || (channels < block && channels === weight.shape![1]);
  const fits = isRead && (filters as number) % block === 0;
  if (!fits || positions * products < 2 ** 25 || graph.isConstant(weight)) return false;
  // One tap is a product of matrices, which gains only where these are very wide.
  return taps > 1 ? positions >= 1500 : positions >= 6000 && stride.every((step) => step === 1);
}

/** x [batch, in, height, width], weight [out, in, ...kernel]. */
export function convolveInBlocks(
  graph: Graph,
  [x, weight, ...bias]: readonly Value[],
  convolution: Convolution,
  shape: readonly Dim[],
): Value {
  const [filters, channels, ...kernel] = weight!.shape as [number, number, ...number[]];
  const taps = kernel.reduce((product, size) => product * size, 1);
  const rows = graph.reshape(weight!, [filters / block, block, channels * taps]);
  const byTap = graph.transpose(rows, [0, 2, 1]);
  // [out / block, in / block, taps, in, out], or [out / block, in, taps, out] where the channels fill no block.
  const parts = [(filters / block) * (channels / block), block, taps, block];
  const blocks =
    channels < block || taps === 1 ? byTap : graph.transpose(graph.reshape(byTap, parts), [0, 2, 1, 3]);
  return computed(graph, x!, graph.reshape(blocks, weight!.shape!), bias, convolution, shape);
}

/** The same by filters turned round: x [batch, out, height, width], weight [out, in, ...kernel]. */
export function convolveTurnedInBlocks(
  graph: Graph,
  [x, weight, ...bias]: readonly Value[],
  turned: Convolution,
  shape: readonly Dim[],
): Value {
  const [filters, channels, ...kernel] = weight!.shape as [number, number, ...number[]];
  const taps = kernel.reduce((product, size) => product * size, 1);
  const byTap = graph.transpose(
    graph.reshape(weight!, [filters, channels / block, block, taps]),
    [0, 1, 3, 2],
  );
  const reversed = graph.ints(Array.from({ length: taps }, (_, i) => taps - 1 - i));
  const last = graph.node("Gather", [byTap, reversed], { attributes: { axis: 2 }, shape: byTap.shape });
  const parts = graph.reshape(last, [filters / block, block, channels / block, taps, block]);
  // [in / block, out / block, taps, out, in]
  const blocks = graph.transpose(parts, [2, 0, 3, 1, 4]);
  return computed(graph, x!, graph.reshape(blocks, [channels, filters, ...kernel]), bias, turned, shape);
}

function computed(
  graph: Graph,
  x: Value,
  weight: Value,
  bias: readonly Value[],
  convolution: Convolution,
  shape: readonly Dim[],
): Value {
  const isBlocked = (x.shape![1] as number) >= block;
  const image = isBlocked ? graph.node("ReorderInput", [x], { domain, shape: x.shape }) : x;
  const result = graph.node("Conv", [image, weight, ...bias], {
    domain,
    attributes: {
      ...windowAttributes(convolution),
      group: 1,
      kernel_shape: weight.shape!.slice(2) as number[],
    },
    shape,
  });
  return graph.node("ReorderOutput", [result], {
    domain,
    attributes: { channels: shape[1] as number },
    shape,
  });
}
