import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/paths.js";
import type { Result } from "../harness/run-case.js";
import { type BarGroup, barChart } from "./chart.js";
import { describeMachine, type Machine } from "./machine.js";

/** A result as it is kept, with the day of its measurement. */
type DatedResult = Result & { readonly date: string };

interface PerformanceRecord {
  readonly machine: Machine;
  readonly results: readonly DatedResult[];
}

const docs = join(root, "docs");
const recordFile = join(docs, "performance.json");

/**
 * Writes docs/performance.md with a chart for every benchmark. Results of the same machine that were not
 * measured anew stay, out of docs/performance.json; those of another machine go.
 */
export function writeReport(results: readonly Result[]): void {
  const machine = describeMachine();
  const date = new Date().toISOString().slice(0, 10);
  const measured = new Set(results.map(keyOf));
  const kept = readRecord(machine).filter((result) => !measured.has(keyOf(result)));
  const all = [...kept, ...results.map((result) => ({ ...result, date }))];

  mkdirSync(docs, { recursive: true });
  writeFileSync(
    recordFile,
    `${JSON.stringify({ machine, results: all } satisfies PerformanceRecord, null, 2)}\n`,
  );
  const benches = [...new Set(all.map((result) => result.bench))].sort();
  const sections = benches.map((bench) => {
    const ofBench = all.filter((result) => result.bench === bench);
    writeFileSync(join(docs, `performance-${bench}.svg`), barChart(bench, barGroups(ofBench)));
    return section(bench, ofBench);
  });
  writeFileSync(join(docs, "performance.md"), [preamble(machine), ...sections].join("\n"));
}

function keyOf({ bench, case: name, peer }: Result): string {
  return JSON.stringify([bench, name, peer]);
}

function readRecord(machine: Machine): readonly DatedResult[] {
  if (!existsSync(recordFile)) return [];
  const record = JSON.parse(readFileSync(recordFile, "utf8")) as PerformanceRecord;
  return JSON.stringify(record.machine) === JSON.stringify(machine) ? record.results : [];
}

function preamble({ processor, cores, memoryGiB, system, node }: Machine): string {
  return `# Performance

Written by \`npm run bench -- --report\`; [bench/README.md](../bench/README.md) says how it is measured.
Medians, with best to worst in brackets. A ratio above 1 means that this project is faster, or smaller;
below 15 % nothing is a difference on a shared machine.

Measured on ${processor}, ${cores} cores, ${memoryGiB} GiB of memory, ${system}, Node ${node}; two threads on every side.
`;
}

function section(bench: string, results: readonly DatedResult[]): string {
  const cell = (value: number | null, best: number | null, worst: number | null) =>
    value === null ? "" : best === worst ? `${value}` : `${value} (${best} to ${worst})`;
  const rows = results.map(
    (result) =>
      `| ${result.case} | ${result.unit} | ${cell(result.value, result.best, result.worst)} | ${result.peer} ` +
      `| ${cell(result.peerValue, result.peerBest, result.peerWorst)} | ${result.ratio ?? ""} | ${result.date} |`,
  );
  const versions = new Map<string, string>();
  for (const { version, peer, peerVersion } of results) {
    if (version) versions.set("ours", version);
    if (peerVersion) versions.set(peer, peerVersion);
  }
  return `## ${bench}

![Bars for every case](performance-${bench}.svg)

| case | unit | ours | peer | peer's | ratio | measured |
|---|---|---|---|---|---|---|
${rows.join("\n")}

${Array.from(versions, ([side, version]) => `- ${side}: ${version}`).join("\n")}
`;
}

function barGroups(results: readonly Result[]): BarGroup[] {
  const names = [...new Set(results.map((result) => result.case))];
  return names.map((title) => {
    const ofCase = results.filter((result) => result.case === title);
    const { value, unit } = ofCase[0]!;
    const ours = value === null ? [] : [{ label: "ours", value }];
    return {
      title,
      unit,
      bars: [...ours, ...ofCase.map(({ peer, peerValue }) => ({ label: peer, value: peerValue }))],
    };
  });
}
