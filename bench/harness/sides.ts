import { join } from "node:path";
import type { Side } from "./bench-case.js";
import { python, root } from "./paths.js";

// The programs that take part in cases, by what they are written with.

/** Every side computes with so many threads. */
export const THREADS = 2;

const setup = "run bench/peers/setup.sh";
const tokenizersFolder = join(root, "bench/peers/tokenizers");
const transformersJsFolder = join(root, "bench/peers/transformers-js");

/** What a side is told on its command line. */
export function sideOptions(options: Readonly<Record<string, string | number>>): string[] {
  return Object.entries({ ...options, threads: THREADS }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
}

export function node(file: string, args: readonly string[]): Side {
  return { command: [process.execPath, file, ...args] };
}

/** A script of `peers/pytorch`. */
export function pytorch(script: string, args: readonly string[]): Side {
  return {
    command: [python, join(root, "bench/peers/pytorch", script), ...args],
    requires: [{ path: python, install: setup }],
  };
}

/** A script in JavaScript of `peers/tokenizers`. */
export function tokenizersJs(script: string, args: readonly string[]): Side {
  return {
    ...node(join(tokenizersFolder, script), args),
    requires: [{ path: join(tokenizersFolder, "node_modules"), install: setup }],
  };
}

/** A script in Python of `peers/tokenizers`. */
export function tokenizersPython(script: string, args: readonly string[]): Side {
  return {
    command: [python, join(tokenizersFolder, script), ...args],
    requires: [{ path: python, install: setup }],
  };
}

/** A script of `peers/transformers-js`, with a model that PyTorch has exported. */
export function transformersJs(script: string, model: string, args: readonly string[]): Side {
  return {
    ...node(join(transformersJsFolder, script), args),
    requires: [
      { path: join(transformersJsFolder, "node_modules"), install: setup },
      { path: model, install: `PyTorch exports it; ${setup}` },
    ],
  };
}
