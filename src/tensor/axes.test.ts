import { expect, expectTypeOf, test } from "vitest";
import { size } from "./axes.js";
import { ones, softmax } from "./ops/index.js";
import type { Tensor } from "./tensor.js";

type Hidden = Tensor<["batch", "sequence", "hidden"]>;
type Heads = Tensor<["batch", "heads", "sequence", "head_dim"]>;

const config = {
  batch: size("batch", 2),
  sequence: size("sequence", 3),
  hidden: size("hidden", 8),
  intermediate: size("intermediate", 16),
  heads: size("heads", 2),
  head_dim: size("head_dim", 4),
};
const { batch, sequence, hidden, intermediate, heads, head_dim } = config;

function named<const D extends readonly (typeof config)[keyof typeof config][]>(...shape: D) {
  return ones([]).expand(shape);
}

const x = named(batch, sequence, hidden);

test("named sizes give a tensor its axes, and are the numbers themselves", () => {
  expectTypeOf(x).toEqualTypeOf<Hidden>();
  expect(x.shape).toEqual([2, 3, 8]);
  const [, length] = x.shape;
  expect(length).toBe(3);
});

test("a product contracts axes of one name alone", () => {
  const up = named(hidden, intermediate);
  expectTypeOf(x.matmul(up)).toEqualTypeOf<Tensor<["batch", "sequence", "intermediate"]>>();
  expect(x.matmul(up).shape).toEqual([2, 3, 16]);
  const down = named(intermediate, hidden);
  // @ts-expect-error hidden against intermediate
  expect(() => x.matmul(down)).toThrow("contraction");
});

test("transposes and heads keep track of their axes", () => {
  const split = x.reshape([batch, sequence, heads, head_dim]).transpose(1, 2);
  expectTypeOf(split).toEqualTypeOf<Heads>();
  expectTypeOf(split.transpose(1, 2)).toEqualTypeOf<Tensor<["batch", "sequence", "heads", "head_dim"]>>();
  expect(split.shape).toEqual([2, 2, 3, 4]);
});

test("swapped arguments do not compile", () => {
  const onHidden = (value: Hidden) => value.rank;
  const swapped = x.transpose(1, 2);
  // @ts-expect-error batch, hidden, sequence
  expect(onHidden(swapped)).toBe(3);
  expect(onHidden(x)).toBe(3);
  const lacking = named(batch, sequence);
  // @ts-expect-error two axes for three
  expect(onHidden(lacking)).toBe(2);
});

test("elementwise results have the axes of the longer operand", () => {
  expectTypeOf(x.add(named(hidden))).toEqualTypeOf<Hidden>();
  expectTypeOf(named(hidden).mul(x)).toEqualTypeOf<Hidden>();
  expectTypeOf(x.mul(2).exp()).toEqualTypeOf<Hidden>();
  expect(named(hidden).mul(x).shape).toEqual([2, 3, 8]);
});

test("a plain tensor fits everywhere, and takes any", () => {
  const plain: Tensor = x;
  const onHidden = (value: Hidden) => value.rank;
  expect(onHidden(plain)).toBe(3);
  expectTypeOf(softmax(plain, -1)).toEqualTypeOf<Tensor>();
  expectTypeOf(plain.matmul(x.mT)).toEqualTypeOf<Tensor>();
});

test("sizes are not to be added with +", () => {
  const [rows, columns] = ones([2, 3]).shape;
  // @ts-expect-error a size may be symbolic: addDims() adds two
  expect(rows + columns).toBe(5);
});
