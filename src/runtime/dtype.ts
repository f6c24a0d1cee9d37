import { TransformersError } from "../errors.js";

/**
 * Element types of tensors, under PyTorch's names. `int4` and `uint4` are storage: two elements a byte, the low
 * half first, over the row-major elements, as ONNX has them. They are cast to a wider dtype to be computed with.
 */
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
  | "bool"
  | "int4"
  | "uint4";

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
  /** Bytes of one element. */
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
  int4: { onnx: 22, bytes: 0.5, array: Uint8Array, kind: "int" },
  uint4: { onnx: 21, bytes: 0.5, array: Uint8Array, kind: "int" },
};

/** The dtype of that name. Throws `INVALID_ARGUMENT` listing them for any other name. */
export function checkDType(op: string, name: DType): DType {
  if (Object.hasOwn(dtypes, name)) return name;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${op}: ${JSON.stringify(name)} is no dtype; the dtypes are ${Object.keys(dtypes).join(", ")}`,
  );
}

export function isFloat(dtype: DType): boolean {
  return dtypes[dtype].kind === "float";
}

/** Whether one byte holds two elements. */
export function isPacked(dtype: DType): boolean {
  return dtype === "int4" || dtype === "uint4";
}

/** The smallest and the largest value of an integer dtype. */
export function intRange(dtype: DType): readonly [min: number, max: number] {
  const bits = dtypes[dtype].bytes * 8;
  return dtype.startsWith("uint") ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
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
  if (isPacked(a) || isPacked(b)) throw noCommon(a, b);
  const [ka, kb] = [dtypes[a].kind, dtypes[b].kind];
  if (ka !== kb) {
    if (ka === "bool" || kb === "float") return b;
    return a; // b is bool, or a is the float one
  }
  if (ka === "float") {
    if (a === "float64" || b === "float64") return "float64";
    return "float32"; // any two different narrower floats
  }
  if (a === "uint32" || b === "uint32") throw noCommon(a, b);
  if (a === "uint8") return b === "int8" ? "int16" : b;
  if (b === "uint8") return a === "int8" ? "int16" : a;
  return intOrder[Math.max(intOrder.indexOf(a), intOrder.indexOf(b))]!;
}

function noCommon(a: DType, b: DType): TransformersError {
  return new TransformersError(
    "DTYPE_MISMATCH",
    `no common dtype for ${a} and ${b}: cast one of them with .to()`,
  );
}

/**
 * A new typed array for `count` elements. It always owns a real ArrayBuffer outside the JavaScript heap, so
 * that its address stays where it is when native code is given it.
 */
export function allocate(dtype: DType, count: number): TypedArray {
  const { array, bytes } = dtypes[dtype];
  const length = arrayLength(dtype, count);
  return new array(new ArrayBuffer(Math.max(Math.ceil(count * bytes), 8)), 0, length);
}

/** Entries of the typed array that holds `count` elements: fewer than those where two share a byte. */
export function arrayLength(dtype: DType, count: number): number {
  return isPacked(dtype) ? Math.ceil(count / 2) : count;
}
