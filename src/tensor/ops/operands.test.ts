import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readJson } from "../../../tests/support/recorded.js";
import type { DType } from "../../runtime/dtype.js";
import type { Tensor } from "../tensor.js";
import { add, mul } from "./arithmetic.js";
import { where } from "./choice.js";
import { lt } from "./comparison.js";
import { full, ones, tensor } from "./creation.js";
import { promoted } from "./operands.js";

/** What two operands came to in PyTorch, for tensors with axes and without; tests/reference/promotion.py wrote it. */
interface Promotion {
  readonly a: DType;
  readonly b?: DType;
  readonly number?: number;
  readonly results: readonly DType[];
}

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const table = readJson<readonly Promotion[]>(fixtures, "promotion.json");

const ranks = [
  [1, 1],
  [1, 0],
  [0, 1],
  [0, 0],
] as const;

function operand(dtype: DType, rank: number): Tensor {
  return full(rank === 0 ? [] : [2], 1, { dtype });
}

test("every two dtypes come to PyTorch's, with axes and without", () => {
  const pairs = table.filter(({ b }) => b !== undefined);
  expect(pairs).toHaveLength(100);
  for (const { a, b, results } of pairs) {
    const actual = ranks.map(([left, right]) => {
      const both = promoted(operand(a, left), operand(b!, right));
      expect(both[0].dtype).toBe(both[1].dtype);
      return both[0].dtype;
    });
    expect([a, b, ...actual]).toEqual([a, b, ...results]);
  }
});

test("a number beside a tensor comes to PyTorch's dtype, on either side", () => {
  const numbers = table.filter(({ number }) => number !== undefined);
  expect(numbers).toHaveLength(20);
  for (const { a, number, results } of numbers) {
    for (const order of ["right", "left"]) {
      const actual = [1, 0].map((rank) => {
        const x = operand(a, rank);
        const [left, right] = order === "right" ? promoted(x, number!) : promoted(number!, x);
        expect(left.dtype).toBe(right.dtype);
        return left.dtype;
      });
      expect([a, number, order, ...actual]).toEqual([a, number, order, ...results]);
    }
  }
});

test("two numbers are int64 where both are whole", () => {
  const condition = tensor([true, false]);
  expect(
    [where(condition, 1, 0), where(condition, 1, 0.5), where(condition, Number.NaN, 0)].map(String),
  ).toEqual(["int64[2]", "float32[2]", "float32[2]"]);
});

describe("a number that an int dtype does not hold is refused", () => {
  test.each<[string, DType, number]>([
    ["above", "uint8", 256],
    ["below", "uint8", -1],
    ["above", "int8", 128],
    ["below", "int16", -32769],
    ["above", "int32", 2 ** 31],
    ["above", "int64", 2 ** 64],
  ])("%s: %s and %d", (_, dtype, number) => {
    const x = ones([2], { dtype });
    for (const op of [add, mul, lt]) {
      expect(() => op(x, number)).toThrow(
        expect.objectContaining({
          code: "DTYPE_MISMATCH",
          message: expect.stringContaining(`${dtype} holds no ${number}`),
        }),
      );
    }
  });
});

test("beside a float any number will do", async () => {
  const x = await ones([1], { dtype: "float16" }).add(1e6).realize();
  expect(x.tolist()).toEqual([Number.POSITIVE_INFINITY]);
});
