import { convolveInBlocks, convolveTurnedInBlocks, gainsByBlocks } from "./blocked-convolution.js";
import { addDims, type Dim, multiplyDims, productOfDims, subtractDims } from "./dim.js";
import type { Graph, Value } from "./graph.js";
import { type Convolution, padsAttribute, windowAttributes } from "./window.js";

/** x [batch, in, ...size], weight [out, in / groups, ...kernel], bias [out] or none: [batch, out, ...]. */
export function convolve(
  graph: Graph,
  operands: readonly Value[],
  convolution: Convolution,
  shape: readonly Dim[],
): Value {
  const [x, weight] = operands as [Value, Value];
  if (gainsByBlocks(graph, x, weight, convolution, shape))
    return convolveInBlocks(graph, operands, convolution, shape);
  return graph.node("Conv", operands, {
    attributes: {
      ...windowAttributes(convolution),
      group: convolution.groups,
      kernel_shape: sizesOf(weight) as number[],
    },
    shape,
  });
}

/**
 * What becomes of a convolution's output on the way to its input's gradient: x [batch, out, ...] and weight [out,
 * in / groups, ...kernel] give `shape`, [batch, in, ...size], which the convolution would bring back to that of x.
 */
export function convolveTransposed(
  graph: Graph,
  operands: readonly Value[],
  convolution: Convolution,
  shape: readonly Dim[],
): Value {
  const [x, weight] = operands as [Value, Value];
  const { stride, dilation, padding, groups } = convolution;
  const turned = turnedRound(x, weight, convolution, shape);
  if (turned !== null && gainsByBlocks(graph, x, weight, turned, shape))
    return convolveTurnedInBlocks(graph, operands, turned, shape);
  if (turned !== null && isLargeImage(x, weight)) return convolveTurned(graph, operands, turned, shape);
  const kernel = sizesOf(weight) as number[];
  const size = shape.slice(2);
  const missing = size.map((dim, i) => {
    const [before, behind] = padding[i]!;
    const reach = (kernel[i]! - 1) * dilation[i]! + 1 - before - behind;
    return subtractDims(dim, addDims(multiplyDims(subtractDims(sizesOf(x)[i]!, 1), stride[i]!), reach));
  });
  // Of a symbolic size it is only known that less than a stride is missing: what is too much is cut off.
  const output_padding = missing.map((dim, i) => (typeof dim === "number" ? dim : stride[i]! - 1));
  const isCut = missing.some((dim) => typeof dim !== "number");
  const result = graph.node("ConvTranspose", operands, {
    attributes: { ...windowAttributes(convolution), group: groups, kernel_shape: kernel, output_padding },
    shape: isCut ? null : shape,
  });
  return isCut ? leading(graph, result, size, shape) : result;
}

/**
 * With a stride of 1 a transposed convolution is one by filters that are turned round: that one. null where it would
 * need padding that takes away.
 */
function turnedRound(
  x: Value,
  weight: Value,
  { stride, dilation, padding, groups }: Convolution,
  shape: readonly Dim[],
): Convolution | null {
  const reach = sizesOf(weight).map((size, i) => ((size as number) - 1) * dilation[i]!);
  const fits = reach.every((length, i) => Math.max(...padding[i]!) <= length);
  if (!fits || stride.some((step) => step !== 1)) return null;
  const inverse = padding.map(([before], i): [number, number] => {
    const grown = subtractDims(shape[2 + i]!, sizesOf(x)[i]!) as number;
    return [reach[i]! - before, grown + before];
  });
  return { stride, dilation, padding: inverse, groups };
}

/** Whether turning the filters takes less time than what it gains. */
function isLargeImage(x: Value, weight: Value): boolean {
  const positions = productOfDims([x.shape![0]!, ...sizesOf(x)]);
  const isOneTap = sizesOf(weight).every((size) => size === 1);
  return typeof positions === "number" && positions >= 10 * (weight.shape![0] as number) && !isOneTap;
}

function convolveTurned(
  graph: Graph,
  [x, weight, ...bias]: readonly Value[],
  turned: Convolution,
  shape: readonly Dim[],
): Value {
  const { groups } = turned;
  const kernel = sizesOf(weight!) as number[];
  const taps = kernel.reduce((product, size) => product * size, 1);
  const [filters, channels] = weight!.shape as [number, number];
  const swapped = graph.transpose(
    graph.reshape(weight!, [groups, filters / groups, channels, taps]),
    [0, 2, 1, 3],
  );
  const reversed = graph.ints(Array.from({ length: taps }, (_, i) => taps - 1 - i));
  const last = graph.node("Gather", [swapped, reversed], { attributes: { axis: 3 }, shape: swapped.shape });
  const flipped = graph.reshape(last, [groups * channels, filters / groups, ...kernel]);
  return convolve(graph, [x!, flipped, ...bias], turned, shape);
}

/**
 * The gradient of a convolution's weight from its input x [batch, in, ...size] and its output's gradient dy [batch,
 * out, ...]: `shape`, [out, in / groups, ...kernel].
 *
 * It is a convolution itself: of x by dy, with the batch in the place of the channels, stride and dilation exchanged,
 * and the channels of x as one more spatial axis. That axis, or the last one of the image, stands last: the longer,
 * so that ONNX Runtime copies longer runs.
 */
export function convolveForWeight(
  graph: Graph,
  [x, dy]: readonly Value[],
  convolution: Convolution,
  shape: readonly Dim[],
): Value {
  const { groups } = convolution;
  const [filters, channels, ...kernel] = shape as number[] as [number, number, ...number[]];
  if (isMatrixProduct(convolution, shape)) return productForWeight(graph, x!, dy!, shape);

  const { image, padding } = fitted(graph, x!, dy!, convolution, kernel);
  const [batch, , ...size] = image.shape as [Dim, Dim, ...Dim[]];
  const isLast = channels >= kernel.at(-1)!;
  const place = <T>(spatial: readonly T[], channel: T): T[] =>
    isLast ? [...spatial, channel] : [channel, ...spatial];

  // [groups * batch, ...size, channels]. Without groups an axis for them would only make the transpose slower.
  const order = place(
    size.map((_, i) => 2 + i),
    1,
  );
  const turned =
    groups === 1
      ? graph.transpose(image, [0, ...order])
      : graph.transpose(graph.reshape(image, [batch, groups, channels, ...size]), [
          1,
          0,
          ...order.map((axis) => axis + 1),
        ]);
  const turnedDy = graph.transpose(dy!, [1, 0, ...sizesOf(dy!).map((_, i) => 2 + i)]);
  const symbolic = sizesOf(dy!).some((dim) => typeof dim !== "number");
  const whole = [1, filters, ...place(kernel, channels)];
  const result = graph.node(
    "Conv",
    [
      graph.reshape(turned, [1, multiplyDims(batch, groups), ...place(size, channels)]),
      graph.reshape(turnedDy, [filters, batch, ...place(sizesOf(dy!), 1)]),
    ],
    {
      attributes: {
        group: groups,
        strides: place(convolution.dilation, 1),
        dilations: place(convolution.stride, 1),
        pads: padsAttribute(place(padding, [0, 0])),
        ...(symbolic ? {} : { kernel_shape: place(sizesOf(dy!) as number[], 1) }),
      },
      shape: symbolic ? null : whole,
    },
  );
  const taps = kernel.reduce((product, size) => product * size, 1);
  const exact = symbolic ? leading(graph, result, whole.slice(2), whole) : result;
  if (!isLast) return graph.reshape(exact, shape);
  return graph.reshape(graph.transpose(graph.reshape(exact, [filters, taps, channels]), [0, 2, 1]), shape);
}

/**
 * x without what no filter reached, and the padding that is left of it, so that the sizes fit exactly. Of symbolic
 * sizes that is not known; then the result may be larger than the kernel at its end.
 */
function fitted(
  graph: Graph,
  x: Value,
  dy: Value,
  { stride, dilation, padding }: Convolution,
  kernel: readonly number[],
): { image: Value; padding: (readonly [number, number])[] } {
  const behind = padding.map(([before], i) => {
    const covered = addDims(multiplyDims(subtractDims(sizesOf(dy)[i]!, 1), stride[i]!), 1 - before);
    const needed = addDims(covered, (kernel[i]! - 1) * dilation[i]!);
    const rest = subtractDims(needed, sizesOf(x)[i]!);
    return typeof rest === "number" ? rest : padding[i]![1];
  });
  const size = sizesOf(x).map((dim, i) => addDims(dim, Math.min(behind[i]!, 0)));
  const image = behind.some((amount) => amount < 0)
    ? leading(graph, x, size, [...x.shape!.slice(0, 2), ...size])
    : x;
  return { image, padding: padding.map(([before], i) => [before, Math.max(behind[i]!, 0)]) };
}

/** Whether filters have one tap and read every position once: the weight's gradient is a product of matrices. */
function isMatrixProduct({ stride, padding, groups }: Convolution, [, , ...kernel]: readonly Dim[]): boolean {
  return (
    groups === 1 &&
    [...kernel, ...stride].every((size) => size === 1) &&
    padding.flat().every((amount) => amount === 0)
  );
}

/** One product for each image, added up; or, where these would be larger than the images, one for all. */
function productForWeight(graph: Graph, x: Value, dy: Value, shape: readonly Dim[]): Value {
  const [filters, channels] = shape as [number, number];
  const batch = x.shape![0]!;
  const positions = productOfDims(sizesOf(x));
  if (typeof positions === "number" && filters * channels > positions * (filters + channels)) {
    const columns = multiplyDims(batch, positions);
    const rows = (value: Value, count: number) => {
      const order = [1, 0, ...sizesOf(value).map((_, i) => 2 + i)];
      return graph.reshape(graph.transpose(value, order), [count, columns]);
    };
    const product = graph.matmul(rows(dy, filters), graph.transpose(rows(x, channels), [1, 0]), {
      shape: [filters, channels],
    });
    return graph.reshape(product, shape);
  }
  const flat = (value: Value, count: number) => graph.reshape(value, [batch, count, positions]);
  const products = graph.matmul(flat(dy, filters), graph.transpose(flat(x, channels), [0, 2, 1]), {
    shape: [batch, filters, channels],
  });
  const sum = graph.node("ReduceSum", [products, graph.ints([0])], {
    attributes: { keepdims: 0 },
    shape: [filters, channels],
  });
  return graph.reshape(sum, shape);
}

/** The first entries of the spatial axes. */
function leading(graph: Graph, value: Value, size: readonly Dim[], shape: readonly Dim[]): Value {
  const axes = size.map((_, i) => 2 + i);
  return graph.node(
    "Slice",
    [value, graph.ints(axes.map(() => 0)), graph.shapeVector(size), graph.ints(axes)],
    { shape },
  );
}

/** The spatial sizes of an image, or of a weight. */
function sizesOf({ shape }: Value): readonly Dim[] {
  return shape!.slice(2);
}
