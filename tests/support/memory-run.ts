import { setImmediate, setTimeout } from "node:timers/promises";
import { BertConfig, BertForSequenceClassification } from "../../src/models/bert/index.js";
import { Linear } from "../../src/nn/index.js";
import { AdamW, clip_grad_norm_ } from "../../src/optim/index.js";
import {
  CompiledFunction,
  configureRuntime,
  manual_seed,
  type Tensor,
  tensor,
} from "../../src/tensor/index.js";

/**
 * Trains or uses a tiny BERT, or computes something else, at so many different shapes, in turn, and prints the resident
 * memory after each tenth of the steps, as JSON, in bytes:
 *
 *     node --expose-gc --import tsx tests/support/memory-run.ts <task> <steps> <shapes>
 */
const [task, steps, shapes] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
configureRuntime({ threads: 1 });
manual_seed(1);
const model = new BertForSequenceClassification(
  new BertConfig({
    vocab_size: 100,
    hidden_size: 32,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 64,
    max_position_embeddings: 128,
    problem_type: "single_label_classification",
  }),
);
const optimizer = new AdamW(model.parameters());

function batch(step: number) {
  const number = step % shapes;
  const [rows, length] = [1 + (number % 3), 4 + Math.floor(number / 3)];
  const ids = Array.from({ length: rows }, (_, i) =>
    Array.from({ length }, (_, j) => (step * 31 + i * 7 + j) % 100),
  );
  return { input_ids: tensor(ids), labels: tensor(ids.map((row) => row[0]! % 2)) };
}

async function train(step: number): Promise<void> {
  const { loss } = model(batch(step));
  loss.backward();
  clip_grad_norm_(model.parameters(), 1);
  await optimizer.step();
  optimizer.zero_grad();
  if (!Number.isFinite(loss.item())) throw new Error(`the loss of step ${step} is ${loss.item()}`);
}

async function infer(step: number): Promise<void> {
  const { logits } = await model(batch(step));
  if (logits.data.length === 0) throw new Error("no logits");
}

/** Needs a few megabytes for its intermediate results. */
async function compute(step: number): Promise<void> {
  const [rows, width] = [500 + (step % shapes), 1000];
  const x = tensor(new Float32Array(rows * width).fill(1 / width), { shape: [rows, width] });
  const square = x.tanh().mT.matmul(x.exp()); // [width, width]
  await square.matmul(x.sin().mT).exp().sum().realize();
}

const layers = Array.from({ length: 8 }, () => new Linear(1024, 1024, { bias: false })); // 32 MB
const stack = new CompiledFunction(({ x }: { x: Tensor }) =>
  layers.reduce((hidden, layer) => layer(hidden), x),
);

/** Uses 32 MB of weights in one more way, until they have been rearranged for speed. */
async function useDifferently(step: number): Promise<void> {
  const x = tensor(new Float32Array(1024).fill(1), { shape: [1, 1024] });
  for (let i = 0; i < 4; i++) {
    await stack.call({ x }, () => [], `variant ${step % shapes}`);
    await setTimeout(100);
  }
}

async function resident(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc!();
    await setImmediate();
  }
  return process.memoryUsage.rss();
}

const tasks: Readonly<Record<string, (step: number) => Promise<void>>> = {
  training: train,
  inference: infer,
  computing: compute,
  signatures: useDifferently,
};
const measured: number[] = [];
for (let step = 0; step < steps; step++) {
  await tasks[task]!(step);
  if ((step + 1) % (steps / 10) === 0) measured.push(await resident());
}
console.log(JSON.stringify(measured));
