import { describe, expect, test } from "vitest";
import { symbol } from "../../onnx/dim.js";
import { grad } from "../gradient.js";
import { createLeaf } from "../node.js";
import type { NestedList, Tensor } from "../tensor.js";
import { arange, ones, tensor, zeros } from "./creation.js";
import { embedding, gather, index_select, take, take_along_dim } from "./indexing.js";
import { index_add, index_copy, masked_scatter, scatter, scatter_add, scatter_reduce } from "./scattering.js";

const [updates, width, rows] = [4096, 768, 3];

/** Whole numbers, whose sums are exact in float32. */
const addends = Float32Array.from({ length: updates * width }, (_, i) => ((i * 7919) % 17) - 8);
const targets = BigInt64Array.from({ length: updates }, (_, i) => BigInt((i * 31) % rows));

function expectedSums(): Float32Array {
  const sums = new Float32Array(rows * width);
  for (let i = 0; i < addends.length; i++) {
    sums[Number(targets[Math.floor(i / width)]) * width + (i % width)]! += addends[i]!;
  }
  return sums;
}

describe("gradients of rows that are looked up often are exact, every time", () => {
  test.each([
    ["of a table of those rows alone", rows],
    ["of a table of many more rows", 3 * updates],
  ])("%s", async (_, entries) => {
    const expected = new Float32Array(entries * width);
    expected.set(expectedSums());
    for (let run = 0; run < 5; run++) {
      const weight = tensor(new Float32Array(entries * width), { shape: [entries, width] });
      const looked = embedding(tensor(targets), weight);
      const gradOutputs = [tensor(addends, { shape: [updates, width] })];
      const [gradient] = grad(looked, [weight], { gradOutputs });
      await gradient!.realize();
      expect(Buffer.compare(bytes(gradient!.data), bytes(expected))).toBe(0);
    }
  });
});

test("scatter_add at few places is exact, every time", async () => {
  const expected = expectedSums();
  const index = tensor(targets).unsqueeze(1).expand([updates, width]);
  for (let run = 0; run < 5; run++) {
    const source = tensor(addends, { shape: [updates, width] });
    const sums = scatter_add(zeros([rows, width]), 0, index, source);
    await sums.realize();
    expect(Buffer.compare(bytes(sums.data), bytes(expected))).toBe(0);
  }
});

test("what is not a number stays in the rows that it belongs to", async () => {
  const weight = zeros([9, 2]);
  const gradOutputs = [
    tensor([
      [1, Number.NaN],
      [Number.POSITIVE_INFINITY, 2],
      [3, 4],
    ]),
  ];
  const [gradient] = grad(embedding(tensor([7, 1, 1]), weight), [weight], { gradOutputs });
  await gradient!.realize();
  const expected = Array.from({ length: 9 }, () => [0, 0]);
  expected[7] = [1, Number.NaN];
  expected[1] = [Number.POSITIVE_INFINITY, 6];
  expect(gradient!.tolist()).toEqual(expected);
});

test("negative indices count from the end, in values and gradients", async () => {
  const x = tensor([[1.5], [2.5], [3.5]]);
  const picked = index_select(x, 0, tensor([-1, 0]));
  const [gradient] = grad(picked.sum(), [x]);
  expect(await list(picked)).toEqual([[3.5], [1.5]]);
  expect(await list(gradient!)).toEqual([[1], [0], [1]]);
});

describe("indices outside are refused", () => {
  const outside = expect.objectContaining({ code: "INDEX_OUT_OF_RANGE" });
  const x = zeros([2, 3]);

  test.each<[string, () => unknown, string]>([
    [
      "index_select",
      () => index_select(x, 0, tensor([0, 2])),
      "index 2 (element 1 of the indices) is outside axis 0, which takes -2 to 1",
    ],
    [
      "gather",
      () => gather(x, 1, tensor([[0], [-1]])),
      "gather: index -1 (element 1 of the indices) is outside axis 1, which takes 0 to 2",
    ],
    [
      "embedding",
      () => embedding(tensor([[5]], { dtype: "int32" }), x),
      "embedding: index 5 (element 0 of the indices) is outside the weight's 2 rows",
    ],
    ["take", () => take(x, tensor([6])), "take: index 6"],
    ["take_along_dim", () => take_along_dim(x, tensor([[3]]), 1), "take_along_dim: index 3"],
    ["scatter", () => scatter(x, 1, tensor([[3]]), 1), "scatter: index 3"],
    ["scatter_reduce", () => scatter_reduce(x, 0, tensor([[-1]]), x, "sum"), "scatter_reduce: index -1"],
    ["index_add", () => index_add(x, 0, tensor([2]), ones([1, 3])), "index_add: index 2"],
    ["index_copy", () => index_copy(x, 1, tensor([-1]), ones([2, 1])), "index_copy: index -1"],
    [
      "a number of 64 bits whose lower half is inside",
      () => take(x, tensor([2 ** 32 + 1])),
      "take: index 4294967297",
    ],
    ["the most negative one", () => take(x, tensor([-(2 ** 40)])), "take: index -1099511627776"],
  ])("when they are recorded: %s", (_, call, message) => {
    expect(call).toThrow(outside);
    expect(call).toThrow(message);
  });

  test.each<[string, () => Tensor, string]>([
    [
      "index_select",
      () => index_select(x, 0, arange(3)),
      "index_select failed: from float32[2, 3], int64[3]",
    ],
    ["gather", () => gather(x, 1, arange(4).unsqueeze(0)), "gather failed: from float32[2, 3], int64[1, 4]"],
    ["scatter", () => scatter(x, 1, arange(4).unsqueeze(0), 1), "scatter failed"],
    ["masked_scatter", () => masked_scatter(x, x.eq(0), ones([5])), "gather failed"],
  ])("when they are computed: %s", async (_, call, message) => {
    await expect(call().realize()).rejects.toMatchObject({
      code: "INDEX_OUT_OF_RANGE",
      message: expect.stringContaining(message),
    });
  });
});

describe("what does not fit is refused", () => {
  const x = zeros([2, 3]);
  const at = tensor([[0]]);

  test.each<[string, string, () => unknown, string]>([
    ["fewer axes", "SHAPE_MISMATCH", () => gather(x, 0, tensor([0])), "indices [1] reach beyond [2, 3]"],
    [
      "more entries",
      "SHAPE_MISMATCH",
      () => gather(x, 1, zeros([3, 1], { dtype: "int64" })),
      "indices [3, 1] reach beyond [2, 3]",
    ],
    [
      "a source that is too small",
      "SHAPE_MISMATCH",
      () => scatter_add(x, 1, zeros([2, 2], { dtype: "int64" }), zeros([2, 1])),
      "indices [2, 2] reach beyond [2, 1]",
    ],
    [
      "indices of another rank",
      "SHAPE_MISMATCH",
      () => take_along_dim(x, tensor([0]), 0),
      "indices [1] must have as many axes as [2, 3]",
    ],
    [
      "sizes that do not broadcast",
      "SHAPE_MISMATCH",
      () => take_along_dim(x, zeros([2, 2], { dtype: "int64" }), 0),
      "axis -1 has sizes 3 and 2",
    ],
    ["an index with axes", "SHAPE_MISMATCH", () => index_add(x, 0, at, x), "index must have one axis"],
    [
      "another source",
      "SHAPE_MISMATCH",
      () => index_copy(x, 0, tensor([0]), x),
      "source [2, 3] must be [1, 3]",
    ],
    [
      "a weight that is no matrix",
      "SHAPE_MISMATCH",
      () => embedding(at, zeros([3])),
      "the weight must be [entries, width], got [3]",
    ],
    [
      "a padding row that is not there",
      "INVALID_ARGUMENT",
      () => embedding(at, x, { padding_idx: 2 }),
      "padding_idx 2 is not one of the weight's 2 rows",
    ],
    [
      "an option that is not supported",
      "UNSUPPORTED",
      () => embedding(at, x, { max_norm: 1 as unknown as null }),
      "max_norm is not supported",
    ],
    [
      "indices of floats",
      "DTYPE_MISMATCH",
      () => gather(x, 0, x),
      "indices must be int64 or int32, got float32",
    ],
    [
      "a source of floats for ints",
      "DTYPE_MISMATCH",
      () => scatter(at, 0, at, ones([1, 1])),
      'a source of float32 does not fit a tensor of int64; cast it with .to("int64")',
    ],
    ["sums of bool", "DTYPE_MISMATCH", () => scatter_add(x.eq(0), 0, at, x.eq(0)), "not for bool"],
    [
      "another reduction",
      "INVALID_ARGUMENT",
      () => scatter_reduce(x, 0, at, x, "max" as "amax"),
      'reduce is one of sum, mean, prod, amax, amin, not "max"',
    ],
    [
      "another reduction of scatter",
      "INVALID_ARGUMENT",
      () => scatter(x, 0, at, 1, { reduce: "sum" as "add" }),
      'reduce is "add" or "multiply", not "sum"',
    ],
    ["a mask of ints", "DTYPE_MISMATCH", () => masked_scatter(x, at, x), "the mask must be bool, got int64"],
  ])("%s", (_, code, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code }));
    expect(call).toThrow(message);
  });
});

test("an axis of symbolic size takes indices of any value", () => {
  const [x] = createLeaf({ dtype: "float32", shape: [symbol("n"), 2] }).outputs;
  expect(index_select(x!, 0, tensor([1000])).shape).toEqual([1, 2]);
});

test.each<[string, Tensor, NestedList]>([
  ["embedding without ids", embedding(zeros([0], { dtype: "int64" }), zeros([3, 2])), []],
  ["gather of nothing", gather(zeros([0, 3]), 1, zeros([0, 2], { dtype: "int64" })), []],
  ["index_add of nothing", index_add(ones([2]), 0, zeros([0], { dtype: "int64" }), zeros([0])), [1, 1]],
  [
    "scatter of float16 sums",
    scatter_add(zeros([2], { dtype: "float16" }), 0, tensor([1, 1]), ones([2], { dtype: "float16" })),
    [0, 2],
  ],
  [
    "masked_scatter of bool",
    masked_scatter(tensor([true, true]), tensor([false, true]), tensor([false])),
    [true, false],
  ],
])("%s", async (_, actual, expected) => {
  expect(await list(actual)).toEqual(expected);
});

async function list(x: Tensor): Promise<NestedList> {
  await x.realize();
  return x.tolist();
}

function bytes(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
