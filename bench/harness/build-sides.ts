import { readdirSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import config from "../../rolldown.config.js";
import { benchData, root } from "./paths.js";

const target = join(benchData, "build");

/** A built side's file: `bench/sides/forward.ts` by the name `sides/forward`. */
export function builtSide(name: string): string {
  return join(target, `${name}.js`);
}

/** Builds the sides in TypeScript as the package is built for Node, and as users run it: without a loader. */
export async function buildSides(): Promise<void> {
  const names = ["sides", "peers/onnx"].flatMap((folder) =>
    readdirSync(join(root, "bench", folder)).map((file) => `${folder}/${file}`),
  );
  const sources = names.filter((name) => name.endsWith(".ts"));
  const input = Object.fromEntries(
    sources.map((name) => [name.replace(/\.ts$/, ""), join(root, "bench", name)]),
  );
  const build = await rolldown({ ...config, input, cwd: root });
  await build.write({ ...config.output, dir: target });
}
