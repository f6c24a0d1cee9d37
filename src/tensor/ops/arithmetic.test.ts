import { describe, expect, test } from "vitest";
import type { DType } from "../../runtime/dtype.js";
import type { NestedList, Tensor } from "../tensor.js";
import { div, floor_divide, fmod, pow, remainder } from "./arithmetic.js";
import { tensor, zeros } from "./creation.js";

async function list(x: Tensor): Promise<NestedList> {
  await x.realize();
  return x.tolist();
}

describe("dividing ints by 0", () => {
  test.each([
    ["floor_divide", () => floor_divide(tensor([1]), 0)],
    ["remainder", () => remainder(tensor([1]), 0)],
    ["fmod", () => fmod(tensor([1]), 0)],
    ["div", () => div(tensor([1]), 0, { rounding_mode: "trunc" })],
  ])("is refused where the 0 is known: %s", (name, call) => {
    expect(call).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: `${name}: int64[1] cannot be divided by 0`,
      }),
    );
  });

  test("fails where it is found on the way, and leaves the process alive", async () => {
    await expect(
      tensor([1])
        .floor_divide(tensor([0]))
        .realize(),
    ).rejects.toMatchObject({
      code: "RUNTIME_FAILED",
      message: expect.stringContaining("division by zero"),
    });
  });
});

/** The processor traps when it divides the smallest int by -1, whose quotient does not fit. */
test.each<[DType, bigint]>([
  ["int64", -(2n ** 63n)],
  ["int32", -(2n ** 31n)],
  ["int16", -(2n ** 15n)],
  ["int8", -(2n ** 7n)],
])("the smallest %s by -1 wraps around", async (dtype, least) => {
  const x = tensor([least, 6n], { dtype });
  const minusOne = tensor([-1, -1], { dtype });
  for (const by of [minusOne, -1]) {
    const quotients = [x.floor_divide(by), x.div(by, { rounding_mode: "trunc" })];
    const rests = [x.remainder(by), x.fmod(by)];
    for (const quotient of quotients) expect(await list(quotient)).toEqual([Number(least), -6]);
    for (const rest of rests) expect(await list(rest)).toEqual([0, 0]);
  }
});

test("a quotient that a float would round up is rounded down", async () => {
  expect(
    await list(tensor([1], { dtype: "float32" }).floor_divide(tensor([0.1], { dtype: "float32" }))),
  ).toEqual([9]);
});

describe("what is refused", () => {
  const bools = tensor([true]);

  test.each<[string, string, () => unknown]>([
    ["DTYPE_MISMATCH", "floor_divide: not for bool", () => floor_divide(bools, bools)],
    ["DTYPE_MISMATCH", "remainder: not for bool", () => remainder(bools, bools)],
    ["DTYPE_MISMATCH", "pow: not for bool", () => pow(bools, bools)],
    ["DTYPE_MISMATCH", "sub: not for bool", () => tensor([1]).sub(bools)],
    ["DTYPE_MISMATCH", "sub: not for bool", () => bools.sub(1)],
    ["INVALID_ARGUMENT", "pow: ints (int64) to the negative power -2", () => tensor([2]).pow(-2)],
    [
      "INVALID_ARGUMENT",
      'rounding_mode must be "trunc", "floor" or null',
      () => div(bools, 1, { rounding_mode: "up" as never }),
    ],
    [
      "SHAPE_MISMATCH",
      "remainder: shapes [2] and [3] do not broadcast: axis -1 has sizes 2 and 3",
      () => remainder(zeros([2]), zeros([3])),
    ],
    [
      "SHAPE_MISMATCH",
      "pow: shapes [2] and [3] do not broadcast",
      () => pow(zeros([2], { dtype: "int64" }), zeros([3], { dtype: "int64" })),
    ],
  ])("%s: %s", (code, message, call) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});
