import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyTokenizerClass, Family } from "../src/models/family.js";

// Writes src/models/registry.generated.ts from the folders under src/models/: npm run registry

const models = path.join(import.meta.dirname, "../src/models");
const registryFile = path.join(models, "registry.generated.ts");

/** What a folder's index exports. */
interface Offer {
  readonly family?: Family;
  readonly tokenizers?: readonly AnyTokenizerClass[];
}

/** The text that the registry should have: which families there are is what folders there are. */
export async function registryText(): Promise<string> {
  const folders = readdirSync(models, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "fixtures")
    .map(({ name }) => name)
    .sort();
  const families: string[] = [];
  const classes: [name: string, folder: string, place: number][] = [];
  for (const folder of folders) {
    const index = pathToFileURL(path.join(models, folder, "index.ts")).href;
    const { family, tokenizers = [] } = (await import(index)) as Offer;
    if (family !== undefined) families.push(folder);
    if (family !== undefined && family.model_type !== folder) {
      throw new Error(`src/models/${folder} says that its model_type is ${family.model_type}: rename one`);
    }
    for (const [place, { tokenizerClass }] of tokenizers.entries())
      classes.push([tokenizerClass, folder, place]);
  }
  return [
    "// Written by scripts/registry.ts from the folders beside this file; `npm run registry` writes it anew.",
    'import type { AnyTokenizerClass, Family } from "./family.js";',
    "",
    "/** The families by model_type, each loaded when it is first asked for. */",
    "export const families: Readonly<Record<string, () => Promise<Family>>> = {",
    ...families.map(
      (folder) => `  ${key(folder)}: async () => (await import("./${folder}/index.js")).family,`,
    ),
    "};",
    "",
    "/** The tokenizers by their name in tokenizer_config.json, each loaded when it is first asked for. */",
    "export const tokenizerClasses: Readonly<Record<string, () => Promise<AnyTokenizerClass>>> = {",
    ...classes
      .sort()
      .map(
        ([name, folder, place]) =>
          `  ${key(name)}: async () => (await import("./${folder}/index.js")).tokenizers[${place}]!,`,
      ),
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
