import { describe, expect, test } from "vitest";
import { readJson } from "../../tests/support/recorded.js";
import { Generator, type Initializer, manual_seed, Parameter } from "../tensor/index.js";
import { init } from "./index.js";

interface Recorded {
  /** Positions of the ones in a parameter that is zero otherwise. */
  ones: { function: "eye_" | "dirac_"; arguments: number[]; dims: number[]; ones: number[] }[];
  gains: [nonlinearity: init.Nonlinearity, slope: number | null, gain: number][];
  draws: {
    function: string;
    options: init.KaimingOptions & { gain?: number };
    dims: number[];
    std: number;
    largest: number;
  }[];
  truncated: { arguments: [mean: number, std: number, a: number, b: number]; mean: number; std: number }[];
}

const recorded = readJson<Recorded>(import.meta.dirname, "fixtures", "init.json");

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

describe("uniform_", () => {
  test("stays within its bounds and fills them", async () => {
    manual_seed(3);
    const sample = await values(init.uniform_(-1, 3));
    expect(Math.min(...sample)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...sample)).toBeLessThanOrEqual(3);
    const { mean, std, kurtosis } = moments(sample);
    expect(Math.abs(mean - 1)).toBeLessThan(0.03);
    expect(std / (4 / Math.sqrt(12))).toBeCloseTo(1, 1);
    expect(kurtosis).toBeCloseTo(1.8, 1);
  });
});

describe("initialisers by the sizes of the parameter", () => {
  const initialiser = ({ function: name, options }: Recorded["draws"][number]): Initializer => {
    if (name === "xavier_uniform_") return init.xavier_uniform_(options.gain);
    if (name === "xavier_normal_") return init.xavier_normal_(options.gain);
    return name === "kaiming_uniform_" ? init.kaiming_uniform_(options) : init.kaiming_normal_(options);
  };

  test.each(recorded.draws.map((drawn) => [drawn.function, drawn.options, drawn.dims, drawn] as const))(
    "%s %j of %j draws numbers as large as PyTorch's",
    async (name, _, dims, drawn) => {
      manual_seed(3);
      const sample = await values(initialiser(drawn), dims);
      const { mean, std, kurtosis } = moments(sample);
      expect(Math.abs(std / drawn.std - 1)).toBeLessThan(0.02);
      expect(Math.abs(mean)).toBeLessThan((4 * std) / Math.sqrt(sample.length));
      expect(kurtosis).toBeCloseTo(name.endsWith("uniform_") ? 1.8 : 3, 0);
      const largest = Math.max(...sample.map(Math.abs));
      const tolerance = name.endsWith("uniform_") ? 0.001 : 0.25;
      expect(Math.abs(largest / drawn.largest - 1)).toBeLessThan(tolerance);
    },
  );

  test("need two axes", async () => {
    await expect(values(init.kaiming_normal_(), [4])).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
      message: expect.stringContaining(
        "init.kaiming_normal_: the parameter is [4]; expected at least 2 axes",
      ),
    });
  });
});

describe("trunc_normal_", () => {
  test.each(recorded.truncated.map(({ arguments: bounds, mean, std }) => [bounds, mean, std] as const))(
    "%j has the distribution's mean and deviation, and no number outside",
    async (bounds, mean, std) => {
      manual_seed(5);
      const sample = await values(init.trunc_normal_(...bounds));
      const own = moments(sample);
      expect(Math.abs(own.mean - mean)).toBeLessThan((4 * std) / Math.sqrt(count));
      expect(Math.abs(own.std / std - 1)).toBeLessThan(0.03);
      expect(Math.min(...sample)).toBeGreaterThanOrEqual(Math.fround(bounds[2]));
      expect(Math.max(...sample)).toBeLessThanOrEqual(Math.fround(bounds[3]));
    },
  );

  test("reaches its bounds where they cut into the distribution", async () => {
    manual_seed(6);
    const sample = await values(init.trunc_normal_(0, 1, -0.5, 0.3));
    expect(Math.min(...sample)).toBeLessThan(-0.499);
    expect(Math.max(...sample)).toBeGreaterThan(0.299);
  });
});

describe("orthogonal_", () => {
  test.each([[[5, 5]], [[3, 8]], [[8, 3]], [[4, 2, 3]], [[1, 6]]])("of %j", async (dims) => {
    manual_seed(8);
    const sample = await values(init.orthogonal_(2), dims);
    const [rows, columns] = [dims[0]!, sample.length / dims[0]!];
    const row = (i: number) => sample.slice(i * columns, (i + 1) * columns);
    const column = (j: number) => Array.from({ length: rows }, (_, i) => sample[i * columns + j]!);
    const vectors = Array.from({ length: Math.min(rows, columns) }, (_, i) =>
      rows <= columns ? row(i) : column(i),
    );
    vectors.forEach((a, i) => {
      vectors.forEach((b, j) => {
        const product = a.reduce((sum, value, k) => sum + value * b[k]!, 0);
        expect(product).toBeCloseTo(i === j ? 4 : 0, 5);
      });
    });
  });

  test("is evenly distributed: no entry is larger than another on average", async () => {
    manual_seed(9);
    const squares = new Array(9).fill(0);
    const means = new Array(9).fill(0);
    for (let i = 0; i < 2000; i++) {
      const sample = await values(init.orthogonal_(), [3, 3]);
      sample.forEach((value, k) => {
        squares[k] += value * value;
        means[k] += value;
      });
    }
    for (const square of squares) expect(Math.abs(square / 2000 - 1 / 3)).toBeLessThan(0.03);
    for (const mean of means) expect(Math.abs(mean / 2000)).toBeLessThan(0.06);
  });
});

describe("sparse_", () => {
  test("zeroes a share of each column, the others are normal", async () => {
    manual_seed(10);
    const [rows, columns] = [50, 400];
    const sample = await values(init.sparse_(0.31, 0.5), [rows, columns]);
    for (let j = 0; j < columns; j++) {
      const zeros = Array.from({ length: rows }, (_, i) => sample[i * columns + j]!).filter((x) => x === 0);
      expect(zeros.length).toBe(16); // 15.5, rounded up
    }
    expect(moments(sample.filter((x) => x !== 0)).std / 0.5).toBeCloseTo(1, 1);
    const inRow = Array.from({ length: rows }, (_, i) =>
      sample.slice(i * columns, (i + 1) * columns).filter((x) => x === 0),
    );
    for (const zeros of inRow) expect(Math.abs(zeros.length / columns - 0.32)).toBeLessThan(0.12);
  });
});

describe("identities", () => {
  test.each(recorded.ones.map((one) => [one.function, one.arguments, one.dims, one.ones] as const))(
    "%s %j of %j has its ones where PyTorch has them",
    async (name, args, dims, ones) => {
      const sample = await values(name === "eye_" ? init.eye_ : init.dirac_(...args), dims);
      expect(sample.flatMap((value, i) => (value === 0 ? [] : [[i, value]]))).toEqual(
        ones.map((i) => [i, 1]),
      );
    },
  );

  test("refuse other shapes", async () => {
    await expect(values(init.eye_, [2, 2, 2])).rejects.toThrow(
      "init.eye_: the parameter is [2, 2, 2]; expected 2 axes",
    );
    await expect(values(init.dirac_(), [2, 2])).rejects.toThrow("expected 3, 4 or 5 axes");
    await expect(values(init.dirac_(3), [4, 2, 2])).rejects.toThrow("a first axis that 3 groups divide");
  });
});

test.each(recorded.gains)("calculate_gain of %s, %s", (nonlinearity, slope, gain) => {
  expect(init.calculate_gain(nonlinearity, slope ?? undefined)).toBeCloseTo(gain, 14);
});

test.each<[string, () => unknown]>([
  ["init.uniform_: low 1 must not lie above high 0", () => init.uniform_(1, 0)],
  ["init.normal_: std is -1; expected 0 or more", () => init.normal_(0, -1)],
  ["init.trunc_normal_: std is 0; expected more than 0", () => init.trunc_normal_(0, 0)],
  ["init.trunc_normal_: a 2 must not lie above b 1", () => init.trunc_normal_(0, 1, 2, 1)],
  ["init.sparse_: sparsity is 2; expected 0 to 1", () => init.sparse_(2)],
  [
    'init.kaiming_uniform_: mode is "fan_on"; expected "fan_in" or "fan_out"',
    () => init.kaiming_uniform_({ mode: "fan_on" as "fan_in" }),
  ],
  [
    'init.calculate_gain: unknown nonlinearity "relu7"',
    () => init.kaiming_normal_({ nonlinearity: "relu7" as "relu" }),
  ],
  ["init.calculate_gain: tanh has no param", () => init.calculate_gain("tanh", 1)],
])("refused: %s", (message, attempt) => {
  expect(attempt).toThrow(message);
});

test("a parameter of another float has the same numbers in that float", async () => {
  const value = await new Parameter([2], init.constant_(1.5), "float64").load();
  expect([value.dtype, value.data]).toEqual(["float64", Float64Array.of(1.5, 1.5)]);
  const half = await new Parameter([2], init.constant_(1.5), "float16").load();
  expect(half.data).toEqual(Uint16Array.of(0x3e00, 0x3e00));
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
