import { readFileSync } from "node:fs";
import path from "node:path";

export { largestError, readRecorded } from "./recorded-tensors.js";

export function readJson<T>(...parts: string[]): T {
  return JSON.parse(readFileSync(path.join(...parts), "utf8")) as T;
}
