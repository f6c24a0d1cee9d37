import { describe, expect, test } from "vitest";
import { CompiledFunction } from "./compile.js";
import { manual_seed } from "./generator.js";
import { arange, dropout, gate, index_select, ones, rand, tensor } from "./ops/index.js";
import { realize } from "./realize.js";
import type { Tensor } from "./tensor.js";
import { Parameter } from "./variable.js";

function parameter(count: number, value: number): Parameter {
  return new Parameter([count], {
    dtype: "float32",
    dims: [count],
    data: new Float32Array(count).fill(value),
  });
}

/** Adds 1 to every element, in place. */
function increment(variable: Parameter): Promise<void> {
  const one = gate(tensor(Float32Array.of(1), { shape: [] }), 0);
  return realize([], [{ variable, value: variable.add(one), gate: 0 }]);
}

test("random numbers are new at every call, and those that the function draws without compilation", async () => {
  const body = ({ x }: { x: Tensor }) => ({ dropped: dropout(x, 0.5), drawn: rand([3]) });
  const compiled = new CompiledFunction(body);
  const x = ones([4, 5]);
  await x.realize();
  manual_seed(3);
  const eager: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const { dropped, drawn } = body({ x });
    await realize([dropped, drawn]);
    eager.push([dropped.tolist(), drawn.tolist()]);
  }
  manual_seed(3);
  const calls: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const { dropped, drawn } = await compiled.call({ x }, () => ["rows"]);
    calls.push([dropped.tolist(), drawn.tolist()]);
  }
  expect(calls).toEqual(eager);
  expect(calls[0]).not.toEqual(calls[1]);
  expect(compiled.signatures).toBe(1);
});

describe("calls at the same time", () => {
  test("at more sizes than there are sessions for give each its own result", async () => {
    const weight = parameter(1, 3);
    await using compiled = new CompiledFunction(({ x }: { x: Tensor }) => ({ y: x.mul(weight).sum() }));
    const sizes = Array.from({ length: 200 }, (_, i) => 1 + (i % 90));
    const sums = await Promise.all(
      sizes.map(async (size) => {
        const x = await arange(size, { dtype: "float32" }).realize();
        const { y } = await compiled.call({ x }); // the size is part of the signature
        return y.item();
      }),
    );
    expect(sums).toEqual(sizes.map((size) => (3 * size * (size - 1)) / 2));
    expect(compiled.signatures).toBeLessThanOrEqual(64);
  });

  test("of structures that were never met before, more than there are sessions for, realise each its own", async () => {
    const sums = Array.from({ length: 300 }, (_, i) =>
      arange(i + 2, { dtype: "float32" })
        .mul(2)
        .sum(),
    );
    await Promise.all(sums.map((sum) => sum.realize()));
    sums.forEach((sum, i) => {
      expect(sum.item()).toBe((i + 1) * (i + 2));
    });
  });
});

describe("while an optimizer's step writes over the weights,", () => {
  const count = 2_000_000;
  const rounds = 6;

  test("a compiled function reads all of them from before it, or all from after it", async () => {
    const weight = parameter(count, 0);
    await using compiled = new CompiledFunction(() => ({ least: weight.amin(), most: weight.amax() }));
    let isTraining = true;
    const read: [number, number][] = [];
    const predict = async () => {
      while (isTraining) {
        const { least, most } = await compiled.call({});
        read.push([least.item(), most.item()]);
      }
    };
    const readers = [predict(), predict()];
    for (let i = 0; i < rounds; i++) {
      await increment(weight);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    isTraining = false;
    await Promise.all(readers);
    expect(read.filter(([least, most]) => least !== most)).toEqual([]);
    expect(new Set(read.map(([least]) => least)).size).toBeGreaterThan(1);
  });

  test("what was recorded before it reads them all from before, or says that they are gone", async () => {
    const weight = parameter(count, 0);
    const outcomes: string[] = [];
    for (let i = 0; i < rounds; i++) {
      const [least, most] = [weight.amin(), weight.amax()];
      const step = increment(weight);
      const reading = realize([least, most]).then(
        () =>
          outcomes.push(least.item() === i && most.item() === i ? "read" : `${least.item()}..${most.item()}`),
        ({ code }) => outcomes.push(code),
      );
      await Promise.all([step, reading]);
    }
    expect(
      outcomes.every((outcome) => ["read", "STALE_VALUE"].includes(outcome)),
      outcomes.join(),
    ).toBe(true);
    expect(outcomes.length).toBe(rounds);
    expect(weight.data[count - 1]).toBe(rounds);
  });
});

describe("an operation that fails while it runs is named, with its shapes,", () => {
  const table = tensor(
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    { dtype: "float32" },
  );
  const expected = {
    code: "INDEX_OUT_OF_RANGE",
    message: expect.stringMatching(
      /index_select failed: from float32\[3, 2\], int64\[.*\] to float32\[.*, 2\]/,
    ),
  };

  test("where it was realised", async () => {
    const index = tensor([0, 3]).add(4); // not known when the operation is recorded
    await expect(index_select(table, 0, index).exp().realize()).rejects.toMatchObject(expected);
  });

  test("where it was compiled", async () => {
    await using compiled = new CompiledFunction(({ index }: { index: Tensor }) => ({
      rows: index_select(table.mul(2), 0, index),
    }));
    const call = (index: number[]) => compiled.call({ index: tensor(index) }, () => ["rows"]);
    await expect(call([0, 7])).rejects.toMatchObject(expected);
    expect((await call([2, 0])).rows.tolist()).toEqual([
      [10, 12],
      [2, 4],
    ]);
  });
});
