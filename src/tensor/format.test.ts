import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { arange, ones, tensor, zeros } from "./ops/index.js";
import type { Tensor } from "./tensor.js";

async function shown(x: Tensor): Promise<string> {
  await x.realize();
  return inspect(x);
}

test("a tensor that has not been computed shows its type", () => {
  expect(inspect(ones([2, 3]))).toBe("float32[2, 3] (not computed)");
});

describe("what has been computed shows its elements", () => {
  test.each<[string, Tensor]>([
    ["tensor([1., 2.])", tensor([1, 2], { dtype: "float32" })],
    ["tensor([ 1.5000, -2.0000])", tensor([1.5, -2])],
    ["tensor([1.0000e-6, 1.5000e+0])", tensor([1e-6, 1.5])],
    ["tensor([1.5000,    NaN])", tensor([1.5, Number.NaN])],
    ["tensor([ 1, 20])", tensor([1, 20])],
    ["tensor([ true, false])", tensor([true, false])],
    ["tensor(2.5000)", tensor(2.5)],
    ["tensor([1, 2], dtype=int32)", tensor([1, 2], { dtype: "int32" })],
    ["tensor([0.2500], dtype=float16)", tensor([0.25], { dtype: "float16" })],
    ["tensor([])", zeros([0])],
    ["tensor([], size=[0, 2])", zeros([0, 2])],
  ])("%s", async (text, x) => {
    expect(await shown(x)).toBe(text);
  });

  test("one line for each row, one empty line between matrices", async () => {
    expect(await shown(arange(8).reshape([2, 2, 2]))).toBe(
      `
tensor([[[0, 1],
         [2, 3]],

        [[4, 5],
         [6, 7]]])`.trim(),
    );
  });

  test("a large one by its ends", async () => {
    expect(await shown(arange(2000))).toBe("tensor([   0,    1,    2, ..., 1997, 1998, 1999])");
    expect(await shown(arange(2000).reshape([1000, 2]))).toBe(
      `
tensor([[   0,    1],
        [   2,    3],
        [   4,    5],
        ...,
        [1994, 1995],
        [1996, 1997],
        [1998, 1999]])`.trim(),
    );
  });
});
