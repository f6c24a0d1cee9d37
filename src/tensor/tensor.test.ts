import { describe, expect, test } from "vitest";
import { symbol } from "../onnx/dim.js";
import { createLeaf } from "./node.js";
import { cat, full, matmul, ones, tensor, where, zeros } from "./ops/index.js";
import { realize } from "./realize.js";

describe("a tensor that has not been computed", () => {
  test("cannot be read, and says what to do", () => {
    const sum = tensor([1, 2]).add(tensor([3, 4]));
    const notRealized = expect.objectContaining({ code: "NOT_REALIZED" });
    expect(() => sum.data).toThrow(notRealized);
    expect(() => sum.tolist()).toThrow(notRealized);
    expect(() => sum.sum().item()).toThrow(notRealized);
    expect(() => sum.data).toThrow("await tensor.realize()");
  });

  test("has its dtype and shape already", () => {
    const product = ones([2, 3]).matmul(ones([3, 4]));
    expect([product.dtype, product.shape, product.rank]).toEqual(["float32", [2, 4], 2]);
    expect(String(product)).toBe("float32[2, 4]");
  });

  test("is computed once, and then read at will", async () => {
    const sum = tensor([1, 2]).add(tensor([3, 4]));
    expect(await sum.realize()).toBe(sum);
    const { data } = sum;
    await sum.realize();
    expect(sum.data).toBe(data);
    expect(sum.tolist()).toEqual([4, 6]);
  });

  test("is computed along with others as one graph", async () => {
    const x = tensor([4, 9], { dtype: "float32" });
    const [root, square] = [x.sqrt(), x.square()];
    await realize([root, square, root]);
    expect([root.tolist(), square.tolist()]).toEqual([
      [2, 3],
      [16, 81],
    ]);
  });
});

test("the same operation on the same tensors is the same tensor", () => {
  const [a, b] = [ones([2]), zeros([2])];
  expect(a.add(b).mul(2)).toBe(a.add(b).mul(2));
  expect(a.add(b)).not.toBe(b.add(a));
  expect(a.sum(0)).not.toBe(a.sum(0, true));
  expect(tensor([1])).not.toBe(tensor([1]));
});

test.each([
  [0, -0],
  [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  [Number.NaN, Number.POSITIVE_INFINITY],
])("the constants %d and %d are told apart", async (a, b) => {
  const [first, second] = [full([], a, { dtype: "float32" }), full([], b, { dtype: "float32" })];
  await realize([first, second]);
  expect([first.item(), second.item()]).toEqual([a, b]);
  const x = ones([1]);
  expect(x.clamp({ min: a })).not.toBe(x.clamp({ min: b }));
});

describe("values", () => {
  test("are read as nested lists", async () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const lists = [x, x.gt(2), x.to("float16").div(4), x.to("bfloat16"), x.select(0, 0).sum()];
    await realize(lists);
    expect(lists.map((each) => each.tolist())).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [false, false],
        [true, true],
      ],
      [
        [0.25, 0.5],
        [0.75, 1],
      ],
      [
        [1, 2],
        [3, 4],
      ],
      3,
    ]);
  });

  test("of one element are an item", async () => {
    const x = tensor([[2.5]]);
    expect(x.item()).toBe(2.5);
    expect(() => tensor([1, 2]).item()).toThrow("item() reads a tensor of one element; this one is int64[2]");
  });

  test("give the dtype and shape of lists and typed arrays", () => {
    const made = [
      tensor([1, 2]),
      tensor([1.5]),
      tensor([true]),
      tensor([1], { dtype: "int8" }),
      tensor([[], []]),
      tensor(Float64Array.of(1, 2, 3, 4), { shape: [2, 2] }),
      tensor(Uint8Array.of(1, 0), { dtype: "bool" }),
      tensor(7),
    ];
    expect(made.map(String)).toEqual([
      "int64[2]",
      "float32[1]",
      "bool[1]",
      "int8[1]",
      "float32[2, 0]",
      "float64[2, 2]",
      "bool[2]",
      "int64[]",
    ]);
  });

  test("that do not form a tensor are refused", () => {
    expect(() => tensor([[1], [2, 3]])).toThrow("the lists differ in length or depth at axis 1");
    expect(() => tensor([1, [2]])).toThrow("the lists differ");
    expect(() => tensor(Float32Array.of(1, 2), { shape: [3] })).toThrow(
      "2 elements do not fill the shape [3]",
    );
    expect(() => tensor(Float32Array.of(1), { dtype: "int32" })).toThrow("holds float32, not int32");
    expect(() => tensor([1], { requires_grad: true })).toThrow("requires_grad needs a floating dtype");
  });
});

describe("shapes that do not fit are refused where the operation is recorded, naming", () => {
  test("op, axis and sizes of a broadcast", () => {
    expect(() => ones([2, 3]).mul(ones([4, 3]))).toThrow(
      "mul: shapes [2, 3] and [4, 3] do not broadcast: axis -2 has sizes 2 and 4",
    );
    expect(() => where(ones([2]).gt(0), ones([3]), 0)).toThrow("where: shapes [2] and [3]");
  });

  test("the contraction of a product", () => {
    expect(() => matmul(ones([2, 3]), ones([4, 5]))).toThrow(
      "matmul: contraction of the last axis of [2, 3] (3) against the second-to-last of [4, 5] (4)",
    );
  });

  test("an axis that is not there", () => {
    expect(() => ones([2, 3]).sum(2)).toThrow("sum: axis 2 is not one of a tensor of rank 2");
    expect(() => ones([2, 3]).transpose(0, -3)).toThrow("transpose: axis -3");
    expect(() => ones([2, 3]).amax([0, -2])).toThrow("amax: axes [0, -2] name one axis twice");
  });

  test("elements that do not fill a shape", () => {
    expect(() => ones([2, 3]).reshape([4, -1])).toThrow(
      "no size for -1 makes the elements of [2, 3] fill [4, -1]",
    );
    expect(() => ones([2, 3]).reshape([7])).toThrow("the elements of [2, 3] do not fill [7]");
    expect(() => ones([2, 3]).expand([4, 3])).toThrow("expand: shapes [2, 3] and [4, 3] do not broadcast");
    expect(() => cat([ones([2, 3]), ones([2, 4])])).toThrow("differ elsewhere than along axis 0");
  });

  test("symbolic sizes as they are called", () => {
    const shape = [symbol("batch"), symbol("sequence")];
    const x = createLeaf({ dtype: "float32", shape }).outputs[0]!;
    expect(() => x.add(ones([3]))).toThrow(
      "add: shapes [batch, sequence] and [3] do not broadcast: axis -1 has sizes sequence and 3",
    );
  });
});
