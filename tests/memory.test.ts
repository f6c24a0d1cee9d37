import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** What a script prints, as JSON, when it is run in a process of its own. */
async function run(script: string, ...args: (string | number)[]): Promise<unknown> {
  const file = path.join(import.meta.dirname, "support", script);
  const command = ["--expose-gc", "--import", "tsx", file, ...args.map(String)];
  // glibc keeps a heap for each thread, and large blocks that were freed; both would pass for a leak.
  const env = { ...process.env, MALLOC_ARENA_MAX: "1", MALLOC_MMAP_THRESHOLD_: "65536" };
  const { stdout } = await promisify(execFile)(process.execPath, command, { env });
  return JSON.parse(stdout);
}

/** Resident memory in MB after each tenth of a run. */
async function residentMemory(...args: (string | number)[]): Promise<number[]> {
  return ((await run("memory-run.ts", ...args)) as number[]).map((bytes) => bytes / 1e6);
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** How much the end of a run is above what it had come to when it was warm, as a share. */
function growth(measured: readonly number[], warm: number): number {
  return median(measured.slice(-3)) / measured[warm]! - 1;
}

test("500 training steps at 25 shapes leave the resident memory where it was after the first 50", async () => {
  const measured = await residentMemory("training", 500, 25);
  expect(growth(measured, 0), measured.join(", ")).toBeLessThan(0.02);
});

test("500 inferences at 50 shapes leave the resident memory where it was after the first 50", async () => {
  const measured = await residentMemory("inference", 500, 50);
  expect(growth(measured, 0), measured.join(", ")).toBeLessThan(0.02);
});

test("training at ever new shapes keeps a bounded number of sessions", async () => {
  // After seven tenths all that are kept have been made; if they stayed, the rest would add a quarter.
  const measured = await residentMemory("training", 300, 300);
  expect(growth(measured, 6), measured.join(", ")).toBeLessThan(0.03);
});

test("sessions share the memory for their intermediate results", async () => {
  // A run needs some 20 MB; each session would keep as much if it had an arena of its own.
  const measured = await residentMemory("computing", 40, 40);
  expect(measured.at(-1)! - measured[0]!, measured.join(", ")).toBeLessThan(60);
});

test("the sessions of one model share its weights", async () => {
  // 32 MB of weights, as they are and rearranged: of ten sessions each would otherwise have 64 MB.
  const measured = await residentMemory("signatures", 10, 10);
  expect(measured.at(-1)! - measured[0]!, measured.join(", ")).toBeLessThan(40);
});

test("checkpoints keep one layer's intermediate values at a time", async () => {
  const [plain, checkpointed] = (await Promise.all(
    ["plain", "checkpoint"].map((way) => run("peak-run.ts", way)),
  )) as [{ loss: number; peak: number }, { loss: number; peak: number }];
  expect(checkpointed.loss).toBe(plain.loss);
  // Twelve layers keep some 20 MB each, the checkpoints 1 MB.
  expect(plain.peak - checkpointed.peak, `${plain.peak} ${checkpointed.peak}`).toBeGreaterThan(120e6);
});
