import { expect, test } from "vitest";
import { getRuntime } from "../runtime/node.js";
import { Parameter, tensor } from "../tensor/index.js";
import { Adagrad, Adam, AdamW, Lion, RMSprop, SGD } from "./index.js";

const optimizers: Readonly<Record<string, (params: Parameter[]) => { step(): Promise<void> }>> = {
  "SGD with momentum": (params) => new SGD(params, { lr: 0.1, momentum: 0.9, nesterov: true }),
  "Adam with amsgrad": (params) => new Adam(params, { lr: 0.1, weight_decay: 0.1, amsgrad: true }),
  AdamW: (params) => new AdamW(params, { lr: 0.1, weight_decay: 0.1 }),
  Adagrad: (params) => new Adagrad(params, { lr: 0.1 }),
  RMSprop: (params) => new RMSprop(params, { lr: 0.1, momentum: 0.9, centered: true }),
  Lion: (params) => new Lion(params, { lr: 0.1, weight_decay: 0.1 }),
};

test.each(Object.entries(optimizers))(
  "%s updates a large parameter as it does small ones",
  async (_, create) => {
    const part = 65_536;
    const parts = 2 * (await getRuntime()).threads;
    const values = (seed: number) =>
      Float32Array.from({ length: part * parts }, (_, i) => Math.sin(i * 0.1 + seed));
    const large = parameterOf(values(0));
    const small = Array.from({ length: parts }, (_, i) =>
      parameterOf(values(0).slice(i * part, (i + 1) * part)),
    );
    const [one, many] = [create([large]), create(small)];
    for (let step = 1; step <= 3; step++) {
      const slopes = values(step);
      large.grad = tensor(slopes);
      small.forEach((parameter, i) => {
        parameter.grad = tensor(slopes.slice(i * part, (i + 1) * part));
      });
      await one.step();
      await many.step();
    }
    const updated = (await large.load()).data as Float32Array;
    const pieces = await Promise.all(small.map(async (parameter) => (await parameter.load()).data));
    const differing = pieces.flatMap((piece, i) =>
      piece.findIndex((value: unknown, j: number) => value !== updated[i * part + j]),
    );
    expect(differing).toEqual(pieces.map(() => -1));
  },
);

function parameterOf(data: Float32Array): Parameter {
  const dims = [data.length];
  return new Parameter(dims, { dtype: "float32", dims, data });
}
