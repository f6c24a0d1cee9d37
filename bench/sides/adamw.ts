import { AdamW } from "../../src/optim/index.js";
import { Parameter, tensor } from "../../src/tensor/index.js";
import { readSideOptions, serve } from "../harness/serve.js";
import { version } from "./version.js";

// The update of AdamW alone; `peers/pytorch/adamw.py` says what is counted.

const COUNT = 110;
const SIZE = 1_000_000;
const BYTES = COUNT * SIZE * 4 * 7;

const { calls } = readSideOptions();
const filled = (value: number) => new Float32Array(SIZE).fill(value);
const parameters = Array.from(
  { length: COUNT },
  () => new Parameter([SIZE], { dtype: "float32", dims: [SIZE], data: filled(0.5) }),
);
const gradients = parameters.map((_, i) => tensor(filled(0.01 * (i + 1))));
const optimizer = new AdamW(parameters, { lr: 1e-3, weight_decay: 0.01 });

async function step(): Promise<void> {
  parameters.forEach((parameter, i) => {
    parameter.grad = gradients[i]!;
  });
  await optimizer.step();
  optimizer.zero_grad();
}

await step();
const check = await Promise.all(
  parameters.map(async (parameter) => Number((await parameter.load()).data[0])),
);
await serve({ version, check }, async () => {
  await step();
  const begin = performance.now();
  for (let i = 0; i < calls; i++) await step();
  return (BYTES * calls) / ((performance.now() - begin) / 1000) / 1e9;
});
