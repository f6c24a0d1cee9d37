import { describe, expect, test } from "vitest";
import { Generator, type Initializer, manual_seed, Parameter } from "../tensor/index.js";
import { init } from "./index.js";

const count = 20_000;

async function values(initializer: Initializer, shape: readonly number[] = [count]): Promise<number[]> {
  return [...(await new Parameter(shape, initializer).load()).data].map(Number);
}

function moments(sample: readonly number[]) {
  const mean = sample.reduce((sum, x) => sum + x, 0) / sample.length;
  const variance = sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / sample.length;
  const fourth = sample.reduce((sum, x) => sum + (x - mean) ** 4, 0) / sample.length;
  return { mean, std: Math.sqrt(variance), kurtosis: fourth / variance ** 2 };
}

test("constants fill every element", async () => {
  expect(new Set(await values(init.constant_(2.5)))).toEqual(new Set([2.5]));
  expect(await values(init.zeros_, [2, 2])).toEqual([0, 0, 0, 0]);
  expect(await values(init.ones_, [])).toEqual([1]);
});

describe("normal_", () => {
  test("has the mean and the standard deviation that were asked for, and a normal's tails", async () => {
    manual_seed(1);
    const { mean, std, kurtosis } = moments(await values(init.normal_(3, 0.5)));
    expect(Math.abs(mean - 3)).toBeLessThan(4 * (0.5 / Math.sqrt(count)));
    expect(Math.abs(std / 0.5 - 1)).toBeLessThan(0.02);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.2);
  });

  test("has no two elements that depend on each other", async () => {
    manual_seed(2);
    const sample = await values(init.normal_());
    for (const lag of [1, 2, 3, 7, 64, 768]) {
      const products = sample.slice(lag).map((x, i) => x * sample[i]!);
      expect(Math.abs(moments(products).mean), `lag ${lag}`).toBeLessThan(4 / Math.sqrt(count));
    }
    expect(new Set(sample).size).toBeGreaterThan(0.99 * count);
  });

  test("fills an odd number of elements", async () => {
    expect((await values(init.normal_(), [3])).every((x) => x !== 0 && Number.isFinite(x))).toBe(true);
  });
});

describe("uniform initialisers stay within their bounds and fill them", () => {
  const cases: [string, () => Initializer, number][] = [
    ["uniform_", () => init.uniform_(-2, 2), 2],
    ["kaiming_uniform_ for a linear layer", () => init.kaiming_uniform_(16), 1 / 4],
    ["kaiming_uniform_ before relu", () => init.kaiming_uniform_(24, 0), 1 / 2],
    ["xavier_uniform_", () => init.xavier_uniform_(10, 14), 1 / 2],
    ["xavier_uniform_ with a gain", () => init.xavier_uniform_(10, 14, 3), 3 / 2],
  ];
  test.each(cases)("%s", async (_, make, bound) => {
    manual_seed(3);
    const sample = await values(make());
    const { mean, std } = moments(sample);
    expect(Math.max(...sample.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...sample.map(Math.abs))).toBeGreaterThan(0.999 * bound);
    expect(Math.abs(mean)).toBeLessThan(0.03 * bound);
    expect(std / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
  });
});

test("the padding row is zero, the others are normal", async () => {
  manual_seed(4);
  const sample = await values(init.normalExceptRow(2, 0.02), [5, 100]);
  expect(new Set(sample.slice(200, 300))).toEqual(new Set([0]));
  expect(sample.filter((x) => x === 0).length).toBe(100);
  expect(moments(sample.slice(0, 200)).std / 0.02).toBeCloseTo(1, 0);
  expect((await values(init.normalExceptRow(null, 1), [5, 4])).every((x) => x !== 0)).toBe(true);
});

describe("random numbers", () => {
  test("are repeated by the same seed, and differ between parameters and seeds", async () => {
    const draw = async () => [await values(init.normal_(), [8]), await values(init.normal_(), [8])];
    manual_seed(7);
    const [first, second] = await draw();
    expect(second).not.toEqual(first);
    manual_seed(7);
    expect(await draw()).toEqual([first, second]);
    manual_seed(8);
    expect((await draw())[0]).not.toEqual(first);
  });

  test("do not depend on when a parameter is first read", async () => {
    manual_seed(9);
    const [a, b] = [new Parameter([4], init.normal_()), new Parameter([4], init.normal_())];
    await b.load();
    const late = [...(await a.load()).data];
    manual_seed(9);
    expect([...(await new Parameter([4], init.normal_()).load()).data]).toEqual(late);
  });

  test("come from a generator of one's own, where that is given, which can be stopped and resumed", async () => {
    const own = new Generator(1);
    await values(init.uniform_(0, 1, own), [3]);
    const { state } = own;
    const next = await values(init.uniform_(0, 1, own), [3]);
    own.state = state;
    expect(await values(init.uniform_(0, 1, own), [3])).toEqual(next);
  });
});
