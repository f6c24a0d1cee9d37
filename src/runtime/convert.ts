import { allocate, type DType } from "./dtype.js";
import { elementReader, elementWriter } from "./elements.js";
import type { HostArray } from "./types.js";

/** The same numbers in another dtype, rounded as it needs; the array itself where it has that dtype already. */
export function convert(array: HostArray, dtype: DType): HostArray {
  if (array.dtype === dtype) return array;
  const count = array.dims.reduce((product, dim) => product * dim, 1);
  const data = allocate(dtype, count);
  const read = elementReader(array.dtype, array.data);
  const write = elementWriter(dtype, data);
  for (let i = 0; i < count; i++) write(i, read(i));
  return { dtype, dims: array.dims, data };
}
