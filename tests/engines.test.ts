import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..");
const run = promisify(execFile);

interface Outcome {
  before: number[][];
  losses: number[];
  after: number[][];
}

async function outcome(engine: "c-api" | "binding"): Promise<Outcome> {
  const child = path.join(root, "tests/support/engine-child.ts");
  const { stdout } = await run(process.execPath, ["--import", "tsx", child, engine], { cwd: root });
  return JSON.parse(stdout) as Outcome;
}

test("the fall-back binding predicts and trains as the C API does", async () => {
  const [native, fallback] = await Promise.all([outcome("c-api"), outcome("binding")]);
  expect(fallback).toEqual(native);
  expect(native.losses[2]).toBeLessThan(native.losses[0]!);
  expect(native.after).not.toEqual(native.before);
});
