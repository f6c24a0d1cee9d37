import { readFileSync } from "node:fs";
import path from "node:path";
import { packageFolder } from "../hub/storage/package-folder.js";

export function ownVersion(): string {
  const manifest = readFileSync(path.join(packageFolder(), "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
