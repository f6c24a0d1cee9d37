import { TransformersError } from "../../errors.js";
import {
  addDims,
  type Dim,
  dimsEqual,
  divideDims,
  floorDivideDims,
  formatShape,
  multiplyDims,
  subtractDims,
} from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, defineOp, type Op, type Shape } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { arange } from "./creation.js";
import { index_select } from "./indexing.js";
import { stack } from "./joining.js";
import { movedim, permute, reshape, squeeze, unsqueeze } from "./movement.js";
import { padAxes } from "./padding.js";
import { slice } from "./slicing.js";

// Windows along one axis

/** Beyond so many overlapping windows, entries are picked one by one instead of in shifted blocks. */
const mostShifts = 16;

/**
 * All windows of `size` entries along an axis, one every `step` entries; a window's entries are a new last axis
 * (torch.Tensor.unfold). Entries behind the last whole window are left out.
 */
export function slidingWindows(x: Tensor, axis: number, size: number, step: number): Tensor {
  const along = normalizeAxis("unfold", axis, x.rank);
  const length = x.shape[along]!;
  if (!Number.isInteger(size) || size < 0 || (typeof length === "number" && size > length)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `unfold: no windows of ${size} entries lie along axis ${axis} of size ${length}`,
    );
  }
  if (!Number.isInteger(step) || step < 1) {
    throw new TransformersError("INVALID_ARGUMENT", `unfold: step must be at least 1, not ${step}`);
  }
  const count = addDims(floorDivideDims(subtractDims(length, size), step), 1);
  const shifts = Math.ceil(size / step);
  if (shifts > mostShifts) {
    const starts = arange(count).mul(step).unsqueeze(1);
    return movedim(index_select(x, along, starts.add(arange(size))), along + 1, -1);
  }
  // A window is `shifts` blocks of `step` entries in a row: block j of window i is block i + j of the axis.
  const rows = movedim(x, along, -1);
  const lead = rows.shape.slice(0, -1);
  const blockCount = addDims(count, shifts - 1);
  const beyond = subtractDims(multiplyDims(blockCount, step), length);
  const fitted = padAxes(rows, [[rows.rank - 1, 0, beyond]]);
  const blocks = reshape(fitted, [...lead, blockCount, step]);
  const shifted = Array.from({ length: shifts }, (_, j) => slice(blocks, -2, j, addDims(count, j)));
  const windows = reshape(stack(shifted, -2), [...lead, count, shifts * step]);
  return movedim(slice(windows, -1, 0, size), -2, along);
}

// Blocks of images

type Pair = readonly [number, number];

export interface FoldOptions {
  /** Steps between the entries of a block. Default 1. */
  dilation?: number | Pair;
  /** Zeros around the image. Default 0. */
  padding?: number | Pair;
  /** Steps between blocks. Default 1. */
  stride?: number | Pair;
}

interface Blocks {
  size: Pair;
  kernel: Pair;
  dilation: Pair;
  padding: Pair;
  stride: Pair;
}

/** Rows and columns of blocks. */
function blockGrid(op: string, { size, kernel, dilation, padding, stride }: Blocks): [number, number] {
  const count = (i: 0 | 1) =>
    Math.floor((size[i] + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1) / stride[i]) + 1;
  const grid: [number, number] = [count(0), count(1)];
  if (Math.min(...grid) < 1) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: no block of ${kernel.join(" x ")} (dilation ${dilation.join(", ")}) fits into ${size.join(" x ")} with padding ${padding.join(", ")}`,
    );
  }
  return grid;
}

const im2colOp: Op<Blocks> = defineOp<Blocks>("im2col", {
  infer: ([x], blocks) => {
    const [batch, channels] = x!.shape as [Dim, Dim];
    const [rows, columns] = blockGrid("unfold", blocks);
    const [height, width] = blocks.kernel;
    return { dtype: x!.dtype, shape: [batch, multiplyDims(channels, height * width), rows * columns] };
  },
  onnx: (graph, [x], blocks, [out]) => {
    const [batch, channels] = x!.shape as [Dim, Dim];
    const [rows, columns] = blockGrid("unfold", blocks);
    const { phases, extents } = phasesOf(graph, x!, blocks);
    // Blocks side by side: their entries are the phases.
    if (isTiling(blocks) && extents[0] === rows && extents[1] === columns) {
      return graph.reshape(phases, out!.shape);
    }
    const shape = [batch, channels, blocks.kernel[0] * blocks.kernel[1], rows * columns];
    const entries = positionsInKernel(blocks).map(([row, column]) =>
      graph.reshape(entryOfBlocks(graph, phases, blocks.stride, [row, column], [rows, columns]), [
        ...shape.slice(0, 2),
        1,
        rows * columns,
      ]),
    );
    return graph.reshape(graph.node("Concat", entries, { attributes: { axis: 2 }, shape }), out!.shape);
  },
  gradient: ([dy], _inputs, _outputs, blocks) => [apply(col2imOp, [dy!], blocks)],
});

function isTiling({ kernel, stride, dilation }: Blocks): boolean {
  return kernel.every((size, i) => size === stride[i] && dilation[i] === 1);
}

/** Where each entry of a block lies in the padded image, from the block's corner. */
function positionsInKernel({ kernel: [height, width], dilation }: Blocks): Pair[] {
  return Array.from({ length: height * width }, (_, k): Pair => {
    const row = Math.floor(k / width);
    return [row * dilation[0], (k - row * width) * dilation[1]];
  });
}

/**
 * The padded image taken apart into its phases, [batch, channels, stride, stride, ...extents]: entries `stride` apart
 * lie side by side in one of them. ONNX Runtime's Slice with steps is several times slower.
 */
function phasesOf(graph: Graph, x: Value, { size, padding, stride }: Blocks) {
  const [batch, channels] = x.shape as [Dim, Dim];
  const both = (of: (i: 0 | 1) => number): [number, number] => [of(0), of(1)];
  const extents = both((i) => Math.ceil((size[i] + 2 * padding[i]) / stride[i]));
  const behind = both((i) => extents[i] * stride[i] - size[i] - padding[i]);
  const whole = [batch, channels, extents[0] * stride[0], extents[1] * stride[1]];
  const isPadded = padding[0] + padding[1] + behind[0] + behind[1] > 0;
  const image = isPadded
    ? graph.node("Pad", [x, graph.ints([0, 0, ...padding, 0, 0, ...behind]), graph.scalar(x.dtype, 0)], {
        shape: whole,
      })
    : x;
  const apart = [batch, channels, extents[0], stride[0], extents[1], stride[1]];
  const phases =
    stride[0] * stride[1] === 1
      ? graph.reshape(image, [batch, channels, 1, 1, ...extents])
      : graph.transpose(graph.reshape(image, apart), [0, 1, 3, 5, 2, 4]);
  return { phases, extents };
}

/** The entry at a row and a column of each block of a grid. */
function entryOfBlocks(
  graph: Graph,
  phases: Value,
  stride: Pair,
  [row, column]: Pair,
  [rows, columns]: Pair,
): Value {
  const [y, top] = [row % stride[0], Math.floor(row / stride[0])];
  const [z, left] = [column % stride[1], Math.floor(column / stride[1])];
  const starts = graph.ints([y, z, top, left]);
  const ends = graph.ints([y + 1, z + 1, top + rows, left + columns]);
  const shape = [...phases.shape!.slice(0, 2), 1, 1, rows, columns];
  return graph.node("Slice", [phases, starts, ends, graph.ints([2, 3, 4, 5])], { shape });
}

const col2imOp: Op<Blocks> = defineOp<Blocks>("col2im", {
  infer: ([columns], blocks) => {
    const [batch, entries, count] = columns!.shape as [Dim, Dim, Dim];
    const [rows, across] = blockGrid("fold", blocks);
    const channels = divideDims(entries, blocks.kernel[0] * blocks.kernel[1]);
    if (channels === null || !dimsEqual(count, rows * across)) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `fold: ${formatShape(columns!.shape)} are not ${rows} x ${across} blocks of channels times ${blocks.kernel.join(" x ")} entries`,
      );
    }
    return { dtype: columns!.dtype, shape: [batch, channels, ...blocks.size] };
  },
  onnx: (graph, [columns], blocks, [out]) => {
    if (!isFloat(columns!.dtype) || columns!.dtype === "float64")
      return addedBlocks(graph, columns!, blocks, out!.shape);
    const { size, kernel, dilation, padding, stride } = blocks;
    return graph.node("Col2Im", [columns!, graph.ints(size), graph.ints(kernel)], {
      attributes: { dilations: dilation, strides: stride, pads: [...padding, ...padding] },
      shape: out!.shape,
    });
  },
  gradient: ([dy], _inputs, _outputs, blocks) => [apply(im2colOp, [dy!], blocks)],
});

/** Col2Im for the dtypes that its kernel lacks. */
function addedBlocks(graph: Graph, columns: Value, blocks: Blocks, shape: Shape): Value {
  const [batch, channels] = shape as [Dim, Dim];
  const { size, padding, stride } = blocks;
  const [rows, across] = blockGrid("fold", blocks);
  const [height, width] = [size[0] + 2 * padding[0], size[1] + 2 * padding[1]];
  const places = positionsInKernel(blocks).flatMap(([row, column]) =>
    Array.from({ length: rows * across }, (_, block) => {
      const [y, x] = [Math.floor(block / across), block % across];
      return (row + y * stride[0]) * width + column + x * stride[1];
    }),
  );
  const entries = graph.reshape(columns, [batch, channels, places.length]);
  const indices = graph.node(
    "Expand",
    [graph.reshape(graph.ints(places), [1, 1, places.length]), graph.shapeVector(entries.shape!)],
    { shape: entries.shape },
  );
  const whole = [batch, channels, height * width];
  const empty = graph.node("Expand", [graph.scalar(columns.dtype, 0), graph.shapeVector(whole)], {
    shape: whole,
  });
  const image = graph.node("ScatterElements", [empty, indices, entries], {
    attributes: { axis: 2, reduction: "add" },
    shape: whole,
  });
  return graph.node(
    "Slice",
    [
      graph.reshape(image, [batch, channels, height, width]),
      graph.ints(padding),
      graph.ints([padding[0] + size[0], padding[1] + size[1]]),
      graph.ints([2, 3]),
    ],
    { shape },
  );
}

/**
 * Blocks of `kernel_size` as columns (torch.nn.functional.unfold): images [batch, channels, height, width] give
 * [batch, channels * entries of a block, blocks]; the batch may be left out. Height and width must be known sizes.
 */
export function unfold(x: Tensor, kernel_size: number | Pair, options: FoldOptions = {}): Tensor {
  if (x.rank === 3) return squeeze(unfold(unsqueeze(x, 0), kernel_size, options), 0);
  const [height, width] = x.shape.slice(2);
  if (x.rank !== 4 || typeof height !== "number" || typeof width !== "number") {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `unfold: expected [batch, channels, height, width] with known height and width, got ${x}`,
    );
  }
  return apply(im2colOp, [x], blocksOf("unfold", [height, width], kernel_size, options));
}

/**
 * The sum of blocks where they lie in the image, the transpose of unfold (torch.nn.functional.fold):
 * [batch, channels * entries of a block, blocks] gives [batch, channels, ...output_size]; the batch may be left out.
 */
export function fold(
  x: Tensor,
  output_size: number | Pair,
  kernel_size: number | Pair,
  options: FoldOptions = {},
): Tensor {
  if (x.rank === 2) return squeeze(fold(unsqueeze(x, 0), output_size, kernel_size, options), 0);
  if (x.rank !== 3) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `fold: expected [batch, channels * entries of a block, blocks], got ${x}`,
    );
  }
  const size = pairOf("fold", "output_size", output_size, 1);
  return apply(col2imOp, [x], blocksOf("fold", size, kernel_size, options));
}

function blocksOf(op: string, size: Pair, kernel_size: number | Pair, options: FoldOptions): Blocks {
  return {
    size,
    kernel: pairOf(op, "kernel_size", kernel_size, 1),
    dilation: pairOf(op, "dilation", options.dilation ?? 1, 1),
    padding: pairOf(op, "padding", options.padding ?? 0, 0),
    stride: pairOf(op, "stride", options.stride ?? 1, 1),
  };
}

function pairOf(op: string, option: string, value: number | Pair, least: number): Pair {
  const pair: Pair = typeof value === "number" ? [value, value] : value;
  if (pair.length !== 2 || !pair.every((number) => Number.isInteger(number) && number >= least)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${op}: ${option} must be one or two whole numbers from ${least} on, got [${pair.join(", ")}]`,
    );
  }
  return pair;
}

/** [..., channels * r * r, height, width] becomes [..., channels, height * r, width * r]. */
export function pixel_shuffle(x: Tensor, upscale_factor: number): Tensor {
  const r = factorOf("pixel_shuffle", x, upscale_factor);
  const [entries, height, width] = x.shape.slice(-3) as [Dim, Dim, Dim];
  const channels = divideDims(entries, r * r);
  if (channels === null) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `pixel_shuffle: ${entries} channels are not a multiple of ${r} * ${r}, in ${x}`,
    );
  }
  const lead = x.shape.slice(0, -3);
  const n = lead.length;
  const apart = reshape(x, [...lead, channels, r, r, height, width]);
  const order = [...lead.map((_, i) => i), n, n + 3, n + 1, n + 4, n + 2];
  return reshape(permute(apart, order), [...lead, channels, multiplyDims(height, r), multiplyDims(width, r)]);
}

/** The reverse: [..., channels, height * r, width * r] becomes [..., channels * r * r, height, width]. */
export function pixel_unshuffle(x: Tensor, downscale_factor: number): Tensor {
  const r = factorOf("pixel_unshuffle", x, downscale_factor);
  const [channels, tall, wide] = x.shape.slice(-3) as [Dim, Dim, Dim];
  const [height, width] = [divideDims(tall, r), divideDims(wide, r)];
  if (height === null || width === null) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `pixel_unshuffle: height ${tall} and width ${wide} are not multiples of ${r}, in ${x}`,
    );
  }
  const lead = x.shape.slice(0, -3);
  const n = lead.length;
  const apart = reshape(x, [...lead, channels, height, r, width, r]);
  const order = [...lead.map((_, i) => i), n, n + 2, n + 4, n + 1, n + 3];
  return reshape(permute(apart, order), [...lead, multiplyDims(channels, r * r), height, width]);
}

function factorOf(op: string, x: Tensor, factor: number): number {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new TransformersError("INVALID_ARGUMENT", `${op}: the factor must be at least 1, not ${factor}`);
  }
  if (x.rank < 3) {
    throw new TransformersError("SHAPE_MISMATCH", `${op}: expected [..., channels, height, width], got ${x}`);
  }
  return factor;
}
