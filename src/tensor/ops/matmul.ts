import { TransformersError } from "../../errors.js";
import { type Dim, dimsEqual, formatShape, productOfDims, shapesEqual } from "../../onnx/dim.js";
import { apply, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { broadcastShapes, promoted, requireFloat } from "./elementwise.js";

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
