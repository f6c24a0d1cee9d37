import { readFileSync } from "node:fs";
import { Tokenizer } from "../../src/tokenizers/index.js";
import { readSideOptions, serve } from "../harness/serve.js";
import { version } from "./version.js";

const file = readFileSync(readSideOptions().folder, "utf8");

await serve({ version, check: [] }, async () => {
  const begin = performance.now();
  Tokenizer.from_json(file).encode_ids("Hello world");
  return performance.now() - begin;
});
