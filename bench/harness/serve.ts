import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import type { Ready } from "./side-process.js";

/** What a case tells a side on its command line. */
export interface SideOptions {
  /** The checkpoint's folder, where the side reads one. */
  readonly folder: string;
  /** An `OperatorSpec` as JSON, where the side runs one operator. */
  readonly spec: string;
  readonly batch: number;
  readonly sequence: number;
  readonly threads: number;
  /** Calls in one round; the round's value is their mean. */
  readonly calls: number;
  readonly dropout: number;
  /** What the start-up cases classify. */
  readonly sentence: string;
  /** A JSON file that lists the sentences of a case with many. */
  readonly sentences: string;
}

export function readSideOptions(): SideOptions {
  const { values } = parseArgs({
    options: {
      folder: { type: "string", default: "" },
      spec: { type: "string", default: "{}" },
      batch: { type: "string", default: "1" },
      sequence: { type: "string", default: "128" },
      threads: { type: "string", default: "2" },
      calls: { type: "string", default: "1" },
      dropout: { type: "string", default: "0" },
      sentence: { type: "string", default: "" },
      sentences: { type: "string", default: "" },
    },
  });
  return {
    folder: values.folder,
    spec: values.spec,
    batch: Number(values.batch),
    sequence: Number(values.sequence),
    threads: Number(values.threads),
    calls: Number(values.calls),
    dropout: Number(values.dropout),
    sentence: values.sentence,
    sentences: values.sentences,
  };
}

/** The side's half of the protocol of `SideProcess`. */
export async function serve(ready: Ready, round?: () => Promise<number>): Promise<void> {
  say({ ready: true, ...ready });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "end") break;
    if (line === "run" && round !== undefined) say({ ms: await round() });
  }
  say({ peakRssBytes: peakRssBytes() });
  process.exit(0);
}

/**
 * The mean time of `calls` calls, in milliseconds. One call goes before them unmeasured, since the other
 * sides have had the processor's caches to themselves in the meantime.
 */
export async function meanMilliseconds(calls: number, call: () => Promise<unknown>): Promise<number> {
  await call();
  const begin = performance.now();
  for (let i = 0; i < calls; i++) await call();
  return (performance.now() - begin) / calls;
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Linux's own high-water mark; getrusage's would include that of the process that started this one. */
function peakRssBytes(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(kib) * 1024;
}
