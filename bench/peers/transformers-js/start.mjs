// From the start of a process to the first prediction, with transformers.js on the folder's onnx/model.onnx.
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { AutoModelForSequenceClassification, AutoTokenizer, env } from "@huggingface/transformers";

const options = { folder: { type: "string" }, sentence: { type: "string" }, threads: { type: "string" } };
const { folder, sentence, threads } = parseArgs({ options }).values;
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);

const name = basename(folder);
const tokenizer = await AutoTokenizer.from_pretrained(name);
const model = await AutoModelForSequenceClassification.from_pretrained(name, {
  dtype: "fp32",
  session_options: { intraOpNumThreads: Number(threads) },
});
const { logits } = await model(await tokenizer(sentence));
const check = Array.from(logits.data);
console.log(JSON.stringify({ ready: true, version: `transformers.js ${env.version}`, check }));

for await (const line of createInterface({ input: process.stdin })) if (line === "end") break;
const peakKib = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
console.log(JSON.stringify({ peakRssBytes: peakKib * 1024 }));
process.exit(0);
