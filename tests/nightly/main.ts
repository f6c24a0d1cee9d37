import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { judge } from "../reference/safetensors/judge.js";
import { mutatedFile } from "../reference/safetensors/mutate.js";
import { contend, countCalls, killDownloads } from "../support/download-processes.js";
import { crossReadCaches } from "./hub-cache.js";
import { mutatePickles } from "./pickles.js";
import { mutateSentencePiece } from "./sentencepiece.js";
import { stressTokenizers } from "./tokenizers.js";

// The reliability suites with the counts that are too large for every change:
//   npm run nightly                 all of them
//   npm run nightly -- kill pickles some of them
// What came out is written into verdicts.json beside this file, and kept there.

/** What a suite found wrong, and what it did. */
export interface Verdict {
  readonly flaws: readonly string[];
  readonly facts: Readonly<Record<string, string | number>>;
}

const million = 1_000_000;

const suites: Readonly<Record<string, () => Promise<Verdict>>> = {
  async kill() {
    const calls = await countCalls();
    const bytes = 500 - calls;
    const deaths = [
      ...Array.from({ length: bytes }, (_, i) => ({ dieAtByte: 1 + ((i * 7_919_333) % 300_000) })),
      ...Array.from({ length: calls }, (_, call) => ({ dieAtCall: call + 1, half: call % 2 === 0 })),
    ];
    const { flaws } = await killDownloads(deaths);
    return { flaws, facts: { "deaths at a byte": bytes, "deaths at a call": calls } };
  },
  async contention() {
    const withLocks = await contend(16, 50, { locks: true });
    const without = await contend(16, 50, { locks: false });
    const flaws = [...withLocks.flaws, ...without.flaws];
    if (withLocks.downloads !== 50) flaws.push(`${withLocks.downloads} downloads with locks, 50 are enough`);
    const facts = { processes: 16, rounds: 50, "downloads with locks": withLocks.downloads };
    return { flaws, facts: { ...facts, "downloads without": without.downloads } };
  },
  pickles: () => mutatePickles(million),
  sentencepiece: () => mutateSentencePiece(20_000),
  async safetensors() {
    const begin = performance.now();
    const flaws: string[] = [];
    const kinds = new Set<string>();
    let slowest = 0;
    for (let index = 0; index < million; index++) {
      const file = mutatedFile(5, index);
      const start = performance.now();
      try {
        kinds.add(judge(file).kind);
      } catch (error) {
        flaws.push(`file ${index}: ${String(error)}`);
      }
      const took = performance.now() - start;
      slowest = Math.max(slowest, took);
      if (took > 50) flaws.push(`file ${index} took ${took.toFixed(0)} ms`);
    }
    return {
      flaws,
      facts: {
        files: million,
        kinds: kinds.size,
        slowest_ms: Math.round(slowest),
        seconds: Math.round((performance.now() - begin) / 1000),
      },
    };
  },
  "hub-cache": crossReadCaches,
  tokenizers: () => stressTokenizers(20_000),
};

const file = path.join(import.meta.dirname, "verdicts.json");
const asked = process.argv.slice(2);
for (const name of asked) if (!Object.hasOwn(suites, name)) throw new Error(`no suite ${name}`);
delete process.env.HF_HUB_OFFLINE;
for (const [name, run] of Object.entries(suites)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const begin = performance.now();
  const { flaws, facts } = await run();
  const seconds = Math.round((performance.now() - begin) / 1000);
  console.log(`${name}: ${flaws.length === 0 ? "sound" : `${flaws.length} flaws`} in ${seconds} s`, facts);
  for (const flaw of flaws.slice(0, 20)) console.log(`  ${flaw}`);
  if (flaws.length > 0) process.exitCode = 1;
  const verdicts = JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as Record<string, unknown>;
  verdicts[name] = { sound: flaws.length === 0, ...facts, seconds };
  await writeFile(file, `${JSON.stringify(verdicts, null, 2)}\n`);
}
