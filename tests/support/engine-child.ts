import path from "node:path";
import { BertForSequenceClassification } from "../../src/models/bert/index.js";
import { AdamW } from "../../src/optim/index.js";
import { configureRuntime } from "../../src/tensor/index.js";

/** Runs and trains a small model on the engine that the first argument names; prints what came out as JSON. */
configureRuntime({ engine: process.argv[2] as "c-api" | "binding" });
const folder = path.join(import.meta.dirname, "../../src/models/bert/fixtures/sequence-classification");
const model = await BertForSequenceClassification.from_pretrained(folder);
const inputs = { input_ids: [[1, 5, 9, 2]], attention_mask: [[1, 1, 1, 0]] };
const logits = async () => (await model(inputs)).logits.tolist();

const before = await logits(); // weights mapped from the file
model.config.hidden_dropout_prob = 0;
model.train();
for (const module of model.modules()) if ("p" in module) Object.assign(module, { p: 0 });
const optimizer = new AdamW(model.parameters(), { lr: 1e-2 });
const losses: number[] = [];
for (let step = 0; step < 3; step++) {
  const { loss } = model({ ...inputs, labels: [1] });
  loss.backward();
  await optimizer.step();
  optimizer.zero_grad();
  losses.push(loss.item());
}
model.eval();
const after = await logits(); // weights in memory
console.log(JSON.stringify({ before, losses, after }));
