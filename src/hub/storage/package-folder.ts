import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** The folder that this package is installed in. */
export function packageFolder(): string {
  return path.dirname(createRequire(import.meta.url).resolve("transformers-ts/package.json"));
}

export function ownVersion(): string {
  const manifest = readFileSync(path.join(packageFolder(), "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
