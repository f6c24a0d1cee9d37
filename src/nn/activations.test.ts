import path from "node:path";
import { describe, expect, test } from "vitest";
import { largestError, readRecorded } from "../../tests/support/recorded.js";
import { grad, realize, tensor } from "../tensor/index.js";
import { getActivation } from "./index.js";

const values = await readRecorded(path.join(import.meta.dirname, "fixtures", "activations.safetensors"));
const names = [...values.keys()].flatMap((name) =>
  name.endsWith(".output") ? name.slice(0, -".output".length) : [],
);

test("all names of the reference are there", () => {
  expect(names.length).toBe(19);
});

describe.each(names)("%s", (name) => {
  test("gives the recorded value and gradient", async () => {
    const { data } = values.get("input")!;
    const x = tensor(data, { requires_grad: true });
    const output = getActivation(name)(x);
    const [gradient] = grad(output, [x], { gradOutputs: [values.get("cotangent")!] });
    await realize([output, gradient!]);
    expect(largestError(output, values.get(`${name}.output`)!)).toBeLessThan(5e-6);
    expect(largestError(gradient!, values.get(`${name}.gradient`)!)).toBeLessThan(5e-6);
  });

  test("gives the same value where no gradient is asked", async () => {
    const output = await getActivation(name)(tensor(values.get("input")!.data)).realize();
    expect(largestError(output, values.get(`${name}.output`)!)).toBeLessThan(5e-6);
  });
});

test("an unknown name is refused, listing the known ones", () => {
  expect(() => getActivation("gleu")).toThrow(/unknown activation "gleu"; known are gelu, .*, tanh$/);
  expect(() => getActivation("toString")).toThrow('unknown activation "toString"');
});
