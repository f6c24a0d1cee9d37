// What the sides in JavaScript share: options, and their half of the harness's protocol.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

// One thread: read by the Rust library when it starts.
process.env.TOKENIZERS_PARALLELISM = "false";
process.env.RAYON_NUM_THREADS = "1";

export function readOptions() {
  const { values } = parseArgs({
    options: Object.fromEntries(
      ["folder", "sentences", "spec", "threads"].map((name) => [name, { type: "string" }]),
    ),
  });
  return { ...values, spec: JSON.parse(values.spec ?? "{}") };
}

/** The documents and their size in MB. */
export function readDocuments(file) {
  const documents = JSON.parse(readFileSync(file, "utf8"));
  return { documents, megabytes: documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6 };
}

export async function serve(version, check, round) {
  console.log(JSON.stringify({ ready: true, version, check }));
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "end") break;
    console.log(JSON.stringify({ ms: await round() }));
  }
  const peakKib = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  console.log(JSON.stringify({ peakRssBytes: peakKib * 1024 }));
  process.exit(0);
}

/** Serves rounds of `work`, warmed up for two seconds, in MB/s. */
export async function serveThroughput(version, check, megabytes, work) {
  const warm = performance.now() + 2000;
  while (performance.now() < warm) await work();
  await serve(version, check, async () => {
    // Long enough that a single pause does not decide the round.
    const begin = performance.now();
    let passes = 0;
    let seconds;
    do {
      await work();
      passes++;
      seconds = (performance.now() - begin) / 1000;
    } while (seconds < 0.3);
    return (passes * megabytes) / seconds;
  });
}

export function versionOf(name) {
  const manifest = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(manifest, "utf8")).version}`;
}
