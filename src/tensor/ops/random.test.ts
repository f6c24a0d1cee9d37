import { describe, expect, test } from "vitest";
import type { DType } from "../../runtime/dtype.js";
import { Generator, hostUniform, manual_seed } from "../generator.js";
import { grad } from "../gradient.js";
import { realize } from "../realize.js";
import type { Tensor } from "../tensor.js";
import { full, ones, tensor } from "./creation.js";
import {
  bernoulli,
  dropout,
  rand,
  rand_like,
  randint,
  randn,
  randn_like,
  random_bits,
  randperm,
} from "./random.js";

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

test("bernoulli of a tensor is 1 as often as each element says, in its dtype", async () => {
  const probabilities = tensor([0, 0.2, 0.9, 1], { dtype: "float64" }).expand([50_000, 4]);
  const drawn = bernoulli(probabilities, { generator: new Generator(14) });
  const shares = await valuesOf(drawn.mean(0));
  expect(String(drawn)).toBe("float64[50000, 4]");
  expect([shares[0], shares[3]]).toEqual([0, 1]);
  expect(Math.abs(shares[1]! - 0.2)).toBeLessThan(5 * Math.sqrt((0.2 * 0.8) / 50_000));
  expect(Math.abs(shares[2]! - 0.9)).toBeLessThan(5 * Math.sqrt((0.9 * 0.1) / 50_000));
  expect(() => bernoulli(tensor([1]))).toThrow("bernoulli: expected a floating dtype, got int64");
});

describe("uniform numbers of another dtype", () => {
  test.each<[DType, number]>([
    ["float64", 53],
    ["float16", 11],
    ["bfloat16", 8],
  ])("%s have %i random bits and stay below 1", async (dtype, bits) => {
    const x = rand([200, 500], { dtype, generator: new Generator(15) });
    const scaled = x.to("float64").mul(2 ** bits);
    const values = await valuesOf(scaled);
    expect(x.dtype).toBe(dtype);
    expect(values.every(Number.isInteger)).toBe(true);
    expect(values.some((value) => value % 2 === 1)).toBe(true);
    expect(Math.max(...values.slice(0, 50_000))).toBeLessThan(2 ** bits);
    expect(
      chiSquare(
        values.map((value) => value / 2 ** bits),
        256,
      ),
    ).toBeLessThan(255 + 5 * 22.6);
  });

  test("ints are refused", () => {
    expect(() => rand([1], { dtype: "int64" })).toThrow("rand: expected a floating dtype, got int64");
    expect(() => randn([1], { dtype: "int64" })).toThrow("randn: expected a floating dtype, got int64");
  });

  test("and of another tensor's shape", () => {
    const like = ones([2, 3], { dtype: "float16" });
    expect([rand_like(like), randn_like(like), rand_like(like, { dtype: "float64" })].map(String)).toEqual([
      "float16[2, 3]",
      "float16[2, 3]",
      "float64[2, 3]",
    ]);
  });
});

describe.each<DType>(["float32", "float64"])("normal numbers, %s", (dtype) => {
  const count = 200_000;
  const draw = (seed: number) => valuesOf(randn([400, 500], { dtype, generator: new Generator(seed) }));
  const moment = (values: readonly number[], power: number) =>
    values.reduce((sum, value) => sum + value ** power, 0) / values.length;

  test("have the moments of the normal distribution", async () => {
    const values = await draw(16);
    // The variance of the n-th power is E[x^2n] - E[x^n]^2: 1, 2, 15, 96.
    expect(Math.abs(moment(values, 1))).toBeLessThan(5 * Math.sqrt(1 / count));
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    expect(Math.abs(moment(values, 3))).toBeLessThan(5 * Math.sqrt(15 / count));
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
    expect(values.every(Number.isFinite)).toBe(true);
  });

  test("do not follow from their neighbours or another key", async () => {
    const [values, others] = [await draw(17), await draw(18)];
    expect(Math.abs(correlation(values.slice(1), values.slice(0, -1)))).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(correlation(values, others))).toBeLessThan(5 / Math.sqrt(count));
  });
});

describe("whole numbers", () => {
  test("are as likely each, between their bounds", async () => {
    const values = await valuesOf(randint(-3, 7, [300, 500], { generator: new Generator(19) }));
    const share = (value: number) => values.filter((each) => each === value).length / values.length;
    expect([...new Set(values)].sort((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3, 4, 5, 6]);
    for (let value = -3; value < 7; value++) {
      expect(Math.abs(share(value) - 0.1)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / values.length));
    }
  });

  test("are even over a range beyond 32 bits", async () => {
    const high = 2 ** 50;
    const values = await valuesOf(randint(high, [300, 500], { generator: new Generator(20) }));
    const scaled = values.map((value) => value / high);
    expect(chiSquare(scaled, 256)).toBeLessThan(255 + 5 * 22.6);
    expect(new Set(values.map((value) => value % 2)).size).toBe(2);
    expect(Math.abs(correlation(scaled.slice(1), scaled.slice(0, -1)))).toBeLessThan(
      5 / Math.sqrt(scaled.length),
    );
  });

  test("have the dtype asked for", async () => {
    const x = randint(0, 256, [1000], { dtype: "uint8", generator: new Generator(21) });
    expect(x.dtype).toBe("uint8");
    expect(Math.max(...(await valuesOf(x)))).toBeGreaterThan(200);
  });

  test.each<[string, string, () => unknown]>([
    ["INVALID_ARGUMENT", "low 5 must be below high 5", () => randint(5, 5, [1])],
    ["INVALID_ARGUMENT", "low 0 must be below high 2.5", () => randint(2.5, [1])],
    ["DTYPE_MISMATCH", "uint8 holds no 299", () => randint(0, 300, [1], { dtype: "uint8" })],
  ])("are refused: %s: %s", (code, message, call) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});

describe("a permutation", () => {
  test("has every number once, each place as likely", async () => {
    const generator = new Generator(22);
    const drawn = await Promise.all(Array.from({ length: 400 }, () => valuesOf(randperm(8, { generator }))));
    for (const order of drawn) expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const first = drawn.map(([value]) => value!);
    expect(
      chiSquare(
        first.map((value) => (value + 0.5) / 8),
        8,
      ),
    ).toBeLessThan(7 + 5 * Math.sqrt(14));
  });

  test("of nothing is empty, and takes a dtype", async () => {
    expect(await valuesOf(randperm(0))).toEqual([]);
    expect(String(randperm(3, { dtype: "int32" }))).toBe("int32[3]");
  });
});

test("the same seed draws the same, whatever is drawn", async () => {
  const draw = async () => {
    const generator = new Generator(23);
    const made = [
      rand([5], { generator }),
      randn([5], { generator }),
      randint(100, [5], { generator }),
      randperm(5, { generator }),
      bernoulli(full([5], 0.5), { generator }),
    ];
    await realize(made);
    return made.map((x) => x.tolist());
  };
  expect(await draw()).toEqual(await draw());
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
