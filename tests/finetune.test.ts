import path from "node:path";
import { describe, expect, test } from "vitest";
import { BertForSequenceClassification } from "../src/models/bert/index.js";
import { AdamW, clip_grad_norm_, get_linear_schedule_with_warmup } from "../src/optim/index.js";
import type { Tensor } from "../src/tensor/index.js";
import { largestError, readJson, readRecorded } from "./support/recorded.js";

interface Recorded {
  settings: {
    lr: number;
    betas: [number, number];
    eps: number;
    weight_decay: number;
    no_decay: string[];
    max_grad_norm: number;
    num_warmup_steps: number;
    num_training_steps: number;
  };
  /** Parameters whose exact gradient is zero: what becomes of them is rounding. */
  indeterminate: string[];
  steps: { loss: number; lr: number; grad_norm: number }[];
}

const fixtures = path.join(import.meta.dirname, "fixtures", "finetune");
const { settings, indeterminate, steps } = readJson<Recorded>(fixtures, "steps.json");
const batches = readRecorded(path.join(fixtures, "batches.safetensors"));
const final = readRecorded(path.join(fixtures, "final.safetensors"));

async function batch(step: number) {
  const values = await batches;
  const named = (name: string): Tensor => values.get(`${step}.${name}`)!;
  return {
    input_ids: named("input_ids"),
    attention_mask: named("attention_mask"),
    token_type_ids: named("token_type_ids"),
    labels: named("labels"),
  };
}

/** The recorded model in training, with its optimizer and schedule. */
async function training() {
  const model = (
    await BertForSequenceClassification.from_pretrained(path.join(fixtures, "initial"), {
      problem_type: "single_label_classification",
    })
  ).train();
  const named = [...model.named_parameters()];
  const decays = (name: string) => !settings.no_decay.some((part) => name.includes(part));
  const { lr, betas, eps, weight_decay } = settings;
  const optimizer = new AdamW(
    [
      { params: named.filter(([name]) => decays(name)).map(([, parameter]) => parameter), weight_decay },
      { params: named.filter(([name]) => !decays(name)).map(([, parameter]) => parameter), weight_decay: 0 },
    ],
    { lr, betas, eps },
  );
  return { model, optimizer, schedule: get_linear_schedule_with_warmup(optimizer, settings) };
}

/** What every course of training ends with. */
async function expectFinalWeights(model: BertForSequenceClassification) {
  const expected = await final;
  const own = [...model.named_parameters()];
  expect(own.map(([name]) => name).sort()).toEqual([...expected.keys()].sort());
  for (const [name, parameter] of own) {
    if (indeterminate.includes(name)) continue;
    expect(largestError(parameter, expected.get(name)!), name).toBeLessThan(1e-4);
  }
}

describe(`fine-tuning for ${steps.length} steps follows PyTorch`, () => {
  test("as one graph a step: losses, norms, rates and final weights", async () => {
    const { model, optimizer, schedule } = await training();
    for (const [step, expected] of steps.entries()) {
      const { loss } = model(await batch(step));
      loss.backward();
      const norm = clip_grad_norm_(model.parameters(), settings.max_grad_norm)!;
      expect(schedule.get_last_lr()).toEqual([expected.lr, expected.lr].map((lr) => expect.closeTo(lr, 12)));
      await optimizer.step();
      schedule.step();
      optimizer.zero_grad();
      expect(loss.item() / expected.loss, `loss of step ${step}`).toBeCloseTo(1, 4);
      expect(norm.item() / expected.grad_norm, `norm of step ${step}`).toBeCloseTo(1, 3);
    }
    await expectFinalWeights(model);
  });

  test("with the loss awaited before the step", async () => {
    const { model, optimizer, schedule } = await training();
    for (const [step, expected] of steps.entries()) {
      const { loss } = model(await batch(step));
      await loss.realize();
      expect(loss.item() / expected.loss, `loss of step ${step}`).toBeCloseTo(1, 4);
      loss.backward();
      clip_grad_norm_(model.parameters(), settings.max_grad_norm);
      await optimizer.step();
      schedule.step();
      optimizer.zero_grad();
    }
    await expectFinalWeights(model);
  });

  test("evaluation in between sees the weights of every step", async () => {
    const { model, optimizer, schedule } = await training();
    for (const [step, expected] of steps.entries()) {
      model.eval();
      const evaluated = await model(await batch(step));
      expect(evaluated.loss.item() / expected.loss, `evaluation before step ${step}`).toBeCloseTo(1, 4);
      model.train();
      const { loss } = model(await batch(step));
      loss.backward();
      clip_grad_norm_(model.parameters(), settings.max_grad_norm);
      await optimizer.step();
      schedule.step();
      optimizer.zero_grad();
      expect(loss.item()).toBeCloseTo(evaluated.loss.item(), 4);
    }
    expect(model.compiledSignatures).toBe(1);
    await expectFinalWeights(model);
  });
});
