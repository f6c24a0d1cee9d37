import { AutoModelForSequenceClassification, AutoTokenizer } from "../../src/index.js";
import { readSideOptions, serve } from "../harness/serve.js";
import { version } from "./version.js";

const { folder, sentence } = readSideOptions();
const [tokenizer, model] = await Promise.all([
  AutoTokenizer.from_pretrained(folder),
  AutoModelForSequenceClassification.from_pretrained(folder),
]);
const { logits } = await model(tokenizer(sentence, { return_tensors: true }));
await serve({ version, check: Array.from(logits.data, Number) });
