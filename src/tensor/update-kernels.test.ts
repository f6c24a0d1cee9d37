import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  Adagrad,
  Adam,
  AdamW,
  type CommonSettings,
  Lion,
  type Optimizer,
  RMSprop,
  SGD,
} from "../optim/index.js";
import { detect_anomaly, Parameter, realize, type Tensor, type TypedArray, tensor } from "./index.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const optimizers: Readonly<Record<string, (params: Parameter[]) => Optimizer<CommonSettings>>> = {
  SGD: (params) => new SGD(params, { lr: 0.1 }),
  "SGD, nesterov": (params) => new SGD(params, { lr: 0.1, momentum: 0.9, nesterov: true, weight_decay: 0.1 }),
  "SGD, maximize": (params) => new SGD(params, { lr: 0.1, momentum: 0.9, dampening: 0.5, maximize: true }),
  "Adam, amsgrad": (params) => new Adam(params, { lr: 0.1, weight_decay: 0.1, amsgrad: true }),
  AdamW: (params) => new AdamW(params, { lr: 0.1, weight_decay: 0.1 }),
  Adagrad: (params) => new Adagrad(params, { lr: 0.1, weight_decay: 0.1 }),
  "RMSprop, centered": (params) => new RMSprop(params, { lr: 0.1, momentum: 0.9, centered: true }),
  Lion: (params) => new Lion(params, { lr: 0.1, weight_decay: 0.1 }),
};

const sizes = [[1], [3, 5], [64], [257]] as const;
const valuesOf = (dims: readonly number[], seed: number) =>
  Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.7 + seed));

function parameters(): Parameter[] {
  return sizes.map((dims, i) => new Parameter(dims, { dtype: "float32", dims, data: valuesOf(dims, i) }));
}

/** A loss of which every parameter has a gradient that is not the same for all its elements. */
function loss(list: readonly Parameter[], step: number): Tensor {
  return list
    .map((parameter, i) =>
      parameter.mul(tensor(valuesOf(parameter.dims, step + i), { shape: parameter.dims })),
    )
    .map((product) => product.mul(product).add(product).sum())
    .reduce((a, b) => a.add(b));
}

async function trained(
  list: Parameter[],
  optimizer: Optimizer<CommonSettings>,
  steps: number,
): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    optimizer.zero_grad();
    const value = loss(list, step);
    value.backward();
    await optimizer.step();
    losses.push(value.item() as number);
  }
  return [...losses, ...list.flatMap(({ data }) => [...data].map(Number))];
}

const memoryOf = (list: readonly Parameter[]): TypedArray[] => list.map(({ data }) => data);

describe("an update by a kernel", () => {
  test.each(Object.entries(optimizers))(
    "of %s gives what the graph gives, bit for bit",
    async (_, create) => {
      const [list, others] = [parameters(), parameters()];
      const optimizer = create(list);
      const found = await trained(list, optimizer, 1);
      const memory = memoryOf(list);
      expect(found.concat(await trained(list, optimizer, 4))).toEqual(
        // Where anomalies are looked for, everything is computed by the graph.
        await detect_anomaly(async () => {
          const other = create(others);
          return (await trained(others, other, 1)).concat(await trained(others, other, 4));
        }),
      );
      // From the first step on, in place.
      expect(memoryOf(list).map((data, i) => data === memory[i])).not.toContain(false);
      expect(new Set(memory.map(({ buffer }) => buffer)).size).toBe(1);
      expect(new Set(memoryOf(others).map(({ buffer }) => buffer)).size).toBe(others.length);
    },
  );

  test("takes a gradient that is known, or wanted beside, and leaves it as it is", async () => {
    const [list, others] = [parameters().slice(1, 3), parameters().slice(1, 3)];
    const [one, two] = [new AdamW(list), new AdamW(others)];
    for (let step = 0; step < 3; step++) {
      const slopes = list.map(({ dims }, i) => valuesOf(dims, step + i));
      list.forEach((parameter, i) => {
        parameter.grad = tensor(slopes[i]!, { shape: parameter.dims });
      });
      others.forEach((parameter, i) => {
        parameter.grad = tensor(slopes[i]!, { shape: parameter.dims }).neg().neg();
      });
      await one.step();
      const { updates } = two.record();
      const wanted = others.map(({ grad }) => grad!);
      await realize(wanted, updates);
      expect(list.map(({ grad }) => [...grad!.data])).toEqual(slopes.map((values) => [...values]));
      expect(wanted.map(({ data }) => [...data])).toEqual(slopes.map((values) => [...values]));
      for (const parameter of others) parameter.grad = null;
    }
  });

  test("of two parameters with one gradient gives both of it", async () => {
    const [a, b] = [parameters()[2]!, parameters()[2]!];
    const x = tensor(valuesOf([64], 5));
    a.add(b).mul(x).sum().backward();
    await new SGD([a, b], { lr: 1 }).step();
    const expected = [...valuesOf([64], 2)].map((value, i) => Math.fround(value - Number(x.data[i])));
    expect([...a.data]).toEqual(expected);
    expect([...b.data]).toEqual(expected);
  });

  test("does not touch a value that was assigned in between", async () => {
    const [parameter] = parameters().slice(2, 3) as [Parameter];
    const optimizer = new SGD([parameter], { lr: 1 });
    const slope = tensor(new Float32Array(64).fill(1));
    const step = async () => {
      parameter.grad = slope;
      await optimizer.step();
    };
    await step();
    parameter.assign({ dtype: "float32", dims: [64], data: new Float32Array(64).fill(10) });
    await step();
    expect([...parameter.data]).toEqual(Array(64).fill(9));
    parameter.grad = slope;
    const { updates } = optimizer.record();
    parameter.assign({ dtype: "float32", dims: [64], data: new Float32Array(64).fill(20) });
    await expect(realize([], updates)).rejects.toMatchObject({ code: "STALE_VALUE" });
    expect([...parameter.data]).toEqual(Array(64).fill(20));
  });

  test("waits for a step of another optimizer, and does not go on from what that has replaced", async () => {
    const dims = [2 ** 22];
    const data = new Float32Array(dims[0]!).fill(1);
    const parameter = new Parameter(dims, { dtype: "float32", dims, data });
    const slope = tensor(new Float32Array(dims[0]!).fill(1));
    const [one, two] = [new SGD([parameter], { lr: 0.5 }), new SGD([parameter], { lr: 0.25 })];
    const stepOf = (optimizer: SGD) => {
      parameter.grad = slope;
      return optimizer.step();
    };
    await stepOf(one); // which now writes in place
    const both = await Promise.allSettled([stepOf(one), stepOf(two)]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect((both[1] as PromiseRejectedResult).reason).toMatchObject({ code: "STALE_VALUE" });
    expect(new Set(parameter.data as Float32Array)).toEqual(new Set([0]));
    await stepOf(two);
    expect(new Set(parameter.data as Float32Array)).toEqual(new Set([-0.25]));
  });

  test("is none where a parameter is narrower than float32", async () => {
    const dims = [64];
    const parameter = new Parameter(dims, { dtype: "float32", dims, data: valuesOf(dims, 0) }).cast(
      "float16",
    );
    const optimizer = new AdamW([parameter], { lr: 0.5 });
    parameter.mul(parameter).sum().backward();
    await optimizer.step();
    expect(parameter.data.buffer.byteLength).toBe(128);
  });

  test("lets the moments go when the optimizer does, though the parameter stays", async () => {
    const [parameter] = parameters().slice(3) as [Parameter];
    const before = await (async () => {
      const optimizer = new AdamW([parameter]);
      loss([parameter], 0).backward();
      await optimizer.step();
      optimizer.zero_grad();
      return [...parameter.data];
    })();
    const large = parameter.data.buffer.byteLength;
    for (let i = 0; i < 20 && parameter.data.buffer.byteLength === large; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    expect(parameter.data.buffer.byteLength).toBe(257 * 4);
    expect([...parameter.data]).toEqual(before);
  });
});
