import { expect, test } from "vitest";
import { compileKernel, isVectorOp, type VectorOp, vectorMemory } from "./vector-kernel.js";

const specials = [0, -0, 1, -2.5, 1e-40, 3.4e38, -3.4e38, Number.POSITIVE_INFINITY, Number.NaN];
const { fround, max, sign, sqrt, abs } = Math;

/** What each operation is, in JavaScript's doubles, rounded once. */
const meanings: Readonly<Record<VectorOp, (a: number, b: number) => number>> = {
  add: (a, b) => fround(a + b),
  sub: (a, b) => fround(a - b),
  mul: (a, b) => fround(a * b),
  div: (a, b) => fround(a / b),
  maximum: (a, b) => max(a, b),
  abs: (a) => abs(a),
  neg: (a) => -a,
  sqrt: (a) => fround(sqrt(a)),
  sign: (a) => (Number.isNaN(a) ? 0 : sign(a) + 0),
};

test.each(Object.entries(meanings))("%s is rounded once, of all kinds of numbers", (op, meaning) => {
  expect(isVectorOp(op)).toBe(true);
  const pairs = specials.flatMap((a) => specials.map((b) => [fround(a), fround(b)] as const));
  const memory = vectorMemory(3 * 1024);
  const [first, second, result] = [0, 1, 2].map(
    (i) => new Float32Array(memory.buffer, i * 1024, pairs.length),
  ) as [Float32Array, Float32Array, Float32Array];
  first.set(pairs.map(([a]) => a));
  second.set(pairs.map(([, b]) => b));
  const operands = meaning.length === 1 ? [0] : [0, 1];
  const steps = [{ op: op as VectorOp, operands }];
  const run = compileKernel({ arrays: 3, scalars: 0, steps, stores: [{ array: 2, value: 3 }] }, memory);
  run(pairs.length, [first.byteOffset, second.byteOffset, result.byteOffset], []);
  // 81 elements: the last one is in a step of four of its own.
  expect([...result]).toEqual(pairs.map(([a, b]) => meaning(a, b)));
});

test("scalars go with every element, and a result is read before the array that it replaces is written", () => {
  const memory = vectorMemory(2 * 64);
  const a = new Float32Array(memory.buffer, 0, 7).fill(3);
  const b = new Float32Array(memory.buffer, 64, 7).map((_, i) => i);
  new Float32Array(memory.buffer, 64, 7).set(b);
  const program = {
    arrays: 2,
    scalars: 2,
    steps: [
      { op: "mul", operands: [0, 2] }, // 4: a * 10
      { op: "add", operands: [4, 1] }, // 5: a * 10 + b
      { op: "sub", operands: [1, 3] }, // 6: b - 0.5
    ],
    stores: [
      { array: 1, value: 5 },
      { array: 0, value: 6 },
    ],
  } as const;
  compileKernel(program, memory)(7, [0, 64], [10, 0.5]);
  expect([...a]).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => i - 0.5));
  expect([...new Float32Array(memory.buffer, 64, 7)]).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => 30 + i));
});

test("memory that there is not is said to be missing", () => {
  expect(() => vectorMemory(2 ** 40)).toThrow();
});
