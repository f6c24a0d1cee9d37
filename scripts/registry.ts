import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyTokenizerClass, Family } from "../src/models/family.js";

// Writes what src/models/*.generated.ts say of the folders beside them: npm run registry

const models = path.join(import.meta.dirname, "../src/models");
const note =
  "// Written by scripts/registry.ts from the folders beside this file; `npm run registry` writes it anew.";

/** What a folder's index exports, beside much else. */
interface Offer {
  readonly family?: Family;
  readonly tokenizers?: readonly AnyTokenizerClass[];
  readonly [name: string]: unknown;
}

/** The texts that the generated files should have: which families there are is what folders there are. */
export async function generatedTexts(): Promise<Record<string, string>> {
  const folders = readdirSync(models, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "fixtures")
    .map(({ name }) => name)
    .sort();
  const offers: [folder: string, offer: Offer][] = [];
  for (const folder of folders) {
    const offer = (await import(pathToFileURL(path.join(models, folder, "index.ts")).href)) as Offer;
    if (offer.family !== undefined && offer.family.model_type !== folder) {
      throw new Error(
        `src/models/${folder} says that its model_type is ${offer.family.model_type}: rename one`,
      );
    }
    offers.push([folder, offer]);
  }
  return { "registry.generated.ts": registryText(offers), "tokenizers.generated.ts": exportsText(offers) };
}

function registryText(offers: readonly [string, Offer][]): string {
  const families = offers.filter(([, { family }]) => family !== undefined).map(([folder]) => folder);
  const classes = offers.flatMap(([folder, { tokenizers = [] }]) =>
    tokenizers.map(({ tokenizerClass }, place) => [tokenizerClass, folder, place] as const),
  );
  return [
    note,
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

/** The tokenizers by all their names: the subpath `transformers-ts/models`, so that who needs none loads none. */
function exportsText(offers: readonly [string, Offer][]): string {
  const lines = offers.flatMap(([folder, offer]) => {
    const classes = new Set<unknown>(offer.tokenizers ?? []);
    const names = Object.keys(offer).filter((name) => classes.has(offer[name]));
    return names.length === 0 ? [] : [exportLine(names.sort(), `./${folder}/tokenization.js`)];
  });
  return [note, "", ...lines, ""].join("\n");
}

/** As the formatter has it. */
function exportLine(names: readonly string[], file: string): string {
  const line = `export { ${names.join(", ")} } from "${file}";`;
  return line.length <= 110
    ? line
    : `export {\n${names.map((name) => `  ${name},\n`).join("")}} from "${file}";`;
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/** A generated file as it is. */
export function writtenText(file: string): string {
  return readFileSync(path.join(models, file), "utf8");
}

if (process.argv[1] === import.meta.filename) {
  for (const [file, text] of Object.entries(await generatedTexts())) {
    writeFileSync(path.join(models, file), text);
  }
}
