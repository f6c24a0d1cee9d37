import { TransformersError } from "../../errors.js";
import { addDims, type Dim, formatShape, subtractDims } from "../../onnx/dim.js";
import { apply, defineOp } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { where } from "./choice.js";
import { arange, full } from "./creation.js";
import { gather } from "./indexing.js";
import { expand, movedim, squeeze, unsqueeze } from "./movement.js";
import { padAxes } from "./padding.js";
import { slice } from "./slicing.js";

const triangleOp = defineOp<{ upper: boolean; diagonal: number }>("triangle", {
  infer: ([x]) => {
    if (x!.shape.length < 2) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `tril and triu: expected at least two axes, got ${formatShape(x!.shape)}`,
      );
    }
    return x!;
  },
  onnx: (graph, [x], { upper, diagonal }) =>
    graph.node("Trilu", [x!, graph.scalar("int64", diagonal)], {
      attributes: { upper: Number(upper) },
      shape: x!.shape,
    }),
  gradient: ([dy], _inputs, _outputs, { upper, diagonal }) => [
    upper ? dy!.triu(diagonal) : dy!.tril(diagonal),
  ],
});

/** Zeroes what lies above the diagonal of the last two axes. */
export function tril(x: Tensor, diagonal = 0): Tensor {
  return apply(triangleOp, [x], { upper: false, diagonal });
}

/** Zeroes what lies below the diagonal of the last two axes. */
export function triu(x: Tensor, diagonal = 0): Tensor {
  return apply(triangleOp, [x], { upper: true, diagonal });
}

export interface DiagonalOptions {
  /** Above the main diagonal where positive, below it where negative. Default 0. */
  offset?: number;
  /** The axis that counts rows. */
  dim1?: number;
  /** The axis that counts columns. */
  dim2?: number;
}

/** The diagonal of two axes (by default the first two), as a new last axis in their place. */
export function diagonal(x: Tensor, { offset = 0, dim1 = 0, dim2 = 1 }: DiagonalOptions = {}): Tensor {
  requireOffset("diagonal", offset);
  const [rowAxis, columnAxis] = planeOf("diagonal", x.rank, dim1, dim2);
  const plane = movedim(x, [rowAxis, columnAxis], [-2, -1]);
  const [rows, columns] = plane.shape.slice(-2) as [Dim, Dim];
  const [firstRow, firstColumn] = [Math.max(-offset, 0), Math.max(offset, 0)];
  const length = shorter(subtractDims(rows, firstRow), subtractDims(columns, firstColumn), x);
  const taken = slice(plane, -2, firstRow, addDims(firstRow, length));
  const positions = arange(firstColumn, addDims(firstColumn, length)).unsqueeze(-1);
  return squeeze(gather(taken, -1, expand(positions, [...taken.shape.slice(0, -1), 1])), -1);
}

function shorter(a: Dim, b: Dim, x: Tensor): Dim {
  const difference = subtractDims(a, b);
  if (typeof difference !== "number") {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `diagonal: which of the sizes ${a} and ${b} is smaller is not known, in ${x}`,
    );
  }
  const length = difference < 0 ? a : b;
  return typeof length === "number" ? Math.max(length, 0) : length;
}

function planeOf(op: string, rank: number, dim1: number, dim2: number): [number, number] {
  const axes: [number, number] = [normalizeAxis(op, dim1, rank), normalizeAxis(op, dim2, rank)];
  if (axes[0] === axes[1]) {
    throw new TransformersError("SHAPE_MISMATCH", `${op}: dim1 and dim2 are one axis, ${axes[0]}`);
  }
  return axes;
}

function requireOffset(op: string, offset: number): void {
  if (!Number.isInteger(offset)) {
    throw new TransformersError("INVALID_ARGUMENT", `${op}: the offset is a whole number, not ${offset}`);
  }
}

/** Matrices with the last axis as their diagonal and 0 elsewhere; their axes are `dim1` and `dim2` (the last two). */
export function diag_embed(x: Tensor, { offset = 0, dim1 = -2, dim2 = -1 }: DiagonalOptions = {}): Tensor {
  requireOffset("diag_embed", offset);
  const axes = planeOf("diag_embed", x.rank + 1, dim1, dim2);
  normalizeAxis("diag_embed", -1, x.rank);
  // Column j holds the diagonal's element j - offset, in whichever row.
  const columns = padAxes(x, [[x.rank - 1, Math.max(offset, 0), Math.max(-offset, 0)]]);
  const size = columns.shape.at(-1)!;
  const onDiagonal = arange(size).sub(arange(size).unsqueeze(1)).eq(offset);
  const zero = full([], 0, { dtype: x.dtype });
  return movedim(where(onDiagonal, unsqueeze(columns, -2), zero), [-2, -1], axes);
}

/** The diagonal of a matrix, or the matrix with a given diagonal. */
export function diag(x: Tensor, diagonalOffset = 0): Tensor {
  if (x.rank === 1) return diag_embed(x, { offset: diagonalOffset });
  if (x.rank === 2) return diagonal(x, { offset: diagonalOffset });
  throw new TransformersError("SHAPE_MISMATCH", `diag: expected one or two axes, got ${x}`);
}

/** The sum of a matrix's diagonal; ints give int64. */
export function trace(x: Tensor): Tensor {
  if (x.rank !== 2) throw new TransformersError("SHAPE_MISMATCH", `trace: expected a matrix, got ${x}`);
  return diagonal(x).sum();
}
