import { describe, expect, test } from "vitest";
import { grad, manual_seed, type Parameter, realize, tensor } from "../tensor/index.js";
import { Conv1D, Dropout, Embedding, Flatten, Identity, LayerNorm, Linear } from "./index.js";

const set = (parameter: Parameter, values: readonly number[]) =>
  parameter.assign({ dtype: "float32", dims: parameter.dims, data: Float32Array.from(values) });

describe("Linear", () => {
  test("multiplies by its weight's rows and adds its bias", async () => {
    const layer = new Linear(2, 3);
    set(layer.weight, [1, 2, 3, 4, 5, 6]);
    set(layer.bias!, [10, 20, 30]);
    const output = await layer(tensor([[1, -1]]).to("float32")).realize();
    expect(output.tolist()).toEqual([[9, 19, 29]]);
  });

  test("without a bias has none in its state dict", async () => {
    const layer = new Linear(2, 3, { bias: false });
    expect([...layer.state_dict().keys()]).toEqual(["weight"]);
    expect(layer.bias).toBeNull();
    set(layer.weight, [1, 2, 3, 4, 5, 6]);
    const output = await layer(tensor([[[1, 0.5]]])).realize();
    expect(output.tolist()).toEqual([[[2, 5, 8]]]);
  });

  test("starts within 1 / sqrt(in_features)", async () => {
    manual_seed(2);
    const layer = new Linear(25, 40);
    for (const parameter of [layer.weight, layer.bias!]) {
      const values = [...(await parameter.load()).data].map(Number);
      const largest = Math.max(...values.map(Math.abs));
      expect(largest).toBeLessThanOrEqual(0.2);
      expect(largest).toBeGreaterThan(0.15);
    }
  });

  test("refuses an input of another width", () => {
    expect(() => new Linear(2, 3)(tensor([[1, 2, 3.5]]))).toThrow(/SHAPE|2|3/);
  });
});

describe("Conv1D", () => {
  test("multiplies by its weight's columns and adds its bias", async () => {
    const layer = new Conv1D(3, 2);
    expect([layer.weight.shape, layer.bias.shape]).toEqual([[2, 3], [3]]);
    set(layer.weight, [1, 2, 3, 4, 5, 6]);
    set(layer.bias, [10, 20, 30]);
    const output = await layer(tensor([[[1, -1.5]]])).realize();
    expect(output.tolist()).toEqual([[[5, 14.5, 24]]]);
  });

  test("starts with a deviation of 0.02 and no bias", async () => {
    manual_seed(6);
    const layer = new Conv1D(50, 60);
    const values = [...(await layer.weight.load()).data].map(Number);
    const std = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    expect(std / 0.02).toBeCloseTo(1, 1);
    expect(new Set((await layer.bias.load()).data as Float32Array)).toEqual(new Set([0]));
  });
});

test("Identity gives what it is given", () => {
  const x = tensor([1, 2]);
  expect(new Identity()(x)).toBe(x);
});

test("Flatten leaves the batch, or flattens the axes it is told to", () => {
  const x = tensor(new Float32Array(24), { shape: [2, 3, 2, 2] });
  expect(new Flatten()(x).shape).toEqual([2, 12]);
  expect(new Flatten(0, 2)(x).shape).toEqual([12, 2]);
});

describe("Embedding", () => {
  test("gives the rows of its table", async () => {
    const layer = new Embedding(3, 2);
    set(layer.weight, [1, 2, 3, 4, 5, 6]);
    const output = await layer(
      tensor([
        [2, 0],
        [1, 2],
      ]),
    ).realize();
    expect(output.tolist()).toEqual([
      [
        [5, 6],
        [1, 2],
      ],
      [
        [3, 4],
        [5, 6],
      ],
    ]);
  });

  test("starts its padding row at zero and gives it no gradient", async () => {
    manual_seed(3);
    const layer = new Embedding(4, 3, { padding_idx: 1 });
    const { data } = await layer.weight.load();
    expect([...data.slice(3, 6)]).toEqual([0, 0, 0]);
    expect([...data].filter((value) => value === 0).length).toBe(3);
    const [gradient] = grad(layer(tensor([1, 2, 2])).sum(), [layer.weight]);
    await realize([gradient!]);
    expect(gradient!.tolist()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [2, 2, 2],
      [0, 0, 0],
    ]);
  });

  test("without a padding row trains every row", async () => {
    const layer = new Embedding(2, 1);
    const [gradient] = grad(layer(tensor([0, 1, 1])).sum(), [layer.weight]);
    await realize([gradient!]);
    expect(gradient!.tolist()).toEqual([[1], [2]]);
  });
});

describe("LayerNorm", () => {
  test("has mean 0 and variance 1 before its scale and shift", async () => {
    const layer = new LayerNorm(4, { eps: 0 });
    const x = tensor([[1, 2, 3, 6]]).to("float32"); // mean 3, variance 3.5
    const plain = await layer(x).realize();
    [-2, -1, 0, 3].forEach((difference, i) => {
      expect(Number(plain.data[i])).toBeCloseTo(difference / Math.sqrt(3.5), 6);
    });
    set(layer.weight!, [1, 2, 3, 4]);
    set(layer.bias!, [5, 5, 5, 5]);
    const scaled = await layer(x).realize();
    [...plain.data].forEach((value, i) => {
      expect(Number(scaled.data[i])).toBeCloseTo(Number(value) * (i + 1) + 5, 5);
    });
  });

  test("counts eps into the variance, 1e-5 unless given", async () => {
    expect(new LayerNorm(2).eps).toBe(1e-5);
    const x = tensor([[-1, 1]]).to("float32");
    const output = await new LayerNorm(2, { eps: 3 })(x).realize();
    expect(output.tolist()).toEqual([[-0.5, 0.5]]);
  });

  test("takes several last axes", async () => {
    const layer = new LayerNorm([2, 2]);
    expect(layer.weight!.shape).toEqual([2, 2]);
    const output = await layer(
      tensor([
        [
          [-1, -1],
          [1, 1],
        ],
      ]).to("float32"),
    ).realize();
    expect(Number(output.data[3])).toBeCloseTo(1, 4);
  });
});

describe("Dropout", () => {
  const ones = tensor(new Float32Array(4000).fill(1));

  test("does nothing in evaluation", () => {
    expect(new Dropout(0.5)(ones)).toBe(ones);
  });

  test("in training zeroes a share p and scales up the rest", async () => {
    manual_seed(4);
    const output = await new Dropout(0.25).train()(ones).realize();
    const kept = [...output.data].map(Number).filter((value) => value !== 0);
    expect(kept.length / 4000).toBeCloseTo(0.75, 1);
    for (const value of kept) expect(value).toBeCloseTo(1 / 0.75, 6);
  });

  test("draws anew at every call, and the same after the same seed", async () => {
    const layer = new Dropout(0.5).train();
    const draw = async () => [...(await layer(ones).realize()).data].join("");
    manual_seed(5);
    const [first, second] = [await draw(), await draw()];
    expect(second).not.toBe(first);
    manual_seed(5);
    expect(await draw()).toBe(first);
  });

  test("with p 0 keeps everything, with 1 nothing", async () => {
    expect(new Set((await new Dropout(0).train()(ones).realize()).data as Float32Array)).toEqual(
      new Set([1]),
    );
    expect(new Set((await new Dropout(1).train()(ones).realize()).data as Float32Array)).toEqual(
      new Set([0]),
    );
  });

  test("refuses what is no probability", () => {
    for (const p of [-0.1, 1.1, Number.NaN]) {
      expect(() => new Dropout(p)).toThrow("a probability lies between 0 and 1");
    }
  });
});
