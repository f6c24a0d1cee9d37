import path from "node:path";
import { expect, test } from "vitest";
import { largestError, readJson, readRecorded } from "../../tests/support/recorded.js";
import { grad, Parameter, realize, type Tensor, tensor } from "../tensor/index.js";
import * as nn from "./index.js";

const fixtures = path.join(import.meta.dirname, "fixtures");
const cases = readJson<{ module: string; arguments: (number | string)[] }[]>(fixtures, "nonlinearities.json");
const values = await readRecorded(path.join(fixtures, "nonlinearities.safetensors"));

type Create = new (...args: unknown[]) => (x: Tensor) => Tensor;

test("every activation module is recorded", async () => {
  const own = Object.keys(await import("./nonlinearities.js"));
  expect(new Set(cases.map(({ module }) => module))).toEqual(new Set(own));
});

test.each(cases.map((recorded, number) => [recorded.module, recorded.arguments, number] as const))(
  "%s %j gives the recorded value and gradients",
  async (name, args, number) => {
    const create = (nn as unknown as Record<string, Create>)[name]!;
    const own = args.map((value) => (typeof value === "string" ? { approximate: value } : value));
    const module = new create(...own);
    const at = (part: string) => values.get(`${number}.${part}`)!;
    const { data, shape } = at("input");
    const x = tensor(data, { shape: shape as number[], requires_grad: true });
    const parameters = Object.values(module).filter((value) => value instanceof Parameter);
    const output = module(x);
    const gradients = grad(output, [x, ...parameters], { gradOutputs: [at("cotangent")] });
    await realize([output, ...gradients]);
    expect(largestError(output, at("output"))).toBeLessThan(2e-6);
    expect(largestError(gradients[0]!, at("gradient"))).toBeLessThan(5e-6);
    expect(parameters.length).toBe(values.has(`${number}.weight.gradient`) ? 1 : 0);
    if (gradients[1]) expect(largestError(gradients[1], at("weight.gradient"))).toBeLessThan(5e-6);
  },
);
