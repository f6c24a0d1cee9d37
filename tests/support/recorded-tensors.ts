import { readSafetensorsHeader, readTensorBytes } from "../../src/hub/safetensors/index.js";
import { storedFile } from "../../src/hub/storage/index.js";
import { type DType, dtypes, type Tensor, tensor } from "../../src/tensor/index.js";

const names: Record<string, DType> = {
  F32: "float32",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U8: "uint8",
  BOOL: "bool",
  F64: "float64",
  F16: "float16",
  BF16: "bfloat16",
};

/** All tensors of a recorded safetensors file, which in a browser is a URL. */
export async function readRecorded(path: string): Promise<Map<string, Tensor>> {
  const file = storedFile(path);
  const { tensors } = await readSafetensorsHeader(file);
  const result = new Map<string, Tensor>();
  for (const [name, entry] of tensors) {
    const bytes = await readTensorBytes(file, entry);
    const dtype = names[entry.dtype]!;
    const { buffer } = bytes.slice(); // from the start of a buffer of its own
    result.set(name, tensor(new dtypes[dtype].array(buffer), { dtype, shape: [...entry.shape] }));
  }
  return result;
}

/**
 * The largest difference between two tensors' elements, infinities and NaN being equal to themselves. Throws where
 * dtype or shape differ.
 */
export function largestError(actual: Tensor, expected: Tensor): number {
  if (String(actual) !== String(expected)) throw new Error(`got ${actual}, expected ${expected}`);
  const [a, b] = [actual.data, expected.data];
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    const [x, y] = [Number(a[i]), Number(b[i])];
    if (Object.is(x, y) || x === y) continue;
    const error = Math.abs(x - y);
    if (Number.isNaN(error)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, error);
  }
  return largest;
}
