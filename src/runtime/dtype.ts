import { TransformersError } from "../errors.js";

/** Element types of tensors, under PyTorch's names. */
export type DType =
  | "float32"
  | "float16"
  | "bfloat16"
  | "float64"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint8"
  | "uint32"
  | "bool";

export type TypedArray =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

type TypedArrayConstructor = {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
};

interface DTypeInfo {
  /** Number of `TensorProto.DataType` in ONNX. */
  readonly onnx: number;
  readonly bytes: number;
  /** How one buffer is viewed in JavaScript; 16-bit floats are held as their bits, bools as 0 or 1. */
  readonly array: TypedArrayConstructor;
  readonly kind: "float" | "int" | "bool";
}

export const dtypes: { readonly [D in DType]: DTypeInfo } = {
  float32: { onnx: 1, bytes: 4, array: Float32Array, kind: "float" },
  float16: { onnx: 10, bytes: 2, array: Uint16Array, kind: "float" },
  bfloat16: { onnx: 16, bytes: 2, array: Uint16Array, kind: "float" },
  float64: { onnx: 11, bytes: 8, array: Float64Array, kind: "float" },
  int64: { onnx: 7, bytes: 8, array: BigInt64Array, kind: "int" },
  int32: { onnx: 6, bytes: 4, array: Int32Array, kind: "int" },
  int16: { onnx: 5, bytes: 2, array: Int16Array, kind: "int" },
  int8: { onnx: 3, bytes: 1, array: Int8Array, kind: "int" },
  uint8: { onnx: 2, bytes: 1, array: Uint8Array, kind: "int" },
  uint32: { onnx: 12, bytes: 4, array: Uint32Array, kind: "int" },
  bool: { onnx: 9, bytes: 1, array: Uint8Array, kind: "bool" },
};

export function isFloat(dtype: DType): boolean {
  return dtypes[dtype].kind === "float";
}

const intOrder: readonly DType[] = ["int8", "int16", "int32", "int64"];

/**
 * The dtype of an operation on two tensors, by PyTorch's promotion: floats win over ints, ints over bool,
 * wider over narrower; float16 with bfloat16 gives float32, uint8 with a signed int the next signed one.
 *
 * Source: PyTorch documentation, "Tensor Attributes", torch.dtype.
 */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  const [ka, kb] = [dtypes[a].kind, dtypes[b].kind];
  if (ka !== kb) {
    if (ka === "bool" || kb === "float") return b;
    return a; // b is bool, or a is the float one
  }
  if (ka === "float") {
    if (a === "float64" || b === "float64") return "float64";
    return "float32"; // any two different narrower floats
  }
  if (a === "uint32" || b === "uint32") {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `no common dtype for ${a} and ${b}: cast one of them with .to()`,
    );
  }
  if (a === "uint8") return b === "int8" ? "int16" : b;
  if (b === "uint8") return a === "int8" ? "int16" : a;
  return intOrder[Math.max(intOrder.indexOf(a), intOrder.indexOf(b))]!;
}

/**
 * A new typed array for `count` elements. It always owns a real ArrayBuffer outside the JavaScript heap, so
 * that its address stays where it is when native code is given it.
 */
export function allocate(dtype: DType, count: number): TypedArray {
  const { array, bytes } = dtypes[dtype];
  return new array(new ArrayBuffer(Math.max(count * bytes, 8)), 0, count);
}
