import { afterEach, describe, expect, test } from "vitest";
import { LayerNorm, Linear, Module } from "../src/nn/index.js";
import { SGD } from "../src/optim/index.js";
import {
  CompiledFunction,
  checkpoint,
  detect_anomaly,
  Parameter,
  realize,
  set_detect_anomaly,
  type Tensor,
  tensor,
  where,
} from "../src/tensor/index.js";

// Beside the library, as a user's own code is: the lines that are named are those of this file.

afterEach(() => set_detect_anomaly(false));

function parameter(...values: number[]): Parameter {
  return new Parameter([values.length], {
    dtype: "float32",
    dims: [values.length],
    data: Float32Array.from(values),
  });
}

/** What an anomaly says. Fails where there is none. */
async function anomalyOf(body: () => unknown): Promise<string> {
  const failure = await detect_anomaly(async () => body()).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(failure).toMatchObject({ code: "ANOMALY" });
  return (failure as Error).message;
}

describe("the operation that a NaN was born in is named,", () => {
  test("with its shapes and the line that recorded it", async () => {
    const x = tensor([4, -1, 9], { dtype: "float32" });
    const message = await anomalyOf(async () => {
      const root = x.sqrt();
      await root.mul(2).sum().realize();
    });
    expect(message).toContain("NaN was born in sqrt(float32[3]): its result float32[3] holds NaN");
    expect(message).toMatch(/It was recorded\n {4}at .*anomaly\.test\.ts:\d+/);
  });

  test("the first in order, whatever else becomes NaN from it", async () => {
    const zero = tensor([0, 1], { dtype: "float32" });
    const message = await anomalyOf(() => zero.div(zero).exp().add(zero.log().sqrt()).softmax(0).realize());
    expect(message).toContain("NaN was born in div(float32[2], float32[2])");
  });

  test("where a module's forward recorded it, by way of the layers", async () => {
    class Ratio extends Module {
      readonly norm = new LayerNorm(2);

      forward(x: Tensor): Tensor {
        return x.sub(x).div(this.norm(x).mul(0)); // 0 / 0
      }
    }
    const message = await anomalyOf(() => new Ratio()(tensor([[1, 2]], { dtype: "float32" })).realize());
    expect(message).toMatch(/born in div\(.*\n.*recorded\n {4}at Ratio.forward \(.*anomaly\.test\.ts/);
  });

  test("of the backward pass, with the operation that it is the gradient of", async () => {
    const weight = parameter(0, 4);
    const message = await anomalyOf(async () => {
      const loss = weight.mul(0).sqrt().mul(0).sum(); // d sqrt(y) / dy is 1 / 0, times the gradient 0
      loss.backward();
      await weight.grad!.realize();
    });
    expect(message).toMatch(
      /belongs to the gradient of sqrt, which was recorded\n {4}at .*anomaly\.test\.ts/,
    );
    expect(message).toMatch(/The gradient was recorded\n {4}at .*anomaly\.test\.ts/);
  });

  test("of what a checkpoint computes again", async () => {
    const weight = parameter(0, 4);
    const message = await anomalyOf(async () => {
      const loss = checkpoint((w: Tensor) => w.sqrt().mul(0), weight.mul(0)).sum();
      loss.backward();
      await weight.grad!.realize();
    });
    expect(message).toContain("belongs to the gradient of sqrt");
  });

  test("of a compiled function", async () => {
    const compiled = new CompiledFunction(({ x }: { x: Tensor }) => ({ y: x.log().mul(0) }));
    const x = tensor([0, 1], { dtype: "float32" });
    expect(await anomalyOf(() => compiled.call({ x }, () => ["n"]))).toContain("born in mul(");
    expect((await compiled.call({ x }, () => ["n"])).y.tolist()).toEqual([Number.NaN, 0]);
  });
});

describe("a value that held NaN to begin with is named,", () => {
  test("with the first operation that reads it", async () => {
    const x = tensor([1, Number.NaN]);
    expect(await anomalyOf(() => x.exp().sum().realize())).toMatch(
      /a value that was given, float32\[2\], held NaN .* the first to read it is exp\(float32\[2\]\)/,
    );
  });

  test("as a parameter", async () => {
    const layer = new Linear(2, 2);
    layer.bias!.assign({ dtype: "float32", dims: [2], data: Float32Array.of(Number.NaN, 0) });
    expect(await anomalyOf(() => layer(tensor([[1, 2]], { dtype: "float32" })).realize())).toMatch(
      /a parameter, float32\[2\], held NaN .* linear\(float32\[1, 2\], float32\[2, 2\], float32\[2\]\)/,
    );
  });
});

test("an optimizer's step that throws leaves the parameters as they are", async () => {
  const weight = parameter(0, 4);
  const optimizer = new SGD([weight], { lr: 0.1 });
  await anomalyOf(async () => {
    weight.mul(0).sqrt().mul(0).sum().backward();
    await optimizer.step();
  });
  expect([...weight.data]).toEqual([0, 4]);
  optimizer.zero_grad();
  await detect_anomaly(async () => {
    weight.square().sum().backward();
    await optimizer.step();
  });
  expect(weight.data[1]).toBeCloseTo(3.2);
});

describe("nothing is reported", () => {
  test("of a NaN that no result depends on", async () => {
    const x = tensor([0, 4], { dtype: "float32" });
    await detect_anomaly(async () => {
      const safe = where(x.eq(0), 0, x.div(x)); // 0 / 0 is left out
      expect((await safe.realize()).tolist()).toEqual([0, 1]);
    });
  });

  test("of infinities, ints and bools", async () => {
    await detect_anomaly(async () => {
      const x = tensor([0, 4], { dtype: "float32" });
      const results = [x.log(), x.to("int64").add(1), x.eq(0)];
      await realize(results);
      expect(results[0]!.data[0]).toBe(Number.NEGATIVE_INFINITY);
    });
  });

  test("while detection is off, which it is unless it is asked for", async () => {
    const x = tensor([-1], { dtype: "float32" });
    expect((await x.sqrt().realize()).item()).toBeNaN();
    set_detect_anomaly(true);
    await expect(x.sqrt().add(1).realize()).rejects.toMatchObject({ code: "ANOMALY" });
    set_detect_anomaly(false);
    expect((await x.sqrt().add(2).realize()).item()).toBeNaN();
  });
});

test("detection ends with its body, be it by an error", async () => {
  await expect(
    detect_anomaly(() => {
      throw new Error("stop");
    }),
  ).rejects.toThrow("stop");
  expect((await tensor([-1], { dtype: "float32" }).sqrt().realize()).item()).toBeNaN();
});
