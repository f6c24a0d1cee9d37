// A tokenizer.json read by the Rust library through its Node binding.
import { readFileSync } from "node:fs";
import { readOptions, serve, versionOf } from "./serve.mjs";

const { Tokenizer } = await import("tokenizers");
const file = readFileSync(readOptions().folder, "utf8");

await serve(versionOf("tokenizers"), [], async () => {
  const begin = performance.now();
  await Tokenizer.fromString(file).encode("Hello world");
  return performance.now() - begin;
});
