import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/** A room imports from itself and from those in lines before its own. */
const layers = [
  ["errors.ts"],
  ["runtime"],
  ["onnx"],
  ["tensor"],
  ["nn", "optim"],
  ["hub"],
  ["tokenizers"],
  ["models"],
  ["auto"],
  ["pipelines"],
  ["cli", "index.ts"],
];

/** Imports within a line that are meant: who, and what. */
const neighbours = [[/^optim\//, /^nn\/init\.ts$/]] as const;

/** What names all that a user may import. */
const surface = ["index.ts", "models/tokenizers.generated.ts"];

/** What only some files may import. */
const doors = [
  { imported: /^onnxruntime-(node|web|common)$/, by: /^runtime\// },
  { imported: /^koffi$/, by: /^(runtime\/|hub\/(download\/lock|storage\/checksum)\.ts$)/ }, // flock(2), CRC-32
  { imported: /^commander$/, by: /^cli\// },
  { imported: /^@huggingface\/jinja$/, by: /^tokenizers\/pretrained\/chat\// },
  {
    imported: /^node:fs(\/promises)?$/,
    by: /^(hub\/(storage\/disk\.ts$|download\/)|cli\/|runtime\/node)/, // the last one looks for a library
  },
  { imported: /^node:worker_threads$/, by: /^tokenizers\/pool\/(threads|worker)\.ts$/ },
  { imported: /^node:(child_process|dgram|dns|http2?|https|net|tls)$/, by: /^$/ },
] as const;

const source = path.join(import.meta.dirname, "../src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((file) => file.split(path.sep).join("/"))
  .filter((file) => file.endsWith(".ts") && !/(\.test|-cases)\.ts$/.test(file));

interface Import {
  readonly from: string;
  /** A file under src/, or the name of a package. */
  readonly to: string;
  readonly kind: "static" | "type" | "dynamic";
}

const imports = files.flatMap(importsOf);

function importsOf(from: string): Import[] {
  const text = readFileSync(path.join(source, from), "utf8").replace(/^\s*(\/\/|\*).*$/gm, "");
  const statement = /^(?:import|export)\s(type\s)?(?:[^;"']*?\sfrom\s)?\s*["']([^"']+)["']/gm;
  const dynamic = /\bimport\(\s*["']([^"']+)["']/g;
  const found: Import[] = [];
  const add = (specifier: string, kind: Import["kind"]) => {
    const to = specifier.startsWith(".")
      ? path.posix.join(path.posix.dirname(from), specifier.replace(/\.js$/, ".ts"))
      : specifier;
    found.push({ from, to, kind });
  };
  for (const [, type, specifier] of text.matchAll(statement)) add(specifier!, type ? "type" : "static");
  for (const [, specifier] of text.matchAll(dynamic)) add(specifier!, "dynamic");
  return found;
}

const isOwn = ({ to }: Import) => files.includes(to);
const roomOf = (file: string) => file.split("/")[0]!;
const layerOf = (file: string) => layers.findIndex((layer) => layer.includes(roomOf(file)));
const list = (found: readonly Import[]) => found.map(({ from, to }) => `${from} imports ${to}`);

test("every file stands in a layer, and every import is found", () => {
  expect(files.filter((file) => layerOf(file) < 0)).toEqual([]);
  expect(list(imports.filter((item) => item.to.endsWith(".ts") && !isOwn(item)))).toEqual([]);
  expect(imports.length).toBeGreaterThan(300);
});

test("imports point downwards", () => {
  const upwards = imports.filter(isOwn).filter(({ from, to }) => {
    if (roomOf(from) === roomOf(to)) return false;
    if (neighbours.some(([who, what]) => who.test(from) && what.test(to))) return false;
    return layerOf(to) >= layerOf(from);
  });
  expect(list(upwards)).toEqual([]);
});

test("packages and the platform come in by their doors", () => {
  const around = imports.filter(({ from, to }) =>
    doors.some(({ imported, by }) => imported.test(to) && !by.test(from)),
  );
  expect(list(around)).toEqual([]);
});

test("a model's family is loaded when it is asked for", () => {
  const familyOf = (file: string) => /^models\/([^/]+)\//.exec(file)?.[1];
  const early = imports.filter(({ from, to, kind }) => {
    const family = familyOf(to);
    return family && kind === "static" && familyOf(from) === undefined && !surface.includes(from);
  });
  expect(list(early)).toEqual([]);
});
