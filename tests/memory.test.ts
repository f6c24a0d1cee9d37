import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const script = path.join(import.meta.dirname, "support", "memory-run.ts");

/** Resident memory in MB after each tenth of a run in a process of its own. */
async function residentMemory(...args: (string | number)[]): Promise<number[]> {
  const command = ["--expose-gc", "--import", "tsx", script, ...args.map(String)];
  // glibc keeps a heap for each thread, whose gaps would pass for a leak.
  const env = { ...process.env, MALLOC_ARENA_MAX: "1" };
  const { stdout } = await promisify(execFile)(process.execPath, command, { env });
  return (JSON.parse(stdout) as number[]).map((bytes) => bytes / 1e6);
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** How much the end of a run is above what it had come to when it was warm, as a share. */
function growth(measured: readonly number[], warm: number): number {
  return median(measured.slice(-3)) / median(measured.slice(warm, warm + 3)) - 1;
}

test("200 training steps at 16 shapes leave the resident memory level", async () => {
  const measured = await residentMemory("training", 200, 16);
  expect(growth(measured, 2), measured.join(", ")).toBeLessThan(0.06);
});

test("2000 inferences at 24 shapes leave the resident memory level", async () => {
  const measured = await residentMemory("inference", 2000, 24);
  expect(growth(measured, 2), measured.join(", ")).toBeLessThan(0.06);
});

test("training at ever new shapes keeps a bounded number of sessions", async () => {
  // After six tenths all that are kept have been made; if they stayed, the rest would add more than a third.
  const measured = await residentMemory("training", 120, 120);
  expect(growth(measured, 5), measured.join(", ")).toBeLessThan(0.06);
});

test("sessions share the memory for their intermediate results", async () => {
  // A run needs some 20 MB; each session would keep as much if it had an arena of its own.
  const measured = await residentMemory("computing", 40, 40);
  expect(measured.at(-1)! - measured[0]!, measured.join(", ")).toBeLessThan(60);
});
