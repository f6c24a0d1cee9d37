import { TransformersError } from "../../errors.js";
import { dimsEqual, formatShape, shapesEqual } from "../../onnx/dim.js";
import { type DType, dtypes, isFloat, isPacked, promote } from "../../runtime/dtype.js";
import type { Shape, TensorType } from "../node.js";
import type { Operand, Tensor } from "../tensor.js";
import { to } from "./casts.js";
import { full, naturalDtype } from "./creation.js";

/** How operands come to one shape and one dtype, and which ones are refused. */

/** The shape of two broadcast together. Throws `SHAPE_MISMATCH` naming the op, the axis and the sizes. */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (b.length === 0 || shapesEqual(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (dimsEqual(left, right) || dimsEqual(right, 1)) return left;
    if (dimsEqual(left, 1)) return right;
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: axis ${i - rank} has sizes ${left} and ${right}`,
    );
  });
}

export function requireFloat(op: string, { dtype }: TensorType): void {
  if (!isFloat(dtype)) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: expected a floating dtype, got ${dtype}; cast it with .to("float32")`,
    );
  }
}

/** Ints and bools, which are what bits and truth are made of. */
export function refuseFloat(op: string, { dtype }: TensorType): void {
  if (isFloat(dtype)) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: expected ints or bools, got ${dtype}; cast it with .to("int64")`,
    );
  }
}

export function refuseBool(op: string, { dtype }: TensorType): void {
  if (dtype === "bool") {
    throw new TransformersError("DTYPE_MISMATCH", `${op}: not for bool; use logical_not() or .to("int64")`);
  }
}

/** Floats as they are, ints and bools as float32: what functions of a real number compute in. */
export function asFloat(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : to(x, "float32");
}

/**
 * Computes float16 and bfloat16 in float32, as PyTorch's kernels do inside, so that a value is rounded once at the
 * end instead of at every step.
 */
export function inFloat32(x: Tensor, compute: (wide: Tensor) => Tensor): Tensor {
  return x.dtype === "float16" || x.dtype === "bfloat16"
    ? to(compute(to(x, "float32")), x.dtype)
    : compute(x);
}

/**
 * Both operands as tensors of their common dtype. A number takes on the tensor's dtype and is a float only where
 * it must be: a fraction beside ints, or beside a bool, gives float32.
 */
export function promoted(a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a === "number") {
    if (typeof b === "number") return promoted(full([], a), full([], b));
    const dtype = dtypeBesideNumber(b, a);
    return [full([], a, { dtype }), to(b, dtype)];
  }
  if (typeof b === "number") {
    const dtype = dtypeBesideNumber(a, b);
    return [to(a, dtype), full([], b, { dtype })];
  }
  const dtype = commonDtype(a, b);
  return [to(a, dtype), to(b, dtype)];
}

/** The dtype that an operation on both computes in. */
export function commonDtype(a: Tensor, b: Tensor): DType {
  return a.dtype === b.dtype ? a.dtype : promote(weakDtype(a, b), weakDtype(b, a));
}

/** The dtype of an operation on a tensor and a number. */
export function dtypeBesideNumber({ dtype }: Tensor, number: number): DType {
  if (isFloat(dtype)) return dtype;
  const natural = naturalDtype(number);
  return dtype === "bool" || isFloat(natural) ? promote(dtype, natural) : dtype;
}

/** A tensor without axes gives way to one with axes of the same kind, as in PyTorch. */
function weakDtype(x: Tensor, other: Tensor): DType {
  const gives = x.rank === 0 && other.rank > 0 && dtypes[x.dtype].kind === dtypes[other.dtype].kind;
  return gives && !isPacked(x.dtype) ? other.dtype : x.dtype;
}
