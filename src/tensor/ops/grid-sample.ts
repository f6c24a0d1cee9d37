import { TransformersError } from "../../errors.js";
import { type Dim, dimsEqual, formatShape, productOfDims, subtractDims } from "../../onnx/dim.js";
import { apply, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { clamp, where } from "./choice.js";
import { logical_and } from "./comparison.js";
import { arange, dimTensor, ones, zeros } from "./creation.js";
import { stack } from "./joining.js";
import { inFloat32, requireFloat } from "./operands.js";
import { cubic } from "./sampling-matrix.js";
import { round } from "./unary.js";

export type GridSampleMode = "bilinear" | "nearest" | "bicubic";
export type GridPadding = "zeros" | "border" | "reflection";

export interface GridSampleOptions {
  /** "bilinear" (default; of volumes it is trilinear), "nearest" or, for images alone, "bicubic". */
  mode?: GridSampleMode;
  /** What lies outside: "zeros" (default), the values on the "border", or the image's "reflection" in it. */
  padding_mode?: GridPadding;
  /** Whether -1 and 1 are the centres of the corners, or their outer edges. Default false. */
  align_corners?: boolean | null;
}

type Sampling = Required<{ [O in keyof GridSampleOptions]: NonNullable<GridSampleOptions[O]> }>;

const onnxModes = { bilinear: "linear", nearest: "nearest", bicubic: "cubic" } as const;

/** x: [batch, channels, ...size], grid: [batch, ...places, as many coordinates as there are sizes, the last one first]. */
const gridSampleOp = defineOp<Sampling>("grid_sample", {
  infer: ([x, grid]) => ({ dtype: x!.dtype, shape: [...x!.shape.slice(0, 2), ...grid!.shape.slice(1, -1)] }),
  onnx: (graph, [x, grid], { mode, padding_mode, align_corners }, [out]) =>
    graph.node("GridSample", [x!, grid!], {
      attributes: { mode: onnxModes[mode], padding_mode, align_corners: Number(align_corners) },
      shape: out!.shape,
    }),
  gradient: { decompose: ([x, grid], sampling) => [sampledRows(x!, grid!, sampling)] },
});

/**
 * Values of an image (or a volume) at places of a grid, as torch.nn.functional.grid_sample. input: [batch, channels,
 * height, width] (or with a depth before); grid: [batch, rows, columns, 2] (or [batch, ..., 3]), coordinates from -1 to 1,
 * the one along the last axis first. Gives [batch, channels, rows, columns]. Throws `SHAPE_MISMATCH` and `DTYPE_MISMATCH`
 * where the two do not fit.
 */
export function grid_sample(input: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  const { mode = "bilinear", padding_mode = "zeros" } = options;
  const align_corners = options.align_corners ?? false;
  requireFloat("grid_sample", input);
  requireGrid(input, grid);
  requireOptions(input, mode, padding_mode);
  if (input.shape.includes(0) || grid.shape.includes(0)) {
    return zeros([...input.shape.slice(0, 2), ...grid.shape.slice(1, -1)], { dtype: input.dtype });
  }
  return inFloat32(input, (x) =>
    apply(gridSampleOp, [x, grid.to(x.dtype)], { mode, padding_mode, align_corners }),
  );
}

function requireGrid(input: Tensor, grid: Tensor): void {
  if (grid.dtype !== input.dtype) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `grid_sample: input and grid must have one dtype, got ${input.dtype} and ${grid.dtype}; cast one with .to()`,
    );
  }
  const spatial = input.rank - 2;
  const fits =
    (spatial === 2 || spatial === 3) &&
    grid.rank === input.rank &&
    dimsEqual(grid.shape[0]!, input.shape[0]!) &&
    grid.shape.at(-1) === spatial;
  if (!fits) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `grid_sample: input [batch, channels, height, width] goes with a grid [batch, rows, columns, 2] (a volume with [batch, ..., 3]), got ${formatShape(input.shape)} and ${formatShape(grid.shape)}`,
    );
  }
  if (input.shape.slice(2).includes(0)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `grid_sample: a spatial axis of ${formatShape(input.shape)} has no values to sample`,
    );
  }
}

function requireOptions(input: Tensor, mode: string, padding: string): void {
  const refuse = (words: string): never => {
    throw new TransformersError("INVALID_ARGUMENT", `grid_sample: ${words}`);
  };
  if (!(mode in onnxModes)) refuse(`mode must be "bilinear", "nearest" or "bicubic", not "${mode}"`);
  if (!["zeros", "border", "reflection"].includes(padding)) {
    refuse(`padding_mode must be "zeros", "border" or "reflection", not "${padding}"`);
  }
  if (mode === "bicubic" && input.rank !== 4)
    refuse(`mode "bicubic" is for images, got ${formatShape(input.shape)}`);
}

/** A position along an axis and the share that its value has. */
interface Tap {
  position: Tensor;
  share: Tensor;
}

/** The same in operators that have gradients: rows of channels are looked up, weighed and added. */
function sampledRows(x: Tensor, grid: Tensor, sampling: Sampling): Tensor {
  const [batch, channels, ...size] = x.shape as [Dim, Dim, ...Dim[]];
  const places = grid.shape.slice(1, -1);
  const rank = size.length;
  const channelsLast = [0, ...size.map((_, i) => i + 2), 1];
  const rows = x.permute(channelsLast).reshape([productOfDims([batch, ...size]), channels]);
  const taps = size.map((dim, i) => tapsAlong(grid.select(-1, rank - 1 - i), dim, sampling));
  const image = arange(batch).reshape([batch, ...places.map(() => 1)]);

  // Every choice of one tap along each axis, the rows of the image numbered as they lie.
  let corners: Tap[] = [{ position: image, share: ones([], { dtype: x.dtype }) }];
  taps.forEach((along, i) => {
    const dim = dimTensor(size[i]!, "int64");
    corners = corners.flatMap((corner) =>
      along.map((tap) => ({
        position: corner.position.mul(dim).add(tap.position),
        share: corner.share.mul(tap.share),
      })),
    );
  });
  const sampled = corners
    .map(({ position, share }) => rows.index_select(0, position).mul(share.unsqueeze(-1)))
    .reduce((a, b) => a.add(b)); // [batch, ...places, channels]
  return sampled.permute([0, rank + 1, ...places.map((_, i) => i + 1)]);
}

function tapsAlong(coordinates: Tensor, size: Dim, sampling: Sampling): Tap[] {
  const { mode, padding_mode } = sampling;
  const { dtype } = coordinates;
  const free = unnormalized(coordinates, size, sampling.align_corners);
  const bounds = { last: dimTensor(subtractDims(size, 1), dtype), size: dimTensor(size, dtype) };
  const tap = (position: Tensor, share: Tensor): Tap => {
    const inside = logical_and(position.ge(0), position.le(bounds.last));
    const index = where(inside, position, 0).to("int64");
    return { position: index, share: padding_mode === "zeros" ? where(inside, share, 0) : share };
  };
  if (mode === "bicubic") {
    const below = free.floor();
    const rest = free.sub(below);
    return [-1, 0, 1, 2].map((offset) =>
      tap(padded(below.add(offset), bounds, sampling), cubic(rest.sub(offset), -0.75)),
    );
  }
  const position = padded(free, bounds, sampling);
  if (mode === "nearest") {
    // The grid has a gradient here too, which is 0.
    const whole = clamp(coordinates, { min: -1, max: 1 }).mul(0).add(1);
    return [tap(round(position), whole)];
  }
  const below = position.floor();
  const rest = position.sub(below);
  const above = padding_mode === "zeros" ? below.add(1) : below.add(1).minimum(bounds.last);
  return [tap(below, rest.neg().add(1)), tap(above, rest)];
}

/** From -1 ... 1 to positions 0, 1, 2 ... */
function unnormalized(coordinates: Tensor, size: Dim, align_corners: boolean): Tensor {
  const { dtype } = coordinates;
  const shifted = coordinates.add(1);
  if (align_corners) return shifted.mul(dimTensor(subtractDims(size, 1), dtype)).mul(0.5);
  return shifted.mul(dimTensor(size, dtype)).sub(1).mul(0.5);
}

interface Bounds {
  last: Tensor;
  size: Tensor;
}

/** Positions outside brought inside, as the padding mode has it. The bounds themselves have no slope, as in PyTorch. */
function padded(position: Tensor, bounds: Bounds, { padding_mode, align_corners }: Sampling): Tensor {
  if (padding_mode === "zeros") return position;
  const inner = padding_mode === "border" ? position : reflected(position, bounds, align_corners);
  return where(inner.le(0), 0, where(inner.ge(bounds.last), bounds.last, inner));
}

/** Thrown back at the centres of the corners or half a step further out, as often as it takes. */
function reflected(position: Tensor, { last, size }: Bounds, align_corners: boolean): Tensor {
  const low = align_corners ? 0 : -0.5;
  const span = align_corners ? last : size;
  const isPoint = span.le(0);
  const period = where(isPoint, 1, span);
  const away = position.sub(low);
  const distance = where(away.lt(0), away.neg(), away);
  const turns = distance.div(period).floor();
  const rest = distance.sub(turns.mul(period));
  const isBack = turns.remainder(2).ne(0);
  return where(isPoint, 0, where(isBack, period.sub(rest), rest).add(low));
}

/**
 * The grid of places that `grid_sample` takes for an affine map, as torch.nn.functional.affine_grid. theta: [batch, 2, 3]
 * with size [batch, channels, height, width] gives [batch, height, width, 2]; [batch, 3, 4] with a depth before gives
 * [batch, depth, height, width, 3].
 */
export function affine_grid(
  theta: Tensor,
  size: readonly Dim[],
  options: { align_corners?: boolean | null } = {},
): Tensor {
  requireFloat("affine_grid", theta);
  const spatial = size.length - 2;
  const fits =
    (spatial === 2 || spatial === 3) &&
    theta.rank === 3 &&
    dimsEqual(theta.shape[0]!, size[0]!) &&
    theta.shape[1] === spatial &&
    theta.shape[2] === spatial + 1;
  if (!fits) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `affine_grid: theta [batch, 2, 3] goes with size [batch, channels, height, width] ([batch, 3, 4] with a depth before), got ${formatShape(theta.shape)} and ${formatShape(size)}`,
    );
  }
  const places = size.slice(2);
  const { dtype } = theta;
  const coordinates = places.map((dim, i) => {
    const along = places.map((_, axis) => (axis === i ? dim : 1));
    return centres(dim, options.align_corners ?? false, dtype)
      .reshape(along)
      .expand(places);
  });
  const base = stack([...coordinates.reverse(), ones(places, { dtype })], -1);
  const points = base.reshape([1, productOfDims(places), spatial + 1]).matmul(theta.mT);
  return points.reshape([size[0]!, ...places, spatial]);
}

/** Where the values of an axis lie between -1 and 1. */
function centres(size: Dim, align_corners: boolean, dtype: Tensor["dtype"]): Tensor {
  const doubled = arange(size)
    .mul(2)
    .sub(dimTensor(subtractDims(size, 1), "int64"))
    .to(dtype);
  const steps = align_corners ? dimTensor(subtractDims(size, 1), dtype).maximum(1) : dimTensor(size, dtype);
  return doubled.div(steps);
}
