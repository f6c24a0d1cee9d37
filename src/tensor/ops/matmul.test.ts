import { describe, expect, test } from "vitest";
import type { NestedList, Tensor } from "../tensor.js";
import * as ops from "./index.js";

const { einsum, tensor, zeros } = ops;

describe("products that do not fit are refused", () => {
  const [a, b, v] = [zeros([2, 3]), zeros([3, 4]), zeros([3])];
  test.each<[string, string, () => unknown, string]>([
    [
      "matmul of other sizes",
      "SHAPE_MISMATCH",
      () => b.matmul(a),
      "matmul: contraction of the last axis of [3, 4] (4) against the second-to-last of [2, 3] (2)",
    ],
    [
      "matmul of other batches",
      "SHAPE_MISMATCH",
      () => zeros([2, 1, 3]).matmul(zeros([3, 3, 1])),
      "matmul: shapes [2] and [3] do not broadcast",
    ],
    [
      "matmul of a number",
      "SHAPE_MISMATCH",
      () => a.matmul(zeros([])),
      "matmul: expected at least one axis on both sides",
    ],
    [
      "mm of a vector",
      "SHAPE_MISMATCH",
      () => a.mm(v),
      "mm: expected operands of rank 2 and 2, got float32[2, 3] and float32[3]",
    ],
    [
      "bmm of other batches",
      "SHAPE_MISMATCH",
      () => zeros([1, 2, 3]).bmm(zeros([2, 3, 4])),
      "bmm: axis 0 has 1 matrices in float32[1, 2, 3] and 2 in float32[2, 3, 4]",
    ],
    ["mv of matrices", "SHAPE_MISMATCH", () => a.mv(b), "mv: expected operands of rank 2 and 1"],
    ["dot of matrices", "SHAPE_MISMATCH", () => a.dot(a), "dot: expected operands of rank 1 and 1"],
    ["dot of other sizes", "SHAPE_MISMATCH", () => v.dot(zeros([2])), "(3) against"],
    ["outer of a matrix", "SHAPE_MISMATCH", () => v.outer(a), "outer: expected operands of rank 1 and 1"],
    [
      "addmm of what does not broadcast",
      "SHAPE_MISMATCH",
      () => zeros([3]).addmm(a, b),
      "addmm: shapes [3] and [2, 4] do not broadcast",
    ],
    [
      "addmm of ints by halves",
      "DTYPE_MISMATCH",
      () => tensor([1]).addmm(tensor([[1]]), tensor([[1]]), { alpha: 0.5 }),
      "addmm: alpha 0.5 and beta 1 must be whole numbers for int64",
    ],
    [
      "einsum of other sizes",
      "SHAPE_MISMATCH",
      () => einsum("ij,jk->ik", [a, a]),
      'einsum("ij,jk->ik"): subscript j has size 3 in operand 0 [2, 3] and 2 in operand 1 [2, 3]',
    ],
    [
      "einsum of other broadcast sizes",
      "SHAPE_MISMATCH",
      () => einsum("...i,...i->...", [a, b]),
      'an axis of "..." has size 2',
    ],
    [
      "a diagonal that is none",
      "SHAPE_MISMATCH",
      () => einsum("ii->i", [a]),
      "subscript i has size 2 in operand 0 [2, 3] and 3 in operand 0 [2, 3]",
    ],
    [
      "a diagonal beside size 1",
      "SHAPE_MISMATCH",
      () => einsum("ii->i", [zeros([1, 3])]),
      "subscript i has size 1",
    ],
    [
      "einsum of another rank",
      "INVALID_ARGUMENT",
      () => einsum("ij->i", [v]),
      '"ij" does not fit operand 0, float32[3], which has 1 axes',
    ],
    [
      "einsum of more axes than letters",
      "INVALID_ARGUMENT",
      () => einsum("i...j->i", [v]),
      '"i...j" does not fit operand 0',
    ],
    [
      "einsum of other operands",
      "INVALID_ARGUMENT",
      () => einsum("i,i->", [v]),
      "2 lists of subscripts for 1 operands",
    ],
    ["einsum with signs", "INVALID_ARGUMENT", () => einsum("i1->i", [a]), 'got "i1"'],
    ["einsum with two outputs", "INVALID_ARGUMENT", () => einsum("i->i->i", [v]), "expected letters"],
    [
      "an output from nowhere",
      "INVALID_ARGUMENT",
      () => einsum("i->j", [v]),
      "the output's subscript j must stand for one of the operands, and once in the output",
    ],
    ["an output twice", "INVALID_ARGUMENT", () => einsum("i->ii", [v]), "the output's subscript i"],
    [
      "tensordot of other sizes",
      "SHAPE_MISMATCH",
      () => ops.tensordot(a, b, [[0], [0]]),
      "tensordot: axis 0 of [2, 3] (2) against axis 0 of [3, 4] (3)",
    ],
    [
      "tensordot of too many axes",
      "INVALID_ARGUMENT",
      () => ops.tensordot(v, v, 2),
      "tensordot: expected as many axes of both",
    ],
    [
      "cdist of other widths",
      "SHAPE_MISMATCH",
      () => ops.cdist(a, b),
      "cdist: expected [..., n, width] and [..., m, width] of one width, got [2, 3] and [3, 4]",
    ],
    [
      "cdist of a negative norm",
      "INVALID_ARGUMENT",
      () => ops.cdist(a, a, { p: -1 }),
      "cdist: p must be 0 or more, not -1",
    ],
  ])("%s", (_, code, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code }));
    expect(call).toThrow(message);
  });
});

describe("products of nothing are 0", () => {
  test.each<[string, Tensor]>([
    ["a batch by its transpose", zeros([2, 3, 0]).matmul(zeros([2, 3, 0]).mT)],
    ["the same, scaled", zeros([2, 3, 0]).matmul(zeros([2, 3, 0]).mT, { alpha: 2 })],
    ["of ints", zeros([2, 1, 0], { dtype: "int64" }).matmul(zeros([2, 0, 2], { dtype: "int64" }))],
    ["of float16", zeros([2, 1, 0], { dtype: "float16" }).bmm(zeros([2, 0, 2], { dtype: "float16" }))],
    ["by einsum", einsum("bik,bjk->bij", [zeros([2, 3, 0]), zeros([2, 1, 0])])],
    ["by a weight without inputs", ops.linear(zeros([2, 3, 0]), zeros([4, 0]))],
  ])("%s", async (_, product) => {
    await product.realize();
    expect(product.data.length).toBeGreaterThan(0);
    expect(product.data.every((value) => Number(value) === 0)).toBe(true);
  });
});

test("products of int64 are exact where float64 is not", async () => {
  const large = tensor([[2 ** 53, 1]]);
  const product = await large.matmul(tensor([[1], [1]])).realize();
  expect(product.data[0]).toBe(2n ** 53n + 1n);
  const summed = await einsum("ij,ij->", [large, tensor([[3, 1]])]).realize();
  expect(summed.data[0]).toBe(3n * 2n ** 53n + 1n);
});

test("what beta takes away may be NaN", async () => {
  const nan = ops.full([1, 1], Number.NaN);
  const product = ops.addmm(nan, tensor([[2]], { dtype: "float32" }), tensor([[3]], { dtype: "float32" }), {
    beta: 0,
  });
  expect(await list(product)).toEqual([[6]]);
});

test("the furthest coordinate is the distance of infinite norm", async () => {
  const [a, b] = [
    tensor([[1, 5]], { dtype: "float32" }),
    tensor(
      [
        [2, 2],
        [1, 5],
      ],
      { dtype: "float32" },
    ),
  ];
  expect(await list(ops.cdist(a, b, { p: Number.POSITIVE_INFINITY }))).toEqual([[3, 0]]);
});

async function list(x: Tensor): Promise<NestedList> {
  await x.realize();
  return x.tolist();
}
