import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { benchData, root } from "./paths.js";

const target = join(benchData, "build");

/** A compiled side's file: `bench/sides/forward.ts` by the name `sides/forward`. */
export function builtSide(name: string): string {
  return join(target, "bench", `${name}.js`);
}

/** Compiles the project and the sides in TypeScript. What does not type-check is told and compiled all the same. */
export function buildSides(): void {
  mkdirSync(target, { recursive: true });
  for (const name of ["package.json", "assets"]) {
    const link = join(target, name);
    if (existsSync(join(root, name)) && !existsSync(link)) symlinkSync(join(root, name), link);
  }
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", join(root, "bench/tsconfig.json")], {
    encoding: "utf8",
  });
  if (status !== 0) process.stderr.write(`bench: the sides do not type-check\n${stdout}`);
}
