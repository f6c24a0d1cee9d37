import { describe, expect, test } from "vitest";
import { allocate, type DType, dtypes, intRange, isFloat, isPacked } from "./dtype.js";
import { dtypeOf, elementReader, elementWriter } from "./elements.js";

const all = Object.keys(dtypes) as DType[];
const ints = all.filter((dtype) => dtypes[dtype].kind === "int");

/** What is read back after the values were written. */
function roundTrip(dtype: DType, values: readonly (number | bigint)[]): number[] {
  const data = allocate(dtype, values.length);
  const write = elementWriter(dtype, data);
  for (const [i, value] of values.entries()) write(i, value);
  return values.map((_, i) => elementReader(dtype, data)(i));
}

test.each(all)("elements of %s are read as they were written", (dtype) => {
  const values = dtype === "bool" ? [1, 0, 1] : isFloat(dtype) ? [0.5, -2, 1.75, 0] : [1, 0, 7];
  expect(roundTrip(dtype, values)).toEqual(values);
});

test.each(ints.filter((dtype) => dtype !== "int64"))("the ends of %s are its own", (dtype) => {
  const [least, most] = intRange(dtype);
  expect(roundTrip(dtype, [least, most, least])).toEqual([least, most, least]);
});

test("two elements of 4 bits share a byte, and neither changes the other", () => {
  const data = allocate("int4", 3);
  const write = elementWriter("int4", data);
  write(0, -1);
  write(1, 5);
  write(2, -8);
  write(0, 2);
  expect(data).toEqual(Uint8Array.of(0x52, 0x08));
  expect(all.filter(isPacked)).toEqual(["int4", "uint4"]);
});

describe("a number that a dtype has no element for", () => {
  test.each<[DType, number | bigint, number]>([
    ["int8", 300, 44],
    ["uint8", -1, 255],
    ["int64", 2.75, 2],
    ["int64", -2.75, -2],
    ["int32", -2.75, -2],
    ["uint4", 18, 2],
    ["int4", -9, 7],
    ["bool", 0.5, 1],
    ["float16", 65520, Number.POSITIVE_INFINITY],
    ["bfloat16", 257, 256],
    ["float32", 2n ** 53n + 1n, 2 ** 53],
  ])("is brought to one: %s of %s", (dtype, value, expected) => {
    expect(roundTrip(dtype, [value])).toEqual([expected]);
  });
});

test("a typed array tells its dtype where it has one alone", () => {
  expect(
    [new Float32Array(1), new BigInt64Array(1), new Uint8Array(1), new Uint16Array(1)].map(dtypeOf),
  ).toEqual(["float32", "int64", "uint8", null]);
});
