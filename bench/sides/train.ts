import { AutoModelForSequenceClassification } from "../../src/index.js";
import { AdamW } from "../../src/optim/index.js";
import { tensor } from "../../src/tensor/index.js";
import { fixedInput } from "../harness/fixed-input.js";
import { readSideOptions, serve } from "../harness/serve.js";
import { version } from "./version.js";

const LEARNING_RATE = 5e-5;
const WARM_UP_STEPS = 3;

const { folder, batch, sequence, calls, dropout } = readSideOptions();
const model = await AutoModelForSequenceClassification.from_pretrained(folder, {
  hidden_dropout_prob: dropout,
  attention_probs_dropout_prob: dropout,
});
model.train();
const optimizer = new AdamW(model.parameters(), { lr: LEARNING_RATE, weight_decay: 0.01 });
const fixed = fixedInput(batch, sequence, model.config.vocab_size);
const inputs = {
  input_ids: tensor(fixed.inputIds, { shape: [batch, sequence] }),
  attention_mask: tensor(fixed.attentionMask, { shape: [batch, sequence] }),
  labels: tensor(fixed.labels, { shape: [batch] }),
};

async function step(): Promise<number> {
  const { loss } = model(inputs);
  loss.backward();
  await optimizer.step();
  optimizer.zero_grad();
  return Number(loss.item());
}

const losses: number[] = [];
for (let i = 0; i < WARM_UP_STEPS; i++) losses.push(await step());
await serve({ version, check: losses }, async () => {
  const begin = performance.now();
  for (let i = 0; i < calls; i++) await step();
  return (performance.now() - begin) / calls;
});
