// Many sentences through the text-classification pipeline of transformers.js, a batch at a time.
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { env, pipeline } from "@huggingface/transformers";

const { folder, sentences, batch, threads } = parseArgs({
  options: {
    folder: { type: "string" },
    sentences: { type: "string" },
    batch: { type: "string" },
    threads: { type: "string" },
  },
}).values;
const texts = JSON.parse(readFileSync(sentences, "utf8"));
const size = Number(batch);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);

const pipe = await pipeline("text-classification", basename(folder), {
  dtype: "fp32",
  session_options: { intraOpNumThreads: Number(threads) },
});
const classify = async (some) => {
  const results = [];
  for (let i = 0; i < some.length; i += size) results.push(...(await pipe(some.slice(i, i + size))));
  return results;
};
const first = await classify(texts.slice(0, 4 * size));
const check = first.map(({ label, score }) => (label === "LABEL_0" ? score : 1 - score));
console.log(JSON.stringify({ ready: true, version: `transformers.js ${env.version}`, check }));

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "end") break;
  const begin = performance.now();
  await classify(texts);
  console.log(JSON.stringify({ ms: (texts.length / (performance.now() - begin)) * 1000 }));
}
const peakKib = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
console.log(JSON.stringify({ peakRssBytes: peakKib * 1024 }));
process.exit(0);
