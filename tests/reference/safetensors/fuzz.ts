import { performance } from "node:perf_hooks";
import { judge } from "./judge.js";
import { fuzzSeed, mutatedFile } from "./mutate.js";

// The nightly run: a million mutated files through the reader, each ending in a header or in one of our errors.
//   npx tsx tests/reference/safetensors/fuzz.ts [count] [seed]

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? fuzzSeed);
const kinds = new Map<string, number>();
let slowest = { milliseconds: 0, index: -1 };

for (let index = 0; index < count; index++) {
  const file = mutatedFile(seed, index);
  try {
    const { kind } = judge(file);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  } catch (error) {
    console.error(`file ${index} of seed ${seed}: ${Buffer.from(file).toString("base64")}`);
    throw error;
  }
  const milliseconds = fastestOf(3, file);
  if (milliseconds > slowest.milliseconds) slowest = { milliseconds, index };
}

console.table([...kinds].sort(([, a], [, b]) => b - a).map(([kind, files]) => ({ kind, files })));
console.log(`${count} files; the slowest, ${slowest.index}, took ${slowest.milliseconds.toFixed(1)} ms`);
if (slowest.milliseconds > 50) throw new Error("a file of some kilobytes must take at most 50 ms");
console.log(`peak resident memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);

/** Milliseconds for judging a file, the shortest of some tries: the longest may be another process's. */
function fastestOf(tries: number, file: Uint8Array): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < tries; i++) {
    const start = performance.now();
    judge(file);
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}
