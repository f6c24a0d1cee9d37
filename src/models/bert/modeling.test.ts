import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { largestError, readJson, readRecorded } from "../../../tests/support/recorded.js";
import { collect, grad, realize, type Tensor, type Tree, tensor } from "../../tensor/index.js";
import type { PreTrainedModel } from "../pretrained-model.js";
import { BertConfig, family } from "./index.js";

interface Case {
  class: string;
  arguments: Record<string, unknown>;
  weights: string;
  mode: "eval" | "train";
  inputs: string[];
  options: Record<string, boolean>;
  outputs: string[];
  loss: number | null;
  objective: "loss" | "cotangents" | null;
  problem_type: string | null;
}

const fixtures = path.join(import.meta.dirname, "fixtures");
const cases = readdirSync(fixtures).filter((name) =>
  existsSync(path.join(fixtures, name, "recorded.safetensors")),
);

async function loadModel(name: string, recorded: Case): Promise<PreTrainedModel> {
  const modelClass = family.models.find((candidate) => candidate.name === recorded.class)!;
  const config = await BertConfig.from_pretrained(path.join(fixtures, name));
  const [model] = await modelClass.from_pretrained(path.join(fixtures, recorded.weights), {
    config,
    output_loading_info: true,
    ...recorded.arguments,
  });
  if (recorded.mode === "train") model.train();
  return model;
}

/** Puts `past_key_values.0.1` and the like back into lists. */
function nested(entries: readonly (readonly [string, Tensor])[]): Record<string, Tree> {
  const inputs: Record<string, Tree> = {};
  for (const [name, value] of entries) {
    const [first, ...rest] = name.split(".");
    if (rest.length === 0) inputs[first!] = value;
    else {
      const [layer, index] = rest.map(Number) as [number, number];
      inputs[first!] ??= [];
      const layers = inputs[first!] as Tensor[][];
      layers[layer] ??= [];
      layers[layer][index] = value;
    }
  }
  return inputs;
}

function flat(output: Tree): Map<string, Tensor> {
  return new Map(collect(output).map(({ path, tensor }) => [path.join("."), tensor]));
}

describe.each(cases)("%s", (name) => {
  const recorded = readJson<Case>(fixtures, name, "case.json");
  const reading = readRecorded(path.join(fixtures, name, "recorded.safetensors"));

  test("gives the recorded outputs", async () => {
    const values = await reading;
    const model = await loadModel(name, recorded);
    const inputs = nested(recorded.inputs.map((input) => [input, values.get(`input.${input}`)!] as const));
    const outputs = flat((await model({ ...inputs, ...recorded.options })) as Tree);
    // Without an encoder's states the reference lists its cache as cross-attentions; there are none to give.
    const expected = recorded.outputs.filter((output) => !/^cross_attentions\.\d+\.\d+$/.test(output));
    expect([...outputs.keys()].sort()).toEqual(expected.sort());
    for (const [output, actual] of outputs) {
      expect(largestError(actual, values.get(`output.${output}`)!), output).toBeLessThan(1e-5);
    }
    if (recorded.loss !== null) expect(outputs.get("loss")!.item()).toBeCloseTo(recorded.loss, 5);
    expect(model.config.problem_type).toBe(recorded.problem_type);
  });

  if (recorded.objective === null) return;
  test("gives the recorded gradients", async () => {
    const values = await reading;
    const model = await loadModel(name, recorded);
    const wanted = [...values.keys()].filter((key) => key.startsWith("input_gradient."));
    const inputs = nested(
      recorded.inputs.map((input) => {
        const value = values.get(`input.${input}`)!;
        const leaf = wanted.includes(`input_gradient.${input}`);
        return [
          input,
          leaf ? tensor(value.data, { shape: value.shape as number[], requires_grad: true }) : value,
        ] as const;
      }),
    );
    const outputs = flat({ ...(model({ ...inputs, ...recorded.options }) as object) } as Tree);
    const objective =
      recorded.objective === "loss"
        ? outputs.get("loss")!
        : recorded.outputs
            .filter((output) => values.has(`cotangent.${output}`))
            .map((output) =>
              outputs
                .get(output)!
                .mul(values.get(`cotangent.${output}`)!)
                .sum(),
            )
            .reduce((a, b) => a.add(b));
    const parameters = [...model.named_parameters()];
    const targets = [
      ...parameters.map(([, parameter]) => parameter as Tensor),
      ...wanted.map((key) => inputs[key.slice("input_gradient.".length)] as Tensor),
    ];
    const names = [...parameters.map(([parameter]) => `gradient.${parameter}`), ...wanted];
    const gradients = grad(objective, targets, { allowUnused: true });
    await realize(gradients.filter((gradient) => gradient !== null));
    const compared = names.filter((key, i) => {
      const expected = values.get(key);
      if (expected === undefined) return false;
      const largest = (expected.data as Float32Array).reduce(
        (max, value) => Math.max(max, Math.abs(value)),
        0,
      );
      const tolerance = Math.max(1e-3 * largest, 3e-6);
      expect(largestError(gradients[i]!, expected), key).toBeLessThan(tolerance);
      return true;
    });
    expect(compared.length).toBe([...values.keys()].filter((key) => key.includes("gradient.")).length);
  });
});
