import { describe, expect, test } from "vitest";
import { bitwise_and, bitwise_left_shift, bitwise_not } from "./bitwise.js";
import { clamp, masked_fill } from "./choice.js";
import { ones, tensor } from "./creation.js";

describe("what is refused", () => {
  const x = ones([2]);
  const mask = tensor([true, false]);

  test.each<[string, string, () => unknown]>([
    [
      "DTYPE_MISMATCH",
      "masked_fill: the mask must be bool, not int64",
      () => masked_fill(x, tensor([1, 0]), 0),
    ],
    [
      "SHAPE_MISMATCH",
      "masked_fill: the value must be a number or a tensor without axes",
      () => masked_fill(x, mask, x),
    ],
    [
      "SHAPE_MISMATCH",
      "where: shapes [3] and [2] do not broadcast",
      () => masked_fill(x, tensor([true, true, true]), 0),
    ],
    [
      "DTYPE_MISMATCH",
      "uint8 holds no 300",
      () => masked_fill(tensor([1, 2], { dtype: "uint8" }), mask, 300),
    ],
    ["INVALID_ARGUMENT", "clamp: give min, max or both", () => clamp(x, {})],
    [
      "DTYPE_MISMATCH",
      "clamp: uint8 holds no value between 300 and its largest",
      () => clamp(tensor([1], { dtype: "uint8" }), { min: 300 }),
    ],
    ["DTYPE_MISMATCH", "clamp: not for bool", () => clamp(mask, { min: mask, max: mask })],
    ["SHAPE_MISMATCH", "clamp: shapes [2] and [3] do not broadcast", () => clamp(x, { min: ones([3]) })],
    ["DTYPE_MISMATCH", "bitwise_and: expected ints or bools, got float32", () => bitwise_and(x, 1)],
    ["DTYPE_MISMATCH", "bitwise_not: expected ints or bools, got float32", () => bitwise_not(x)],
    ["DTYPE_MISMATCH", "bitwise_left_shift: not for bool", () => bitwise_left_shift(mask, mask)],
    [
      "DTYPE_MISMATCH",
      "bitwise_left_shift: expected ints or bools, got float32",
      () => bitwise_left_shift(x, 1),
    ],
  ])("%s: %s", (code, message, call) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});

test("a bound that an int dtype cannot pass is none", async () => {
  const x = tensor([0, 7, 255], { dtype: "uint8" });
  const clamped = await clamp(x, { min: -1, max: 1000 }).realize();
  expect([clamped.dtype, clamped.tolist()]).toEqual(["uint8", [0, 7, 255]]);
  expect((await clamp(x, { min: -1, max: 9 }).realize()).tolist()).toEqual([0, 7, 9]);
});

/** PyTorch 1.13, which the recordings come from, takes the distance modulo 64; later ones give 0 and the sign. */
test("a distance beyond the width leaves nothing but the sign", async () => {
  const x = tensor([5, -5]);
  const distances = tensor([[64], [100], [-1]]);
  expect((await x.bitwise_left_shift(distances).realize()).tolist()).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  expect((await x.bitwise_right_shift(distances).realize()).tolist()).toEqual([
    [0, -1],
    [0, -1],
    [0, -1],
  ]);
});
