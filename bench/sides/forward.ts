import { AutoModelForSequenceClassification } from "../../src/index.js";
import { tensor } from "../../src/tensor/index.js";
import { fixedInput } from "../harness/fixed-input.js";
import { meanMilliseconds, readSideOptions, serve } from "../harness/serve.js";
import { version } from "./version.js";

const { folder, batch, sequence, calls } = readSideOptions();
const model = await AutoModelForSequenceClassification.from_pretrained(folder);
const fixed = fixedInput(batch, sequence, model.config.vocab_size);
const inputs = {
  input_ids: tensor(fixed.inputIds, { shape: [batch, sequence] }),
  attention_mask: tensor(fixed.attentionMask, { shape: [batch, sequence] }),
};
const call = async () => (await model(inputs)).logits;

const logits = await call();
for (let i = 0; i < 3; i++) await call();
await serve({ version, check: Array.from(logits.data, Number) }, () => meanMilliseconds(calls, call));
