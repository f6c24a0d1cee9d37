import { type DType, dtypes, type TypedArray } from "./dtype.js";
import { bfloat16ToNumber, float16ToNumber, numberToBfloat16, numberToFloat16 } from "./float16.js";

/** Reads elements of an array by position as numbers: bools as 0 and 1, int64 rounded to 53 bits. */
export function elementReader(dtype: DType, data: TypedArray): (i: number) => number {
  switch (dtype) {
    case "float16":
      return (i) => float16ToNumber(data[i] as number);
    case "bfloat16":
      return (i) => bfloat16ToNumber(data[i] as number);
    case "int4":
      return (i) => (half(data, i) ^ 8) - 8;
    case "uint4":
      return (i) => half(data, i);
    default:
      return (i) => Number(data[i]);
  }
}

/**
 * Writes elements of an array by position. Floats are rounded to the nearest; ints drop a number's fraction and
 * keep its low bits; a bool is true for anything but 0.
 */
export function elementWriter(dtype: DType, data: TypedArray): (i: number, value: number | bigint) => void {
  const write = (i: number, element: number | bigint) => {
    data[i] = element as never;
  };
  switch (dtype) {
    case "float16":
      return (i, value) => write(i, numberToFloat16(Number(value)));
    case "bfloat16":
      return (i, value) => write(i, numberToBfloat16(Number(value)));
    case "int64":
      return (i, value) => write(i, typeof value === "bigint" ? value : BigInt(Math.trunc(value)));
    case "bool":
      return (i, value) => write(i, Number(Number(value) !== 0));
    case "int4":
    case "uint4":
      return (i, value) => {
        const shift = (i & 1) * 4;
        const rest = (data[i >> 1] as number) & ~(15 << shift);
        write(i >> 1, rest | ((Number(value) & 15) << shift));
      };
    default:
      return (i, value) => write(i, Number(value));
  }
}

/** The four bits of element `i`: the low half of a byte comes first. */
function half(data: TypedArray, i: number): number {
  return ((data[i >> 1] as number) >> ((i & 1) * 4)) & 15;
}

/** The dtype whose elements lie in such an array; a Uint8Array's are uint8. Null for Uint16Array, which has several. */
export function dtypeOf(data: TypedArray): DType | null {
  const fits = (Object.keys(dtypes) as DType[]).filter((dtype) => data instanceof dtypes[dtype].array);
  if (data instanceof Uint8Array) return "uint8";
  return fits.length === 1 ? fits[0]! : null;
}
