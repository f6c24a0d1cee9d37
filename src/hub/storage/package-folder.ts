import { createRequire } from "node:module";
import path from "node:path";

/** The folder that this package is installed in. */
export function packageFolder(): string {
  return path.dirname(createRequire(import.meta.url).resolve("transformers-ts/package.json"));
}
