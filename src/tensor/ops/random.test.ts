import { describe, expect, test } from "vitest";
import { Generator, hostUniform, manual_seed } from "../generator.js";
import { grad } from "../gradient.js";
import { realize } from "../realize.js";
import type { Tensor } from "../tensor.js";
import { ones } from "./creation.js";
import { bernoulli, dropout, rand, random_bits } from "./random.js";

async function valuesOf(x: Tensor): Promise<number[]> {
  await x.realize();
  return Array.from(x.data, Number);
}

/** Sum of squared deviations of counts from their expectation, in units of that expectation. */
function chiSquare(values: readonly number[], bins: number): number {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.floor(value * bins)]! += 1;
  const expected = values.length / bins;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Pearson's coefficient; for independent values its standard deviation is 1 / sqrt(count). */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB));
}

describe("uniform numbers", () => {
  const [rows, columns] = [256, 512];
  const count = rows * columns;
  const draw = (seed: number) => valuesOf(rand([rows, columns], { generator: new Generator(seed) }));
  const unrelated = 5 / Math.sqrt(count);

  test.each([0, 1, 12345])("fill [0, 1) evenly, seed %i", async (seed) => {
    const values = await draw(seed);
    expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values.slice(0, 50_000))).toBeLessThan(1);
    // 255 degrees of freedom: mean 255, standard deviation 22.6.
    expect(chiSquare(values, 256)).toBeGreaterThan(255 - 5 * 22.6);
    expect(chiSquare(values, 256)).toBeLessThan(255 + 5 * 22.6);
  });

  test.each([1, 2, 3, columns - 1, columns, columns + 1, 7 * columns])(
    "do not follow from those %i places before",
    async (lag) => {
      const values = await draw(3);
      expect(Math.abs(correlation(values.slice(lag), values.slice(0, -lag)))).toBeLessThan(unrelated);
    },
  );

  test("do not follow from those of another key or seed", async () => {
    const generator = new Generator(4);
    const first = await valuesOf(rand([rows, columns], { generator }));
    const second = await valuesOf(rand([rows, columns], { generator }));
    const other = await draw(5);
    expect(Math.abs(correlation(first, second))).toBeLessThan(unrelated);
    expect(Math.abs(correlation(first, other))).toBeLessThan(unrelated);
  });

  test("repeat no oftener than chance has it", async () => {
    const bits = await valuesOf(random_bits([512, 512], { generator: new Generator(6) }));
    const repeats = bits.length - new Set(bits).size;
    expect(repeats).toBeLessThan(30); // 2^36 pairs / 2 / 2^32: 8 are expected
  });

  test("are the same on the host for one key, element by element, and even", () => {
    const uniform = hostUniform(new Generator(7).nextKey());
    const values = Array.from({ length: 65_536 }, (_, i) => uniform(i));
    expect(chiSquare(values, 256)).toBeLessThan(255 + 5 * 22.6);
    expect(uniform(3)).toBe(values[3]);
    expect(Math.abs(correlation(values.slice(1), values.slice(0, -1)))).toBeLessThan(5 / 256);
  });
});

test.each([0.1, 0.5, 0.999])("bernoulli(%d) is true that often", async (p) => {
  const values = await valuesOf(bernoulli(p, [1000, 100], { generator: new Generator(8) }));
  const share = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / values.length));
});

test("bernoulli is certain at 0 and 1, and all but certain just below 1", async () => {
  const shares = [0, 1, 1 - 1e-12].map(async (p) => {
    const values = await valuesOf(bernoulli(p, [10_000]));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  expect(await Promise.all(shares)).toEqual([0, 1, 1]);
});

describe("a generator", () => {
  test("gives the same keys from the same seed, and others from another", () => {
    const keys = (seed: number) => {
      const generator = new Generator(seed);
      return [generator.nextKey(), generator.nextKey()].map((key) => key.join());
    };
    expect(keys(9)).toEqual(keys(9));
    expect(new Set([...keys(9), ...keys(10), ...keys(2 ** 32 + 9)]).size).toBe(6);
  });

  test("goes on where its state says", () => {
    const [one, other] = [new Generator(11), new Generator(0)];
    one.nextKey();
    other.state = one.state;
    expect(other.nextKey()).toEqual(one.nextKey());
  });
});

describe("dropout", () => {
  const x = () => ones([400, 250]);

  test("zeroes its share, scales the rest and keeps the mean", async () => {
    const values = await valuesOf(dropout(x(), 0.3, { generator: new Generator(12) }));
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.7)]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt(0.3 / 0.7 / values.length));
  });

  test("repeats after manual_seed, and differs between two calls", async () => {
    manual_seed(13);
    const [first, second] = [await valuesOf(dropout(x(), 0.5)), await valuesOf(dropout(x(), 0.5))];
    manual_seed(13);
    const again = await valuesOf(dropout(x(), 0.5));
    expect(again).toEqual(first);
    expect(Math.abs(correlation(first, second))).toBeLessThan(5 / Math.sqrt(first.length));
  });

  test("lets gradients through where it let values through", async () => {
    const input = ones([100, 10]);
    const output = dropout(input, 0.4);
    const [gradient] = grad(output.sum(), [input]) as [Tensor];
    await realize([output, gradient]);
    expect(gradient.data).toEqual(output.data);
  });

  test("at its ends passes everything or nothing", async () => {
    const input = ones([3]);
    expect(dropout(input, 0)).toBe(input);
    expect(await valuesOf(dropout(input, 1))).toEqual([0, 0, 0]);
  });

  test.each([-0.1, 1.1, Number.NaN])("refuses the probability %d", (p) => {
    expect(() => dropout(x(), p)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });

  test("refuses ints", () => {
    expect(() => dropout(ones([2], { dtype: "int64" }), 0.5)).toThrow("expected a floating dtype");
  });
});
