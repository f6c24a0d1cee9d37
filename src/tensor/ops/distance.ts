import { TransformersError } from "../../errors.js";
import { dimsEqual, formatShape } from "../../onnx/dim.js";
import type { Tensor } from "../tensor.js";
import { where } from "./choice.js";
import { promoted, requireFloat } from "./operands.js";

/**
 * The p-norm distance of each vector of one tensor to each of another: [..., n, width] and [..., m, width] give
 * [..., n, m]. The gradient of a distance of 0 is 0. Takes memory for n * m * width numbers.
 */
export function cdist(x1: Tensor, x2: Tensor, { p = 2 }: { p?: number } = {}): Tensor {
  requireFloat("cdist", x1);
  const [a, b] = promoted(x1, x2);
  if (a.rank < 2 || b.rank < 2 || !dimsEqual(a.shape.at(-1)!, b.shape.at(-1)!)) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `cdist: expected [..., n, width] and [..., m, width] of one width, got ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  }
  if (!(p >= 0)) {
    throw new TransformersError("INVALID_ARGUMENT", `cdist: p must be 0 or more, not ${p}`);
  }
  const apart = a.unsqueeze(-2).sub(b.unsqueeze(-3)).abs();
  if (p === Number.POSITIVE_INFINITY) return apart.amax(-1);
  if (p === 0) return apart.ne(0).to(apart.dtype).sum(-1);
  if (p === 1) return apart.sum(-1);
  return powerOrZero(powerOrZero(apart, p).sum(-1), 1 / p);
}

/** A power whose gradient at 0 is 0. */
function powerOrZero(x: Tensor, exponent: number): Tensor {
  const isZero = x.eq(0);
  return where(isZero, 0, where(isZero, 1, x).pow(exponent));
}
