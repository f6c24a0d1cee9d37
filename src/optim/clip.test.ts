import path from "node:path";
import { describe, expect, test } from "vitest";
import { largestError, readJson, readRecorded } from "../../tests/support/recorded.js";
import { ones_, zeros_ } from "../nn/init.js";
import { Parameter, tensor } from "../tensor/index.js";
import { clip_grad_norm_, clip_grad_value_, SGD } from "./index.js";

interface Case {
  function: "clip_grad_norm_" | "clip_grad_value_";
  options: { max_norm?: number; norm_type?: number | "Infinity"; clip_value?: number };
  total_norm: number | string | null;
  /** What the first element of the first gradient is replaced by. */
  poison?: string;
}

const fixtures = path.join(import.meta.dirname, "fixtures");
const cases = readJson<Case[]>(fixtures, "clipping.json");
const reading = readRecorded(path.join(fixtures, "clipping.safetensors"));

async function parametersOf({ poison }: Pick<Case, "poison">): Promise<Parameter[]> {
  const values = await reading;
  const gradients = [...values.keys()].filter((name) => name.startsWith("gradient."));
  return gradients.map((name, i) => {
    const { data, shape } = values.get(name)!;
    const elements = Float32Array.from(data as Float32Array);
    if (i === 0 && poison !== undefined) elements[0] = Number(poison);
    const parameter = new Parameter(shape as number[], zeros_);
    parameter.grad = tensor(elements, { shape: shape as number[] });
    return parameter;
  });
}

/** 1 where both are the same, infinities and NaN included. */
const ratio = (a: number, b: number) => (Object.is(a, b) ? 1 : a / b);

test.each(
  cases.map(
    (recorded, number) =>
      [recorded.function, recorded.options, recorded.poison ?? "", recorded, number] as const,
  ),
)("%s %j %s", async (_, __, ___, recorded, number) => {
  const values = await reading;
  const parameters = await parametersOf(recorded);
  const { max_norm, norm_type, clip_value } = recorded.options;
  if (recorded.function === "clip_grad_norm_") {
    const total = clip_grad_norm_(
      parameters,
      max_norm!,
      norm_type === undefined ? {} : { norm_type: Number(norm_type) },
    );
    await total!.realize();
    expect(ratio(total!.item(), Number(recorded.total_norm))).toBeCloseTo(1, 6);
  } else clip_grad_value_(parameters, clip_value!);
  for (const [i, { grad }] of parameters.entries()) {
    await grad!.realize();
    expect(largestError(grad!, values.get(`${number}.${i}`)!)).toBeLessThan(1e-6);
  }
});

describe("error_if_nonfinite", () => {
  test.each(["Infinity", "NaN"])(
    "refuses a gradient with %s, and leaves all as they were",
    async (poison) => {
      const parameters = await parametersOf({ poison });
      const before = parameters.map(({ grad }) => grad);
      await expect(clip_grad_norm_(parameters, 1, { error_if_nonfinite: true })).rejects.toMatchObject({
        code: "NONFINITE",
        message: expect.stringContaining(`the norm of the gradients is ${poison}`),
      });
      expect(parameters.map(({ grad }) => grad)).toEqual(before);
    },
  );

  test("clips finite gradients as ever, and computes their loss along", async () => {
    const parameter = new Parameter([3], ones_);
    const loss = parameter.mul(tensor([1, 2, 2.5])).sum();
    loss.backward();
    const total = await clip_grad_norm_(parameter, 1, { error_if_nonfinite: true });
    expect(total!.item()).toBeCloseTo(Math.sqrt(11.25), 6);
    expect(loss.item()).toBe(5.5);
    await parameter.grad!.realize();
    [1, 2, 2.5].forEach((value, i) => {
      expect(Number(parameter.grad!.data[i])).toBeCloseTo(value / Math.sqrt(11.25), 5);
    });
    await new SGD([parameter], { lr: 1 }).step();
    expect(Number(parameter.data[0])).toBeCloseTo(1 - 1 / Math.sqrt(11.25), 5);
  });

  test("has nothing to say without gradients", async () => {
    const options = { error_if_nonfinite: true } as const;
    expect(await clip_grad_norm_([new Parameter([2], zeros_)], 1, options)).toBeNull();
  });
});

test.each<[string, () => unknown]>([
  ["norm_type is 0; expected more than 0", () => clip_grad_norm_([], 1, { norm_type: 0 })],
  ["norm_type is NaN", () => clip_grad_norm_([], 1, { norm_type: Number.NaN })],
  ["max_norm is -1; expected 0 or more", () => clip_grad_norm_([], -1)],
  ["clip_value is NaN; expected 0 or more", () => clip_grad_value_([], Number.NaN)],
])("refused: %s", (message, attempt) => {
  expect(attempt).toThrow(message);
});

test("without gradients there is no norm", () => {
  expect(clip_grad_norm_([new Parameter([2], zeros_)], 1)).toBeNull();
});

test("parameters without gradient stay without", () => {
  const parameter = new Parameter([2], zeros_);
  clip_grad_value_([parameter], 1);
  expect(parameter.grad).toBeNull();
});
