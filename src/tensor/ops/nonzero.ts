import { TransformersError } from "../../errors.js";
import { allocate, type DType, type TypedArray } from "../../runtime/dtype.js";
import { hostDevice } from "../../runtime/index.js";
import type { Tensor } from "../tensor.js";
import { to_device } from "../transfer.js";
import { tensor } from "./creation.js";
import { index_select } from "./indexing.js";
import { expand, flatten } from "./movement.js";
import { broadcastShapes } from "./operands.js";

// A lazy tensor has its shape from the start, but how many elements are not 0 is known only once they have been
// computed. So these compute what they look at (and nothing else) and give a promise. In a function that is traced
// there is nothing to look at: they refuse, and where() or masked_fill() keep the shape instead.

/**
 * The positions of the elements that are not 0 (or true), row by row: int64 [count, rank]. With `as_tuple`, one
 * vector [count] for each axis: what `where(condition)` alone gives in PyTorch. Computes x.
 */
export async function nonzero(x: Tensor, options?: { as_tuple?: false }): Promise<Tensor>;
export async function nonzero(x: Tensor, options: { as_tuple: true }): Promise<Tensor[]>;
export async function nonzero(x: Tensor, options: { as_tuple?: boolean } = {}): Promise<Tensor | Tensor[]> {
  const { data, shape } = await onHost(x);
  const flat = flatPositions(data, x.dtype);
  if (options.as_tuple) {
    // A tensor without axes counts as a vector of one.
    return unravelled(flat, shape.length === 0 ? [1] : shape).map((positions) =>
      to_device(tensor(positions), x.device),
    );
  }
  const rows = allocate("int64", flat.length * shape.length) as BigInt64Array;
  unravelled(flat, shape).forEach((positions, axis) => {
    for (let i = 0; i < flat.length; i++) rows[i * shape.length + axis] = positions[i]!;
  });
  return to_device(tensor(rows, { shape: [flat.length, shape.length] }), x.device);
}

async function onHost(x: Tensor): Promise<{ data: TypedArray; shape: readonly number[] }> {
  const { data, shape } = await to_device(x, hostDevice).realize();
  return { data, shape: shape as readonly number[] };
}

/**
 * The elements of x where the mask (bool; the two broadcast) holds, as a vector. Computes the mask; what is taken
 * from x stays lazy, and gradients go back to it.
 */
export async function masked_select(x: Tensor, mask: Tensor): Promise<Tensor> {
  requireMask("masked_select", mask);
  const shape = broadcastShapes("masked_select", x.shape, mask.shape);
  const { data } = await onHost(expand(mask, shape));
  const [positions] = unravelled(flatPositions(data, "bool"), [data.length]);
  return index_select(flatten(expand(x, shape)), 0, to_device(tensor(positions!), x.device));
}

export function requireMask(op: string, { dtype }: Tensor): void {
  if (dtype !== "bool") {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: the mask must be bool, got ${dtype}; compare it with ne(0)`,
    );
  }
}

/** Where elements are not 0, in row order. */
export function flatPositions(values: TypedArray, dtype: DType): number[] {
  const isHalf = dtype === "float16" || dtype === "bfloat16";
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // Of the bits of a 16-bit float all but the sign count.
    if (isHalf ? ((value as number) & 0x7fff) !== 0 : value !== 0 && value !== 0n) found.push(i);
  }
  return found;
}

/** Positions in row order as one position for each axis. */
export function unravelled(flat: readonly number[], shape: readonly number[]): BigInt64Array[] {
  const positions = shape.map(() => allocate("int64", flat.length) as BigInt64Array);
  flat.forEach((position, i) => {
    let rest = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      positions[axis]![i] = BigInt(rest % shape[axis]!);
      rest = Math.floor(rest / shape[axis]!);
    }
  });
  return positions;
}
