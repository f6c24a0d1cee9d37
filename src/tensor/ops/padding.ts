import { TransformersError } from "../../errors.js";
import { addDims, type Dim, formatShape, multiplyDims, subtractDims } from "../../onnx/dim.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { scalarText } from "./creation.js";
import { cat } from "./joining.js";
import { expand, flip } from "./movement.js";
import { slice } from "./slicing.js";

/** An axis and how many entries are put before and behind it; negative numbers take entries away. */
type AxisPads = readonly [axis: number, before: Dim, after: Dim];

const padOp = defineOp<{ pads: readonly AxisPads[]; value: number | string }>("pad", {
  infer: ([x], { pads }) => {
    const shape = [...x!.shape];
    for (const [axis, before, after] of pads) {
      const size = addDims(addDims(shape[axis]!, before), after);
      if (typeof size === "number" && size < 0) {
        throw new TransformersError(
          "SHAPE_MISMATCH",
          `pad: axis ${axis} of ${formatShape(x!.shape)} has fewer entries than ${before} and ${after} take away`,
        );
      }
      shape[axis] = size;
    }
    return { dtype: x!.dtype, shape };
  },
  onnx: (graph, [x], { pads, value }, [out]) => {
    // Amounts for all axes: with `axes`, ONNX Runtime moves a transpose past Pad as if they were for all.
    const amount = (side: 1 | 2) => x!.shape!.map((_, axis) => pads.find(([at]) => at === axis)?.[side] ?? 0);
    const amounts = graph.shapeVector([...amount(1), ...amount(2)]);
    return graph.node("Pad", [x!, amounts, graph.scalar(x!.dtype, Number(value))], { shape: out!.shape });
  },
  // What is put there has no gradient, and what is taken away has 0.
  gradient: ([dy], _inputs, _outputs, { pads }) => [
    padAxes(
      dy!,
      pads.map(([axis, before, after]) => [axis, multiplyDims(before, -1), multiplyDims(after, -1)]),
    ),
  ],
});

/** Entries of one value (default 0) put before and behind axes, or entries taken away. */
export function padAxes(x: Tensor, pads: readonly AxisPads[], value = 0): Tensor {
  const changing = pads.filter(([, before, after]) => before !== 0 || after !== 0);
  return changing.length === 0 ? x : apply(padOp, [x], { pads: changing, value: scalarText(value) });
}

export interface PadOptions {
  /**
   * What is put there: one value; the entries mirrored at the edge, which itself is not repeated; the entry at the
   * edge; or the entries from the other end. Default "constant".
   */
  mode?: "constant" | "reflect" | "replicate" | "circular";
  /** The value of "constant". Default 0. */
  value?: number;
}

/**
 * Entries put before and behind the last axes. `pad` is in PyTorch's order: [before the last axis, behind the last
 * axis, before the last but one, ...]. Negative numbers take entries away.
 */
export function pad(x: Tensor, pad: readonly Dim[], options: PadOptions = {}): Tensor {
  const { mode = "constant", value } = options;
  if (pad.length % 2 !== 0 || pad.length > 2 * x.rank) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `pad: expected two numbers for each of at most ${x.rank} axes, got [${pad.join(", ")}]`,
    );
  }
  if (pad.some((amount) => typeof amount === "number" && !Number.isInteger(amount))) {
    throw new TransformersError("INVALID_ARGUMENT", `pad: [${pad.join(", ")}] are no whole numbers`);
  }
  const pads = Array.from(
    { length: pad.length / 2 },
    (_, i): AxisPads => [x.rank - 1 - i, pad[2 * i]!, pad[2 * i + 1]!],
  );
  if (mode === "constant") {
    requireValue(x, value ?? 0);
    return padAxes(x, pads, value ?? 0);
  }
  const border = borders[mode];
  if (border === undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `pad: mode is "constant", "reflect", "replicate" or "circular", not "${mode}"`,
    );
  }
  if (value !== undefined) {
    throw new TransformersError("INVALID_ARGUMENT", `pad: value goes with mode "constant", not "${mode}"`);
  }
  return pads.reduce((whole, [axis, before, after]) => {
    const [more, less] = [positive(before), positive(after)];
    const taken: AxisPads = [axis, subtractDims(before, more), subtractDims(after, less)];
    // As in PyTorch: what is taken away is no longer there to go round, but it is still there to be mirrored.
    const part = mode === "circular" ? padAxes(whole, [taken]) : whole;
    const size = part.shape[axis]!;
    requireReach(mode, axis, size, [more, less]);
    const padded = cat(
      [
        ...(more === 0 ? [] : [border(part, axis, size, more, "before")]),
        part,
        ...(less === 0 ? [] : [border(part, axis, size, less, "behind")]),
      ],
      axis,
    );
    return mode === "circular" ? padded : padAxes(padded, [taken]);
  }, x);
}

function positive(amount: Dim): Dim {
  return typeof amount === "number" ? Math.max(amount, 0) : amount;
}

function requireValue({ dtype }: Tensor, value: number): void {
  if (!isFloat(dtype) && !Number.isInteger(value)) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `pad: ${dtype} holds no ${value}; cast the tensor with .to()`,
    );
  }
}

type Side = "before" | "behind";

/** What a mode puts on one side of an axis, made of slices so that its gradient is made of pads. */
const borders: Readonly<
  Record<string, (x: Tensor, axis: number, size: Dim, amount: Dim, side: Side) => Tensor>
> = {
  reflect: (x, axis, size, amount, side) => {
    const start = side === "before" ? 1 : subtractDims(subtractDims(size, amount), 1);
    return flip(slice(x, axis, start, addDims(start, amount)), axis);
  },
  replicate: (x, axis, size, amount, side) => {
    const start = side === "before" ? 0 : subtractDims(size, 1);
    const edge = slice(x, axis, start, addDims(start, 1));
    return expand(
      edge,
      edge.shape.map((dim, i) => (i === axis ? amount : dim)),
    );
  },
  circular: (x, axis, size, amount, side) =>
    side === "before" ? slice(x, axis, subtractDims(size, amount), size) : slice(x, axis, 0, amount),
};

/** An axis has only so many entries to repeat. Symbolic sizes are taken to suffice. */
function requireReach(mode: string, axis: number, size: Dim, amounts: readonly Dim[]): void {
  if (typeof size !== "number") return;
  const available =
    mode === "reflect" ? size - 1 : mode === "replicate" ? (size > 0 ? Number.POSITIVE_INFINITY : 0) : size;
  const beyond = amounts.find((amount) => typeof amount === "number" && amount > available);
  if (beyond !== undefined) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `pad: axis ${axis} of size ${size} has no ${beyond} entries to ${mode === "circular" ? "repeat" : mode}`,
    );
  }
}
