import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Family } from "../src/models/family.js";

// Writes src/models/registry.generated.ts from the folders under src/models/: npm run registry

const models = path.join(import.meta.dirname, "../src/models");
const registryFile = path.join(models, "registry.generated.ts");

/** The text that the registry should have: which families there are is what folders there are. */
export async function registryText(): Promise<string> {
  const folders = readdirSync(models, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "fixtures")
    .map(({ name }) => name)
    .sort();
  const tokenizers: [string, string][] = [];
  for (const folder of folders) {
    const index = pathToFileURL(path.join(models, folder, "index.ts")).href;
    const { family } = (await import(index)) as { family: Family };
    if (family.model_type !== folder) {
      throw new Error(`src/models/${folder} says that its model_type is ${family.model_type}: rename one`);
    }
    if (family.tokenizer) tokenizers.push([family.tokenizer.tokenizerClass, folder]);
  }
  return [
    "// Written by scripts/registry.ts from the folders beside this file; `npm run registry` writes it anew.",
    'import type { Family } from "./family.js";',
    "",
    "/** The families by model_type, each loaded when it is first asked for. */",
    "export const families: Readonly<Record<string, () => Promise<Family>>> = {",
    ...folders.map(
      (folder) => `  ${key(folder)}: async () => (await import("./${folder}/index.js")).family,`,
    ),
    "};",
    "",
    "/** Whose tokenizer has which name in tokenizer_config.json. */",
    "export const tokenizerFamilies: Readonly<Record<string, string>> = {",
    ...tokenizers.sort().map(([name, folder]) => `  ${key(name)}: "${folder}",`),
    "};",
    "",
  ].join("\n");
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/** The registry as it is. */
export function writtenRegistry(): string {
  return readFileSync(registryFile, "utf8");
}

if (process.argv[1] === import.meta.filename) writeFileSync(registryFile, await registryText());
