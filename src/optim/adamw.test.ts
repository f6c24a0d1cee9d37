import path from "node:path";
import { describe, expect, test } from "vitest";
import { readJson, readRecorded } from "../../tests/support/recorded.js";
import { type HostArray, Parameter, type Tensor, type TypedArray } from "../tensor/index.js";
import { AdamW, type AdamWSettings } from "./index.js";

interface Setting {
  name: string;
  groups: (Partial<AdamWSettings> & { parameters: number[] })[];
  /** The first group's learning rate at each step, where it changes. */
  lr_of_step?: number[];
  /** Parameters that never have a gradient. */
  no_gradient?: number[];
}

const fixtures = path.join(import.meta.dirname, "fixtures");
const recorded = readJson<{
  steps: number;
  parameters: number;
  defaults: Partial<AdamWSettings>;
  settings: Setting[];
}>(fixtures, "adamw.json");
const reading = readRecorded(path.join(fixtures, "adamw.safetensors"));

/** The largest difference, as a share of the largest of all expected elements. */
function relativeError(actual: readonly TypedArray[], expected: readonly Tensor[]): number {
  const [found, wanted] = [actual, expected.map(({ data }) => data)].map((arrays) =>
    arrays.flatMap((array) => [...array].map(Number)),
  ) as [number[], number[]];
  if (found.length !== wanted.length) throw new Error(`got ${found.length}, expected ${wanted.length}`);
  return Math.max(...wanted.map((x, i) => Math.abs(x - found[i]!))) / Math.max(...wanted.map(Math.abs));
}

test("the defaults are PyTorch's", () => {
  const [group] = new AdamW([new Parameter([1], () => new Float32Array(1))]).param_groups;
  expect(group).toMatchObject(recorded.defaults);
});

describe.each(recorded.settings.map((setting, number) => [setting.name, setting, number] as const))(
  "%s",
  (_, { groups, lr_of_step, no_gradient = [] }, number) => {
    test(`follows PyTorch for ${recorded.steps} steps`, async () => {
      const values = await reading;
      const parameters = Array.from({ length: recorded.parameters }, (_, i) => {
        const { data, dtype, shape } = values.get(`initial.${i}`)!;
        return new Parameter(shape as number[], { data: data.slice(), dtype, dims: shape as number[] });
      });
      const optimizer = new AdamW(
        groups.map(({ parameters: numbers, ...settings }) => ({
          params: numbers.map((i) => parameters[i]!),
          ...settings,
        })),
      );
      const order = groups.flatMap(({ parameters: numbers }) => numbers);
      for (let step = 0; step < recorded.steps; step++) {
        if (lr_of_step) optimizer.param_groups[0]!.lr = lr_of_step[step]!;
        parameters.forEach((parameter, i) => {
          parameter.grad = no_gradient.includes(i) ? null : values.get(`gradient.${step}.${i}`)!;
        });
        await optimizer.step();
        const at = (i: number, part: string) => values.get(`${number}.${step}.${i}.${part}`);
        expect(
          relativeError(
            parameters.map(({ data }) => data),
            parameters.map((_, i) => at(i, "parameter")!),
          ),
        ).toBeLessThan(1e-6);

        const { state } = await optimizer.state_dict();
        for (const moment of ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"]) {
          const kept = order.map(
            (i, position) => [i, state[position]?.[moment] as HostArray | undefined] as const,
          );
          const present = kept.filter(([, array]) => array !== undefined);
          const expected = kept.filter(([i]) => at(i, moment) !== undefined).map(([i]) => i);
          expect(present.map(([i]) => i)).toEqual(expected);
          if (expected.length === 0) continue;
          const error = relativeError(
            present.map(([, array]) => array!.data),
            expected.map((i) => at(i, moment)!),
          );
          expect(error, `${moment} after step ${step}`).toBeLessThan(1e-6);
        }
      }
    });
  },
);
