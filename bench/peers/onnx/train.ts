import { createRequire } from "node:module";
import { fixedInput } from "../../harness/fixed-input.js";
import { readSideOptions, serve } from "../../harness/serve.js";
import { adamWScalars, bertTrainStep } from "./bert-train.js";
import { openCheckpoint, readTensor } from "./checkpoint-file.js";
import { BoundSession, type BoundTensor, pinnedFloats } from "./ort-c-api.js";

const LEARNING_RATE = 5e-5;
const WARM_UP_STEPS = 3;

const { folder, batch, sequence, threads, calls, dropout } = readSideOptions();
const checkpoint = openCheckpoint(folder);
const { model, loss, parameters } = bertTrainStep(checkpoint, { batch, sequence, dropout });

const { inputIds, labels } = fixedInput(batch, sequence, checkpoint.config.vocab_size);
const scalar = (): BoundTensor & { data: Float32Array } => ({
  type: "float",
  shape: [],
  data: pinnedFloats(1),
});
const stepSize = scalar();
const epsilon = scalar();
const decay = scalar();
const lossValue = scalar();
const inputs: Record<string, BoundTensor> = {
  input_ids: { type: "int64", shape: [batch, sequence], data: inputIds },
  mask: { type: "float", shape: [batch, 1, 1, sequence], data: pinnedFloats(batch * sequence) },
  labels: { type: "int64", shape: [batch], data: labels },
  step_size: stepSize,
  epsilon,
  decay,
};
const outputs: Record<string, BoundTensor> = { [loss]: lossValue };
for (const parameter of parameters) {
  const { key, shape } = parameter;
  const length = shape.reduce((product, dim) => product * dim, 1);
  for (const role of ["value", "moment1", "moment2"] as const) {
    const data = pinnedFloats(length);
    if (role === "value") readTensor(folder, checkpoint.tensors.get(key)!, data);
    const bound: BoundTensor = { type: "float", shape, data };
    inputs[parameter.inputs[role]] = bound; // one memory, read and written
    outputs[parameter.outputs[role]] = bound;
  }
}
const session = new BoundSession(model, threads, inputs, outputs);

let steps = 0;
async function step(): Promise<number> {
  steps += 1;
  const scalars = adamWScalars(steps, LEARNING_RATE);
  stepSize.data[0] = scalars.stepSize;
  epsilon.data[0] = scalars.epsilon;
  decay.data[0] = scalars.decay;
  await session.run();
  return lossValue.data[0]!;
}

const losses: number[] = [];
for (let i = 0; i < WARM_UP_STEPS; i++) losses.push(await step());
const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
await serve({ version: `onnxruntime-node ${version}`, check: losses }, async () => {
  const begin = performance.now();
  for (let i = 0; i < calls; i++) await step();
  return (performance.now() - begin) / calls;
});
