import { TransformersError } from "../../errors.js";
import { type Dim, dimsEqual, formatShape, productOfDims, shapesEqual } from "../../onnx/dim.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { expandFor } from "./movement.js";
import { broadcastShapes, promoted, requireFloat } from "./operands.js";

/** All leading axes merged into one. */
function rows(x: Tensor): Tensor {
  return x.reshape([productOfDims(x.shape.slice(0, -1)), x.shape[x.rank - 1]!]);
}

/** Whether a tensor is another one with its last two axes exchanged. */
function swapsLastTwo({ node, rank }: Tensor): boolean {
  const { axes } = (node.op.name === "permute" ? node.attributes : { axes: [] }) as { axes: number[] };
  return axes.length > 1 && axes.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
}

const matmulOp = defineOp<{ alpha: number }>("matmul", {
  infer: ([a, b]) => {
    const [left, right] = [a!.shape, b!.shape];
    const [inner, other] = [left[left.length - 1]!, right[right.length - 2]!];
    if (!dimsEqual(inner, other)) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `matmul: contraction of the last axis of ${formatShape(left)} (${inner}) against the second-to-last of ${formatShape(right)} (${other})`,
      );
    }
    const lead = broadcastShapes("matmul", left.slice(0, -2), right.slice(0, -2));
    return { dtype: a!.dtype, shape: [...lead, left[left.length - 2]!, right[right.length - 1]!] };
  },
  onnx: (graph, [a, b], { alpha }, [out]) => graph.matmul(a!, b!, { alpha, shape: out!.shape }),
  gradient: ([dy], [a, b], _outputs, { alpha }) => {
    const da = dy!.matmul(b!.mT, { alpha });
    // Where b is a transpose itself, its gradient is written so that the two transposes cancel.
    if (b!.rank > 2 && swapsLastTwo(b!)) return [da, dy!.mT.matmul(a!, { alpha }).mT];
    if (b!.rank > 2) return [da, a!.mT.matmul(dy!, { alpha })];
    // One product over all rows instead of a sum of products, one for each batch.
    return [da, rows(a!).mT.matmul(rows(dy!), { alpha })];
  },
});

/**
 * Matrix product of the last two axes, the leading ones broadcast; a tensor of rank 1 is a row on the left, a
 * column on the right, and its axis is gone from the result. `alpha` scales the result at no cost.
 */
export function matmul(a: Tensor, b: Tensor, options: { alpha?: number } = {}): Tensor {
  if (a.rank === 0 || b.rank === 0) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `matmul: expected at least one axis on both sides, got ${a} and ${b}`,
    );
  }
  const [x, y] = promoted(a, b) as [Tensor, Tensor];
  const left = a.rank === 1 ? x.unsqueeze(0) : x;
  const right = b.rank === 1 ? y.unsqueeze(1) : y;
  const product = apply(matmulOp, [left, right], { alpha: options.alpha ?? 1 });
  const dropped = [b.rank === 1 ? product.rank - 1 : -1, a.rank === 1 ? product.rank - 2 : -1];
  return product.reshape(product.shape.filter((_, axis) => !dropped.includes(axis)));
}

const linearOp = defineOp("linear", {
  infer: ([x, weight, bias]) => {
    if (weight!.shape.length !== 2) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `linear: the weight must be [out, in], got ${formatShape(weight!.shape)}`,
      );
    }
    const [out, inner] = weight!.shape as [Dim, Dim];
    const last = x!.shape[x!.shape.length - 1];
    if (last === undefined || !dimsEqual(last, inner)) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `linear: contraction of the last axis of ${formatShape(x!.shape)} (${last}) against the last of the weight ${formatShape(weight!.shape)} (${inner})`,
      );
    }
    if (bias !== undefined && !shapesEqual(bias.shape, [out])) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `linear: the bias ${formatShape(bias.shape)} must be [${out}], as the weight ${formatShape(weight!.shape)} is`,
      );
    }
    return { dtype: x!.dtype, shape: [...x!.shape.slice(0, -1), out] };
  },
  onnx: (graph, [x, weight, bias], _attributes, [out]) => {
    const product = graph.matmul(x!, graph.transpose(weight!, [1, 0]), { shape: out!.shape });
    return bias === undefined ? product : graph.node("Add", [product, bias], { shape: out!.shape });
  },
  gradient: ([dy], [x, weight, bias]) => {
    const dyRows = rows(dy!);
    const gradients = [dy!.matmul(weight!), dyRows.mT.matmul(rows(x!))];
    return bias === undefined ? gradients : [...gradients, dyRows.sum(0)];
  },
});

/** `x @ weight.T + bias` over the last axis of x. weight: [out, in], bias: [out]. */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  requireFloat("linear", x);
  const [input, matrix] = promoted(x, weight) as [Tensor, Tensor];
  const flat = input.rank === 1 ? input.unsqueeze(0) : input;
  const operands = bias === null ? [flat, matrix] : [flat, matrix, bias.to(flat.dtype)];
  const result = apply(linearOp, operands, {});
  return input.rank === 1 ? result.squeeze(0) : result;
}

function requireRanks(op: string, expected: readonly number[], operands: readonly Tensor[]): void {
  if (operands.every(({ rank }, i) => rank === expected[i])) return;
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `${op}: expected operands of rank ${expected.join(" and ")}, got ${operands.join(" and ")}`,
  );
}

/** Product of two matrices; nothing is broadcast. */
export function mm(a: Tensor, b: Tensor): Tensor {
  requireRanks("mm", [2, 2], [a, b]);
  return matmul(a, b);
}

/** Product of two batches of matrices [batch, n, k] and [batch, k, m]; nothing is broadcast. */
export function bmm(a: Tensor, b: Tensor): Tensor {
  requireRanks("bmm", [3, 3], [a, b]);
  if (!dimsEqual(a.shape[0]!, b.shape[0]!)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `bmm: axis 0 has ${a.shape[0]} matrices in ${a} and ${b.shape[0]} in ${b}; matmul() broadcasts`,
    );
  }
  return matmul(a, b);
}

/** Product of a matrix and a vector. */
export function mv(matrix: Tensor, vector: Tensor): Tensor {
  requireRanks("mv", [2, 1], [matrix, vector]);
  return matmul(matrix, vector);
}

/** Sum of the products of two vectors' elements. */
export function dot(a: Tensor, b: Tensor): Tensor {
  requireRanks("dot", [1, 1], [a, b]);
  return matmul(a, b);
}

/** The products of each element of one vector with each of another: [n] and [m] give [n, m]. */
export function outer(a: Tensor, b: Tensor): Tensor {
  requireRanks("outer", [1, 1], [a, b]);
  return a.unsqueeze(1).mul(b);
}

export interface AddedProductOptions {
  /** Factor of what is added; with 0 it counts for nothing, even where it is NaN. Default 1. */
  beta?: number;
  /** Factor of the product. Default 1. */
  alpha?: number;
}

/** `beta * input + alpha * (a @ b)` with matrices; the input broadcasts. */
export function addmm(input: Tensor, a: Tensor, b: Tensor, options: AddedProductOptions = {}): Tensor {
  requireRanks("addmm", [2, 2], [a, b]);
  return addedProduct("addmm", input, a, b, options);
}

/** `beta * input + alpha * (a @ b)` with batches of matrices; the input broadcasts. */
export function baddbmm(input: Tensor, a: Tensor, b: Tensor, options: AddedProductOptions = {}): Tensor {
  requireRanks("baddbmm", [3, 3], [a, b]);
  return addedProduct("baddbmm", input, a, b, options);
}

function addedProduct(
  op: string,
  input: Tensor,
  a: Tensor,
  b: Tensor,
  { beta = 1, alpha = 1 }: AddedProductOptions,
): Tensor {
  const product = matmul(a, b);
  if (!isFloat(product.dtype) && !(Number.isInteger(alpha) && Number.isInteger(beta))) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: alpha ${alpha} and beta ${beta} must be whole numbers for ${product.dtype}`,
    );
  }
  const addend = expandFor(op, input, product.shape);
  const scaled =
    alpha === 1 ? product : isFloat(product.dtype) ? matmul(a, b, { alpha }) : product.mul(alpha);
  if (beta === 0) return scaled;
  return scaled.add(beta === 1 ? addend : addend.mul(beta));
}
