import path from "node:path";
import { expect, test } from "vitest";
import { largestError, readJson, readRecorded } from "../../tests/support/recorded.js";
import { zeros_ } from "../nn/init.js";
import { Parameter } from "../tensor/index.js";
import { clip_grad_norm_, clip_grad_value_ } from "./index.js";

interface Case {
  function: "clip_grad_norm_" | "clip_grad_value_";
  options: { max_norm?: number; norm_type?: number | "Infinity"; clip_value?: number };
  total_norm: number | null;
}

const fixtures = path.join(import.meta.dirname, "fixtures");
const cases = readJson<Case[]>(fixtures, "clipping.json");
const reading = readRecorded(path.join(fixtures, "clipping.safetensors"));

test.each(cases.map((recorded, number) => [recorded.function, recorded.options, recorded, number] as const))(
  "%s %j",
  async (_, __, recorded, number) => {
    const values = await reading;
    const gradients = [...values.keys()].filter((name) => name.startsWith("gradient."));
    const parameters = gradients.map((name) => {
      const gradient = values.get(name)!;
      return Object.assign(new Parameter(gradient.shape as number[], zeros_), { grad: gradient });
    });
    const { max_norm, norm_type, clip_value } = recorded.options;
    if (recorded.function === "clip_grad_norm_") {
      const total = clip_grad_norm_(
        parameters,
        max_norm!,
        norm_type === undefined ? {} : { norm_type: Number(norm_type) },
      );
      await total!.realize();
      expect(total!.item() / recorded.total_norm!).toBeCloseTo(1, 6);
    } else clip_grad_value_(parameters, clip_value!);
    for (const [i, { grad }] of parameters.entries()) {
      await grad!.realize();
      expect(largestError(grad!, values.get(`${number}.${i}`)!)).toBeLessThan(1e-6);
    }
  },
);

test("without gradients there is no norm", () => {
  expect(clip_grad_norm_([new Parameter([2], zeros_)], 1)).toBeNull();
});

test("parameters without gradient stay without", () => {
  const parameter = new Parameter([2], zeros_);
  clip_grad_value_([parameter], 1);
  expect(parameter.grad).toBeNull();
});
