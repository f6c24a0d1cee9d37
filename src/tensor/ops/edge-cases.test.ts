import { describe, expect, test } from "vitest";
import { type DType, dtypes, isPacked } from "../../runtime/dtype.js";
import { grad } from "../gradient.js";
import type { NestedList, Tensor } from "../tensor.js";
import * as ops from "./index.js";

const { tensor } = ops;
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

function floats(...values: NestedList[]): Tensor {
  return tensor(values, { dtype: "float32" });
}

async function list(x: Tensor): Promise<NestedList> {
  await x.realize();
  return x.tolist();
}

describe("infinities and what is not a number", () => {
  const edges = floats(nan, inf, -inf, 0, 1);

  test.each<[string, Tensor, NestedList]>([
    ["relu", ops.relu(edges), [nan, inf, 0, 0, 1]],
    ["relu6", ops.relu6(edges), [nan, 6, 0, 0, 1]],
    ["clamp", edges.clamp({ min: -1, max: 0.5 }), [nan, 0.5, -1, 0, 0.5]],
    ["clamp between infinities", edges.clamp({ min: -inf, max: inf }), [nan, inf, -inf, 0, 1]],
    ["maximum", edges.maximum(floats(0, nan, 0, 0, 0)), [nan, nan, 0, 0, 1]],
    ["minimum", edges.minimum(floats(0, nan, 0, 0, 0)), [nan, nan, -inf, 0, 0]],
    ["amax", floats([1, nan, 2], [3, 4, 5]).amax(1), [nan, 5]],
    ["amin", floats([1, nan, 2], [3, 4, 5]).amin(0), [1, nan, 2]],
    ["isnan", ops.isnan(edges), [true, false, false, false, false]],
    ["ne", edges.ne(edges), [true, false, false, false, false]],
    ["to bool", edges.to("bool"), [true, true, true, false, true]],
    ["pow", floats(0, 0, -8, inf).pow(floats(0, -1, 3, 0)), [1, inf, -512, 1]],
    ["logsumexp", ops.logsumexp(floats([inf, 1], [-inf, -inf], [nan, 1]), 1), [inf, -inf, nan]],
  ])("%s", async (_, actual, expected) => {
    expect(await list(actual)).toEqual(expected);
  });

  test.each<[string, () => Tensor, NestedList]>([
    [
      "an ignored target hides a probability of 0 from the loss",
      () => ops.nll_loss(floats([-inf, -0.5], [-1, -2]), tensor([-100, 1]), {}),
      2,
    ],
    [
      "0 to a power has no slope but by its base",
      () => slope(floats(0, 0), (x) => x.pow(floats(0, 2))),
      [0, 0],
    ],
    [
      "a product knows what the others of a 0 are",
      () => slope(floats(0, 2, 3), (x) => ops.prod(x)),
      [6, 0, 0],
    ],
    ["and of two zeros", () => slope(floats(0, 2, 0), (x) => ops.prod(x)), [0, 0, 0]],
  ])("%s", async (_, make, expected) => {
    expect(await list(make())).toEqual(expected);
  });
});

describe("nothing at all", () => {
  test.each<[string, Tensor, NestedList]>([
    ["sums to 0", ops.zeros([0]).sum(), 0],
    ["multiplies to 1", ops.prod(ops.zeros([0])), 1],
    ["has no mean", ops.zeros([2, 0]).mean(1), [nan, nan]],
    ["is all and not any", ops.stack([ops.all(ops.zeros([0])), ops.any(ops.zeros([0]))]), [true, false]],
    [
      "contracts to 0",
      ops.zeros([2, 0]).matmul(ops.zeros([2, 0]).mT),
      [
        [0, 0],
        [0, 0],
      ],
    ],
    ["is reshaped", ops.zeros([2, 0]).reshape([3, 0, -1].slice(0, 2)), [[], [], []]],
    ["is joined", ops.cat([ops.zeros([0, 1]), ops.ones([1, 1])]), [[1]]],
  ])("%s", async (_, actual, expected) => {
    expect(await list(actual)).toEqual(expected);
  });

  test("has no largest element", () => {
    const message = "axis 1 of float32[2, 0] has no elements to choose from";
    expect(() => ops.zeros([2, 0]).amax(1)).toThrow(message);
    expect(() => ops.zeros([2, 0]).argmin(1)).toThrow(message);
  });
});

describe("a tensor without axes", () => {
  const x = tensor(2.5);

  test.each<[string, Tensor, NestedList]>([
    ["sum", x.sum(-1), 2.5],
    ["amax", x.amax(0), 2.5],
    ["argmax", x.argmax(0), 0],
    ["softmax", x.softmax(-1), 1],
    ["cumsum", x.cumsum(0), 2.5],
    ["flip", x.flip([0]), 2.5],
    ["transpose", x.transpose(0, -1), 2.5],
    ["squeeze", x.squeeze(0), 2.5],
    ["flatten", x.flatten(), [2.5]],
    ["expand", x.expand([2]), [2.5, 2.5]],
  ])("%s", async (_, actual, expected) => {
    expect(await list(actual)).toEqual(expected);
  });

  test("has nothing to slice, join or index", () => {
    const refused = expect.objectContaining({ code: "SHAPE_MISMATCH" });
    expect(() => x.slice(0, 0, 1)).toThrow(refused);
    expect(() => ops.cat([x, x])).toThrow(refused);
    expect(() => x.index_select(0, tensor([0]))).toThrow(refused);
    expect(() => x.tril()).toThrow(refused);
  });
});

/** Calls that need a kernel each, with small whole results. */
const everywhere: Readonly<Record<string, [(x: Tensor) => Tensor, NestedList]>> = {
  add: [
    (x) => x.add(x),
    [
      [2, 4, 6],
      [8, 2, 4],
    ],
  ],
  mul: [
    (x) => x.mul(3),
    [
      [3, 6, 9],
      [12, 3, 6],
    ],
  ],
  maximum: [
    (x) => x.maximum(2),
    [
      [2, 2, 3],
      [4, 2, 2],
    ],
  ],
  pow: [
    (x) => x.pow(3),
    [
      [1, 8, 27],
      [64, 1, 8],
    ],
  ],
  abs: [
    (x) => x.abs(),
    [
      [1, 2, 3],
      [4, 1, 2],
    ],
  ],
  clamp: [
    (x) => x.clamp({ max: 3 }),
    [
      [1, 2, 3],
      [3, 1, 2],
    ],
  ],
  where: [
    (x) => ops.where(x.gt(2), x, 0),
    [
      [0, 0, 3],
      [4, 0, 0],
    ],
  ],
  lt: [
    (x) => x.lt(x.amax()).to("int64"),
    [
      [1, 1, 1],
      [0, 1, 1],
    ],
  ],
  amin: [(x) => x.amin(0), [1, 1, 2]],
  argmax: [(x) => x.argmax(1), [2, 0]],
  sum: [(x) => x.sum(1), [6, 7]],
  cumsum: [
    (x) => x.cumsum(1),
    [
      [1, 3, 6],
      [4, 5, 7],
    ],
  ],
  matmul: [
    (x) => x.matmul(x.mT),
    [
      [14, 12],
      [12, 21],
    ],
  ],
  cat: [
    (x) => ops.cat([x, x], 1),
    [
      [1, 2, 3, 1, 2, 3],
      [4, 1, 2, 4, 1, 2],
    ],
  ],
  slice: [
    (x) => x.slice(1, 0, null, 2),
    [
      [1, 3],
      [4, 2],
    ],
  ],
  tril: [
    (x) => x.tril(),
    [
      [1, 0, 0],
      [4, 1, 0],
    ],
  ],
  index_select: [
    (x) => x.index_select(1, tensor([2, 2])),
    [
      [3, 3],
      [2, 2],
    ],
  ],
  scatter_add: [
    (x) => x.scatter_add(0, tensor([[1, 1, 0]]), x),
    [
      [1, 2, 6],
      [5, 3, 2],
    ],
  ],
};

const ofNumbers = (Object.keys(dtypes) as DType[]).filter((dtype) => dtype !== "bool" && !isPacked(dtype));

describe.each(ofNumbers)("%s", (dtype) => {
  test.each(Object.entries(everywhere))("%s", async (_, [call, expected]) => {
    const x = tensor(
      [
        [1, 2, 3],
        [4, 1, 2],
      ],
      { dtype },
    );
    expect(await list(call(x))).toEqual(expected);
  });
});

test("bfloat16 is computed in float32 and rounded after each step", async () => {
  const x = tensor([1, 3], { dtype: "bfloat16" }).div(3).add(1).sqrt();
  expect(x.dtype).toBe("bfloat16");
  expect(await list(x)).toEqual([1.15625, 1.4140625]);
});

describe("a number beside a tensor", () => {
  const ints = (dtype: DType) => tensor([1, 2], { dtype });

  test.each<[DType, string, Tensor]>([
    ["int8", "int8 + 1", ints("int8").add(1)],
    ["float32", "int8 + 1.5", ints("int8").add(1.5)],
    ["float16", "float16 + 1.5", ints("float16").add(1.5)],
    ["int64", "bool + 1", tensor([true]).add(1)],
    ["float32", "bool + 0.5", tensor([true]).add(0.5)],
    ["float16", "float16 + a float32 without axes", ints("float16").add(tensor(1.5))],
    ["float32", "int32 + a float32 without axes", ints("int32").add(tensor(1.5))],
    ["int32", "int32 + an int64 without axes", ints("int32").add(tensor(1))],
    ["float32", "int64 / 2", ints("int64").div(2)],
    ["int64", "int64 / 2, rounded down", ops.div(ints("int64"), 2, { rounding_mode: "floor" })],
    ["float32", "int64 between 0.5 and 1.5", ints("int64").clamp({ min: 0.5, max: 1.5 })],
  ])("gives %s: %s", (dtype, _, x) => {
    expect(x.dtype).toBe(dtype);
  });
});

describe("what a dtype cannot do is refused", () => {
  test.each<[string, () => unknown]>([
    ["a mean of ints", () => tensor([1]).mean()],
    ["a difference of bools", () => tensor([true]).sub(tensor([true]))],
    ["a negative bool", () => tensor([true]).neg()],
    ["an infinite int", () => tensor([1]).masked_fill(tensor([true]), -inf)],
    ["a softmax of ints", () => tensor([1]).softmax(0)],
    ["a float as an index", () => floats(1).index_select(0, floats(0))],
    ["a fractional alpha of ints", () => ops.add(tensor([1]), tensor([1]), { alpha: 0.5 })],
  ])("%s", (_, call) => {
    expect(call).toThrow(expect.objectContaining({ code: "DTYPE_MISMATCH" }));
  });
});

function slope(x: Tensor, call: (x: Tensor) => Tensor): Tensor {
  return grad(call(x).sum(), [x])[0]!;
}
