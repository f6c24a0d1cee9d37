import { TransformersError } from "../../errors.js";
import { formatShape } from "../../onnx/dim.js";
import { apply, defineOp, type Op } from "../node.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import type { DTypeOptions } from "./creation.js";
import { cat } from "./joining.js";
import { inFloat32 } from "./operands.js";
import { summand } from "./reduce.js";

/** Running sums and products along an axis. */

interface Direction {
  axis: number;
  reverse: boolean;
}

const cumsumOp: Op<Direction> = defineOp<Direction>("cumsum", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { axis, reverse }) =>
    graph.node("CumSum", [x!, graph.scalar("int64", axis)], {
      attributes: { reverse: Number(reverse) },
      shape: x!.shape,
    }),
  gradient: ([dy], _inputs, _outputs, { axis, reverse }) => [
    apply(cumsumOp, [dy!], { axis, reverse: !reverse }),
  ],
});

/** Each element added to all before it along an axis; ints and bools give int64. `dtype` is what x is cast to before. */
export function cumsum(x: Tensor, axis: number, { dtype }: DTypeOptions = {}): Tensor {
  if (x.rank === 0) return cumsum(x.reshape([1]), axis, { dtype }).reshape([]);
  const along = normalizeAxis("cumsum", axis, x.rank);
  return apply(cumsumOp, [summand(x, dtype)], { axis: along, reverse: false });
}

/**
 * Each element multiplied by all before it along an axis, whose size must be known; ints and bools give int64.
 * `dtype` is what x is cast to before.
 *
 * By doubling: after k steps each element holds the product of 2^k. Source: Hillis and Steele, "Data Parallel
 * Algorithms", 1986. Made of products alone, it has an exact gradient where elements are 0.
 */
export function cumprod(x: Tensor, axis: number, { dtype }: DTypeOptions = {}): Tensor {
  if (x.rank === 0) return cumprod(x.reshape([1]), axis, { dtype }).reshape([]);
  const along = normalizeAxis("cumprod", axis, x.rank);
  const size = x.shape[along]!;
  if (typeof size !== "number") {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `cumprod: axis ${along} of ${formatShape(x.shape)} must have a known size, not ${size}`,
    );
  }
  return inFloat32(summand(x, dtype), (factors) => {
    let products = factors;
    for (let distance = 1; distance < size; distance *= 2) {
      const first = products.slice(along, 0, distance);
      const shifted = products.slice(along, 0, size - distance);
      products = cat([first, products.slice(along, distance).mul(shifted)], along);
    }
    return products;
  });
}
