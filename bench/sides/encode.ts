import { readFileSync } from "node:fs";
import { pipeline } from "../../src/index.js";
import { readSideOptions, serve } from "../harness/serve.js";
import { version } from "./version.js";

const { folder, sentences: file, batch } = readSideOptions();
const sentences = JSON.parse(readFileSync(file, "utf8")) as string[];
const pipe = await pipeline("text-classification", folder, { batch_size: batch });
const first = await pipe(sentences.slice(0, 4 * batch));
const check = first.map(({ label, score }) => (label === "LABEL_0" ? score : 1 - score));

await serve({ version, check }, async () => {
  const begin = performance.now();
  await pipe(sentences);
  return (sentences.length / (performance.now() - begin)) * 1000;
});
