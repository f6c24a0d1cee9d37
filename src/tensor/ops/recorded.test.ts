import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readJson, readRecorded } from "../../../tests/support/recorded.js";
import { callRecorded, type RecordedCase } from "../../../tests/support/recorded-ops.js";
import { grad } from "../gradient.js";
import { realize } from "../realize.js";
import type { Tensor } from "../tensor.js";
import { tensor } from "./creation.js";

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const recordedCases = readJson<readonly RecordedCase[]>(fixtures, "ops.json");
const tensors = await readRecorded(`${fixtures}ops.safetensors`);

/** Cases whose call is refused, and why. */
const refused: Readonly<Record<string, string>> = {
  // The result's shape would depend on the indices' values, which are not known when the op is recorded.
  "one_hot: classes inferred": "INVALID_ARGUMENT",
};

/** Of a value of size 1; of larger values, the share. */
const tolerance = 1e-5;

/** Cases where PyTorch's own rounding is larger, and why. */
const looser: Readonly<Record<string, number>> = {
  // x * rstd - mean * rstd, which PyTorch computes, is not 0 for a row of one element.
  "layer_norm: [1, 1], last 1": 1e-4,
  "layer_norm: [1, 1], last 1, weight": 1e-4,
  // Rounding of values near 100 stands before the subtraction of the mean.
  "layer_norm: far from zero": 1e-4,
};

describe("what PyTorch recorded", () => {
  const computed = recordedCases.filter(({ name }) => !(name in refused));

  test.each(computed.map((recorded) => [recorded.name, recorded] as const))("%s", async (_, recorded) => {
    const { outputs, gradients } = record(recorded);
    const allowed = looser[recorded.name] ?? tolerance;
    const wanted = gradients.filter((gradient) => gradient !== null);
    await realize([...outputs, ...wanted]);

    expect(outputs).toHaveLength(recorded.outputs.length);
    outputs.forEach((output, i) => {
      expectRecorded(output, tensors.get(recorded.outputs[i]!)!, `output ${i}`, allowed);
    });
    gradients.forEach((gradient, i) => {
      if (gradient === null) return;
      expectRecorded(gradient, tensors.get(recorded.gradients[i]!)!, `gradient ${i}`, allowed);
    });
  });

  test.each(Object.entries(refused))("%s is refused", (name, code) => {
    const recorded = recordedCases.find((candidate) => candidate.name === name)!;
    expect(() => record(recorded)).toThrow(expect.objectContaining({ code }));
  });
});

/** The case's outputs and gradients, not computed yet. */
function record(recorded: RecordedCase): { outputs: Tensor[]; gradients: (Tensor | null)[] } {
  const inputs = recorded.inputs.map((key, i) =>
    key === null ? null : leaf(key, recorded.gradients[i] !== null),
  );
  const outputs = callRecorded(recorded, inputs);
  const targets = inputs.filter((input): input is Tensor => input?.requires_grad === true);
  if (targets.length === 0) return { outputs, gradients: [] };

  const roots = outputs.filter((_, i) => recorded.cotangents[i] != null);
  const gradOutputs = recorded.cotangents.filter((key) => key !== null).map((key) => leaf(key));
  let found = grad(roots, targets, { gradOutputs });
  if (recorded.order === 2) {
    const squares = found.map((gradient) => gradient.square().sum()).reduce((a, b) => a.add(b));
    found = grad(squares, targets);
  }
  return { outputs, gradients: inputs.map((input) => found[targets.indexOf(input!)] ?? null) };
}

function leaf(key: string, requires_grad = false): Tensor {
  const { data, dtype, shape } = tensors.get(key)!;
  return tensor(data, { dtype, shape: shape as number[], requires_grad });
}

function expectRecorded(actual: Tensor, expected: Tensor, what: string, tolerance: number): void {
  expect(`${what}: ${actual}`).toBe(`${what}: ${expected}`);
  const share = expected.dtype === "float32" ? tolerance : 0;
  const values = Array.from(actual.data, Number);
  const wrong = values.flatMap((value, i) => {
    const reference = Number(expected.data[i]);
    const difference = Math.abs(value - reference) / Math.max(1, Math.abs(reference));
    return Object.is(value, reference) || difference <= share
      ? []
      : [`${what}[${i}] is ${value}, PyTorch gave ${reference}`];
  });
  expect(wrong).toEqual([]);
}
