import { describe, expect, test } from "vitest";
import { CompiledFunction } from "../compile.js";
import { grad } from "../gradient.js";
import { createLeaf } from "../node.js";
import type { NestedList, Tensor } from "../tensor.js";
import * as ops from "./index.js";

const { tensor, zeros } = ops;
const x = zeros([2, 3, 4]);

describe("subscripts that do not fit are refused", () => {
  const lazy = x.gt(0);
  test.each<[string, string, () => unknown, string]>([
    [
      "more than there are axes",
      "INVALID_ARGUMENT",
      () => x.at([0, 0, 0, 0]),
      'at most 3 axes and at most one "...", got 4',
    ],
    ["two ellipses", "INVALID_ARGUMENT", () => x.at(["...", 0, "..."]), 'at most one "..."'],
    [
      "a position outside",
      "INDEX_OUT_OF_RANGE",
      () => x.at([0, -4]),
      "at: position -4 is outside axis 0 of [3, 4]",
    ],
    ["half a position", "INDEX_OUT_OF_RANGE", () => x.at([0.5]), "at: position 0.5 is outside axis 0"],
    [
      "an index outside",
      "INDEX_OUT_OF_RANGE",
      () => x.at([":", tensor([3])]),
      "at: index 3 (element 0 of the indices) is outside axis 1, which takes -3 to 2",
    ],
    [
      "a step backwards",
      "INVALID_ARGUMENT",
      () => x.at([{ step: -1 }]),
      "step must be a positive whole number",
    ],
    [
      "indices that do not broadcast",
      "SHAPE_MISMATCH",
      () => x.at([tensor([0, 1]), tensor([0, 1, 2])]),
      "at: shapes [2] and [3] do not broadcast",
    ],
    [
      "floats as indices",
      "DTYPE_MISMATCH",
      () => x.at([zeros([2])]),
      "at: indices must be int64 or int32, got float32",
    ],
    [
      "a mask of other sizes",
      "SHAPE_MISMATCH",
      () => x.at([tensor([true, false, true])]),
      "at: the mask [3] must have the sizes [2] of the axes from 0 on",
    ],
    [
      "a mask that is not known",
      "NOT_REALIZED",
      () => x.at([lazy]),
      "at: how many places the mask bool[2, 3, 4] holds is not known yet: await mask.realize() first",
    ],
    [
      "values that do not fit",
      "SHAPE_MISMATCH",
      () => x.index_put([0, 0], zeros([3])),
      "index_put: shapes [3] and [4] do not broadcast",
    ],
    [
      "values of a wider dtype",
      "DTYPE_MISMATCH",
      () => tensor([1, 2]).index_put([0], zeros([])),
      "a source of float32 does not fit a tensor of int64",
    ],
  ])("%s", (_, code, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code }));
    expect(call).toThrow(message);
  });
});

test("indices of int32, and negative ones, as they come out of a computation", async () => {
  const table = ops.arange(12).reshape([3, 4]);
  const backwards = ops.arange(2).to("int32").sub(2);
  expect(await list(table.at([backwards]))).toEqual([
    [4, 5, 6, 7],
    [8, 9, 10, 11],
  ]);
  expect(await list(table.at([backwards, backwards]))).toEqual([6, 11]);
});

test("among several tensors an index outside one axis is no index into the next row", async () => {
  const outside = x.at([ops.arange(2), ops.arange(2).add(2)]);
  await expect(outside.realize()).rejects.toMatchObject({ code: "INDEX_OUT_OF_RANGE" });
  const before = x.at([ops.arange(2), ops.arange(2).sub(4)]);
  await expect(before.realize()).rejects.toMatchObject({ code: "INDEX_OUT_OF_RANGE" });
});

test("a mask that has been computed picks what it holds, and gradients go back there", async () => {
  const values = tensor([1.5, -2, 0.5, -1], { requires_grad: true });
  const mask = await values.lt(0).realize();
  const picked = values.at([mask]);
  const [gradient] = grad(picked.square().sum(), [values]);
  expect(await list(picked)).toEqual([-2, -1]);
  expect(await list(gradient!)).toEqual([0, -4, 0, -2]);
});

test("a place that is written twice holds one of the values; added, both", async () => {
  const twice = [tensor([1, 1])];
  const put = (await list(zeros([2]).index_put(twice, tensor([3, 5])))) as number[];
  expect(put[0]).toBe(0);
  expect([3, 5]).toContain(put[1]);
  expect(await list(zeros([2]).index_put(twice, tensor([3, 5]), { accumulate: true }))).toEqual([0, 8]);
});

describe("what is not 0", () => {
  test.each<[string, Tensor, NestedList]>([
    [
      "of a matrix",
      tensor([
        [0, 2],
        [3, 0],
        [4, 5],
      ]),
      [
        [0, 1],
        [1, 0],
        [2, 0],
        [2, 1],
      ],
    ],
    ["of a vector", tensor([0, 1.5, Number.NaN, -0]), [[1], [2]]],
    ["of bool", tensor([true, false, true]), [[0], [2]]],
    ["of float16, whose -0 has a bit", tensor([-0, 1, 0], { dtype: "float16" }), [[1]]],
    ["of a number", tensor(3), [[]]],
    ["of a 0", tensor(0), []],
    ["of nothing", zeros([0, 2]), []],
  ])("%s", async (_, values, expected) => {
    const positions = await ops.nonzero(values);
    expect(positions.dtype).toBe("int64");
    expect(positions.shape[1]).toBe(values.rank);
    expect(await list(positions)).toEqual(expected);
  });

  test("as one vector for each axis", async () => {
    const [rows, columns] = await ops.nonzero(
      tensor([
        [0, 2],
        [3, 0],
      ]),
      { as_tuple: true },
    );
    expect([rows!.tolist(), columns!.tolist()]).toEqual([
      [0, 1],
      [1, 0],
    ]);
    const [number] = await ops.nonzero(tensor(3), { as_tuple: true });
    expect(number!.tolist()).toEqual([0]);
  });

  test("is what masked_select takes, lazily and with gradients", async () => {
    const values = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: "float32", requires_grad: true },
    );
    const picked = await values.mul(2).masked_select(tensor([true, false]));
    expect(picked.storage).toBe(null);
    const [gradient] = grad(picked.square().sum(), [values]);
    expect(await list(picked)).toEqual([2, 6]);
    expect(await list(gradient!)).toEqual([
      [8, 0],
      [24, 0],
    ]);
  });

  test("is computed first: a function that is traced has nothing to look at", async () => {
    const [placeholder] = createLeaf({ dtype: "float32", shape: [3] }).outputs;
    await expect(ops.nonzero(placeholder!)).rejects.toMatchObject({ code: "STALE_VALUE" });
    await expect(ops.masked_select(x, x)).rejects.toMatchObject({ code: "DTYPE_MISMATCH" });
    await expect(ops.masked_select(x, tensor([true, true]))).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
    });
  });
});

describe("order", () => {
  test.each<[string, string, () => unknown, string]>([
    [
      "topk of more than there are",
      "INVALID_ARGUMENT",
      () => x.topk(5),
      "topk: k is a whole number from 0 to the axis' size 4, not 5",
    ],
    ["kthvalue of the 0th", "INVALID_ARGUMENT", () => x.kthvalue(0), "kthvalue: k is a whole number from 1"],
    [
      "median of nothing",
      "SHAPE_MISMATCH",
      () => ops.median(zeros([2, 0]), 1),
      "median: axis 1 of float32[2, 0] must have a known size of at least 1",
    ],
    [
      "sort of an axis that is not there",
      "SHAPE_MISMATCH",
      () => x.sort(3),
      "sort: axis 3 is not one of a tensor of rank 3",
    ],
    [
      "searchsorted of other rows",
      "SHAPE_MISMATCH",
      () => ops.searchsorted(zeros([3, 2]), zeros([2, 2])),
      "the sequence [3, 2] must have one axis, or the axes of the values [2, 2]",
    ],
    [
      "searchsorted of both sides",
      "INVALID_ARGUMENT",
      () => ops.searchsorted(zeros([2]), 1, { right: true, side: "left" }),
      "must not contradict right",
    ],
    [
      "bucketize of a matrix",
      "SHAPE_MISMATCH",
      () => ops.bucketize(x, zeros([2, 2])),
      "the boundaries must have one axis, got [2, 2]",
    ],
  ])("%s is refused", (_, code, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code }));
    expect(call).toThrow(message);
  });

  test("of no rows is nothing, also where their number is symbolic", async () => {
    expect(await list(zeros([0, 3]).topk(2).indices)).toEqual([]);
    const compiled = new CompiledFunction((input: Tensor) => input.topk(2).indices);
    const some = tensor([[1, 5, 3]], { dtype: "float32" });
    expect((await compiled.call(some, () => ["n"])).tolist()).toEqual([[1, 2]]);
    const none = await zeros([0, 3]).realize();
    expect((await compiled.call(none, () => ["n"])).shape).toEqual([0, 2]);
    await compiled.release();
  });
});

async function list(x: Tensor): Promise<NestedList> {
  await x.realize();
  return x.tolist();
}
