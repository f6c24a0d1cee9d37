import { describe, expect, test } from "vitest";
import { symbol } from "../../onnx/dim.js";
import type { DType } from "../../runtime/dtype.js";
import { realize } from "../realize.js";
import type { NestedList, Tensor } from "../tensor.js";
import { arange, eye, full, full_like, linspace, tensor, zeros } from "./creation.js";

async function list(x: Tensor): Promise<NestedList> {
  await x.realize();
  return x.tolist();
}

describe("a typed array", () => {
  test("is the tensor's own memory", () => {
    const floats = Float32Array.of(1, 2, 3, 4);
    const x = tensor(floats, { shape: [2, 2] });
    expect(x.data).toBe(floats);
    const half = new Uint16Array(2);
    expect(tensor(half, { dtype: "bfloat16" }).data).toBe(half);
    const part = new Float64Array(4).subarray(1, 3);
    expect(tensor(part).data).toBe(part);
  });

  test.each<[DType, Parameters<typeof tensor>[0]]>([
    ["float32", new Float32Array(1)],
    ["float64", new Float64Array(1)],
    ["int64", new BigInt64Array(1)],
    ["int32", new Int32Array(1)],
    ["int16", new Int16Array(1)],
    ["int8", new Int8Array(1)],
    ["uint8", new Uint8Array(1)],
    ["uint32", new Uint32Array(1)],
  ])("has its dtype: %s", (dtype, data) => {
    expect(String(tensor(data))).toBe(`${dtype}[1]`);
  });

  test.each<[string, () => Tensor, string]>([
    [
      "16-bit floats without a dtype",
      () => tensor(new Uint16Array(2)),
      "a Uint16Array holds no dtype of its own",
    ],
    [
      "another dtype's array",
      () => tensor(new Float32Array(2), { dtype: "float16" }),
      "holds float32, not float16, which takes a Uint16Array",
    ],
    ["an array of no dtype", () => tensor(new BigUint64Array(2) as never), "BigUint64Array holds no dtype"],
  ])("is refused: %s", (_, make, message) => {
    expect(make).toThrow(
      expect.objectContaining({ code: "DTYPE_MISMATCH", message: expect.stringContaining(message) }),
    );
  });
});

describe("lists", () => {
  test.each<[NestedList, string]>([
    [[[1, 2], [3]], "at axis 1: [1] is a list of 1, the first there is a list of 2"],
    [[1, [2]], "at axis 1: [1] is a list of 1, the first there is a number"],
    [[[1], 2], "at axis 1: [1] is a number, the first there is a list of 1"],
    [[[[1, 2]], [[3, 4, 5]]], "at axis 2: [1][0] is a list of 3, the first there is a list of 2"],
  ])("that differ are refused, naming the place: %j", (values, message) => {
    expect(() => tensor(values)).toThrow(
      expect.objectContaining({ code: "SHAPE_MISMATCH", message: expect.stringContaining(message) }),
    );
  });

  test.each<[NestedList, DType]>([
    [[1, 256], "uint8"],
    [-1, "uint8"],
    [[Number.NaN], "int64"],
    [[Number.POSITIVE_INFINITY], "int32"],
    [[2n ** 63n], "int64"],
    [[8], "int4"],
    [[-1], "uint4"],
  ])("of numbers that the dtype does not hold are refused: %s as %s", (values, dtype) => {
    expect(() => tensor(values, { dtype })).toThrow(
      expect.objectContaining({
        code: "DTYPE_MISMATCH",
        message: expect.stringContaining(`${dtype} holds no`),
      }),
    );
  });

  test("of bigints keep all their digits", () => {
    expect(tensor([2n ** 60n + 1n]).data).toEqual(BigInt64Array.of(2n ** 60n + 1n));
  });

  test("do not take a shape", () => {
    expect(() => tensor([1, 2], { shape: [2] })).toThrow("shape goes with a typed array");
  });
});

describe("4-bit storage", () => {
  const signed = tensor(
    [
      [1, -8, 7],
      [-1, 0, 3],
    ],
    { dtype: "int4" },
  );
  const unsigned = tensor([1, 15, 0], { dtype: "uint4" });

  test("holds two elements a byte, the low half first", () => {
    expect([signed.data, unsigned.data]).toEqual([
      Uint8Array.of(0x81, 0xf7, 0x30),
      Uint8Array.of(0xf1, 0x00),
    ]);
  });

  test("is read back", () => {
    expect([String(signed), signed.tolist(), unsigned.tolist()]).toEqual([
      "int4[2, 3]",
      [
        [1, -8, 7],
        [-1, 0, 3],
      ],
      [1, 15, 0],
    ]);
    expect(tensor([5], { dtype: "uint4" }).item()).toBe(5);
  });

  test("is made of bytes, which are its memory", () => {
    const bytes = Uint8Array.of(0x21, 0x43, 0x05);
    const x = tensor(bytes, { dtype: "uint4", shape: [5] });
    expect(x.data).toBe(bytes);
    expect(x.tolist()).toEqual([1, 2, 3, 4, 5]);
    expect(String(tensor(bytes, { dtype: "int4" }))).toBe("int4[6]");
    expect(() => tensor(bytes, { dtype: "int4", shape: [4] })).toThrow("3 bytes do not fill the shape [4]");
  });

  test.each<DType>(["int8", "uint8", "int64", "float32", "float16", "bfloat16", "float64", "bool", "int32"])(
    "is cast to %s and computed with",
    async (dtype) => {
      const wide = unsigned.to(dtype);
      expect(await list(wide)).toEqual(dtype === "bool" ? [true, true, false] : [1, 15, 0]);
    },
  );

  test("takes ints by their low bits, and floats by dropping the fraction", async () => {
    const made = [
      tensor([-9, 8, 17]).to("int4"),
      tensor([-1.75, 2.5, 7.9]).to("int4"),
      tensor([18]).to("uint4"),
    ];
    await realize(made);
    expect(made.map((x) => x.tolist())).toEqual([[7, -8, 1], [-1, 2, 7], [2]]);
  });

  test("prints", () => {
    expect(unsigned[Symbol.for("nodejs.util.inspect.custom") as never as "toString"]()).toBe(
      "tensor([ 1, 15,  0], dtype=uint4)",
    );
  });

  test("is not computed with as it is", () => {
    const refused = expect.objectContaining({ code: "DTYPE_MISMATCH" });
    expect(() => signed.add(signed)).toThrow(
      "add: int4[2, 3] is 4-bit storage, which is not computed with; cast",
    );
    expect(() => signed.add(1)).toThrow(refused);
    expect(() => signed.mul(tensor([1]))).toThrow("no common dtype for int4 and int64");
    expect(() => signed.amax()).toThrow(refused);
    expect(() => signed.reshape([6])).toThrow(refused);
    expect(() => zeros([2], { dtype: "int4" })).toThrow("int4 is storage; make it of lists or bytes");
  });
});

describe("sequences", () => {
  test.each<[string, () => Tensor]>([
    ["arange from 0 up to 5 by 0: the step must be", () => arange(0, 5, 0)],
    ["arange from 0 up to 5 by -1: the step leads away", () => arange(0, 5, -1)],
    ["arange from 5 up to 0 by 1: the step leads away", () => arange(5, 0)],
    ["arange from 0 up to NaN by 1", () => arange(Number.NaN)],
    ["arange from 0 up to 5 by 0.5: int32 holds no fractions", () => arange(0, 5, 0.5, { dtype: "int32" })],
    ["arange from 0 up to 5 by 1: not in bool", () => arange(5, { dtype: "bool" })],
    ["arange from 0 up to n by 2: the step does not divide", () => arange(0, symbol("n"), 2)],
    ["linspace: steps must be a whole number, not 2.5", () => linspace(0, 1, 2.5)],
  ])("are refused: %s", (message, make) => {
    expect(make).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.stringContaining(message) }),
    );
  });

  test("are as long as symbolic sizes say", () => {
    const n = symbol("n");
    expect([arange(n), arange(2, n), arange(n, { dtype: "int32" }), eye(n, 2)].map(String)).toEqual([
      "int64[n]",
      "int64[n - 2]",
      "int32[n]",
      "float32[n, 2]",
    ]);
  });

  test("of fractions do not gather the step's error", async () => {
    const x = await arange(0, 1000, 0.1, { dtype: "float64" }).realize();
    const furthest = Array.from(x.data as Float64Array, (value, i) => Math.abs(value - i / 10));
    expect(x.shape).toEqual([10_000]);
    expect(Math.max(...furthest)).toBeLessThan(1e-12);
  });
});

test("a name that is no dtype is refused", () => {
  const refused = expect.objectContaining({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining('"float" is no dtype; the dtypes are float32, float16'),
  });
  const dtype = "float" as never;
  for (const make of [
    () => tensor([1], { dtype }),
    () => zeros([1], { dtype }),
    () => arange(3, { dtype }),
  ]) {
    expect(make).toThrow(refused);
  }
});

test("constants that a dtype does not hold are refused", () => {
  const refused = expect.objectContaining({ code: "DTYPE_MISMATCH" });
  expect(() => full([1], 300, { dtype: "uint8" })).toThrow(
    "full: uint8 holds no 300; its values are 0 to 255",
  );
  expect(() => full([1], Number.NaN, { dtype: "int64" })).toThrow(refused);
  expect(() => full_like(tensor([1], { dtype: "int8" }), -129)).toThrow(refused);
});
