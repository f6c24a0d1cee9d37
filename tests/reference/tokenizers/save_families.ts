import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { tokenizerClasses } from "../../../src/models/registry.generated.js";
import type { FileContent, PreTrainedTokenizerBase } from "../../../src/tokenizers/pretrained/index.js";
import { filesOf, recordedTokenizers } from "../../support/recorded-tokenizer.js";

// Reads every recorded tokenizer and saves it again, with a token added, for check_families.py:
// npx tsx tests/reference/tokenizers/save_families.ts FOLDER

interface TokenizerClass {
  fromFiles(files: ReadonlyMap<string, FileContent>): PreTrainedTokenizerBase;
}

const target = process.argv[2]!;
const models = path.join(import.meta.dirname, "../../../src/models");
const folders = readdirSync(models, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith("/fixtures/tokenization.json.gz"))
  .map((name) => name.split("/")[0]!);
for (const folder of folders.filter((name) => name !== "tapas").sort()) {
  const cases = recordedTokenizers(pathToFileURL(path.join(models, folder, "x")).href);
  for (const [number, recorded] of cases.entries()) {
    const load = tokenizerClasses[recorded.class];
    if (load === undefined) continue;
    const Class = (await load()) as object as TokenizerClass;
    const tokenizer = Class.fromFiles(filesOf(recorded));
    tokenizer.add_tokens(["<added>"]);
    const into = path.join(target, folder, String(number));
    mkdirSync(into, { recursive: true });
    for (const [name, content] of tokenizer.toFiles()) writeFileSync(path.join(into, name), content);
  }
}
