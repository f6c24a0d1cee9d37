import { describe, expect, test } from "vitest";
import { symbol } from "../../onnx/dim.js";
import { createLeaf } from "../node.js";
import type { Tensor } from "../tensor.js";
import { ones, tensor, zeros } from "./creation.js";
import { argmax, max, min } from "./extremes.js";
import { norm, std, variance } from "./moments.js";
import { mean, prod, sum } from "./reduce.js";
import { cumprod } from "./scan.js";

function unknown(dtype: "int64" | "float32"): Tensor {
  return createLeaf({ dtype, shape: [symbol("n"), 3] }).outputs[0]!;
}

describe("what is refused", () => {
  const ints = tensor([1, 2]);

  test.each<[string, string, () => unknown]>([
    ["SHAPE_MISMATCH", "sum: axis 2 is not one of a tensor of rank 1", () => sum(ints, 2)],
    [
      "SHAPE_MISMATCH",
      "prod: ints are multiplied over axes of known sizes, not over n of [n, 3]",
      () => prod(unknown("int64"), 0),
    ],
    [
      "SHAPE_MISMATCH",
      "cumprod: axis 0 of [n, 3] must have a known size, not n",
      () => cumprod(unknown("float32"), 0),
    ],
    ["DTYPE_MISMATCH", "mean: expected a floating dtype, got int64", () => mean(ints)],
    ["DTYPE_MISMATCH", "var: expected a floating dtype, got int64", () => variance(ints)],
    ["DTYPE_MISMATCH", "std: expected a floating dtype, got int64", () => std(ints)],
    ["DTYPE_MISMATCH", "norm: expected a floating dtype, got int64", () => norm(ints)],
    ["INVALID_ARGUMENT", 'norm: p must be a number or "fro", not nuc', () => norm(ones([2]), "nuc" as never)],
    [
      "SHAPE_MISMATCH",
      "amax: axis 0 of float32[0] has no elements",
      () => norm(zeros([0]), Number.POSITIVE_INFINITY),
    ],
    ["SHAPE_MISMATCH", "max: axis 1 of float32[2, 0] has no elements", () => max(zeros([2, 0]), 1)],
    ["SHAPE_MISMATCH", "min: axis 1 is not one of a tensor of rank 1", () => min(ints, 1)],
    ["DTYPE_MISMATCH", "argmax: not for bool", () => argmax(tensor([true]))],
  ])("%s: %s", (code, message, call) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});

test("an empty list of axes reduces none", async () => {
  expect((await sum(tensor([[1, 2]]), []).realize()).tolist()).toEqual([[1, 2]]);
});

test("sums and products of ints over symbolic sizes keep their shape", () => {
  expect([sum(unknown("int64"), 0), sum(unknown("int64")), prod(unknown("int64"), 1)].map(String)).toEqual([
    "int64[3]",
    "int64[]",
    "int64[n]",
  ]);
});
