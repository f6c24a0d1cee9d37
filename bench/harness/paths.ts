import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** What benchmarks make for themselves; ignored by git. */
export const benchData = join(root, ".data/bench");
/** Interpreter of the peers in Python. */
export const python = join(root, ".venv-bench/bin/python");
