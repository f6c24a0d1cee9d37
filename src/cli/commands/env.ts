import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { readEnvironment } from "../../hub/download/environment.js";
import { paint } from "../colours.js";
import { ownVersion } from "../version.js";

/** Prints versions and settings, as a report of a fault needs them; the token itself is never shown. */
export function env(flags: { readonly json?: boolean }): void {
  const hub = readEnvironment();
  const facts = {
    "transformers-ts": ownVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch} ${os.release()}`,
    processor: `${os.cpus()[0]?.model.trim() ?? "unknown"}, ${os.availableParallelism()} threads`,
    memory: `${(os.totalmem() / 2 ** 30).toFixed(1)} GiB`,
    "onnxruntime-node": packageVersion("onnxruntime-node"),
    koffi: packageVersion("koffi"),
    endpoint: hub.endpoint,
    cache: hub.cacheFolder,
    offline: hub.offline ? "yes" : "no",
    token: hub.token === null ? "none in HF_TOKEN" : "set by HF_TOKEN",
  };
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(facts)}\n`);
    return;
  }
  const width = Math.max(...Object.keys(facts).map((name) => name.length));
  const lines = Object.entries(facts).map(([name, value]) =>
    process.stdout.isTTY ? `${paint(name.padEnd(width), "dim")}  ${value}` : `${name}\t${value}`,
  );
  process.stdout.write(`${lines.join("\n")}\n`);
}

function packageVersion(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const manifest = folders
    .map((folder) => path.join(folder, name, "package.json"))
    .find((file) => existsSync(file));
  if (manifest === undefined) return "not installed";
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
