import { parseArgs } from "node:util";
import type { BenchCase } from "./harness/bench-case.js";
import { buildSides } from "./harness/build-sides.js";
import { type Result, runCase } from "./harness/run-case.js";
import { writeReport } from "./report/report.js";

const USAGE = `npm run bench -- [name...] [--case substring] [--rounds N] [--sides ours,onnx] [--report]

Prints one JSON object for every case and peer; a ratio above 1 means that this project is the better.
  name      encode, engine, load, ops, tokenizers, trace; default: all
  --case    only cases whose name contains this
  --rounds  rounds of every side; default: each case's own number
  --sides   only these sides
  --report  write the results into docs/performance.md, beside what stands there already`;

interface Bench {
  readonly cases: readonly BenchCase[];
  /** Figures over several cases. */
  summarise?(results: readonly Result[]): readonly Result[];
}

/** Every benchmark by its name. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  encode: () => import("./encode.js"),
  engine: () => import("./engine.js"),
  load: () => import("./load.js"),
  ops: () => import("./ops.js"),
  tokenizers: () => import("./tokenizers.js"),
  trace: () => import("./trace.js"),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    case: { type: "string", default: "" },
    rounds: { type: "string" },
    sides: { type: "string" },
    report: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const unknown = positionals.find((name) => benches[name] === undefined);
if (unknown !== undefined) console.error(`there is no benchmark "${unknown}"\n`);
if (unknown !== undefined || values.help) {
  console.error(USAGE);
  process.exit(unknown === undefined ? 0 : 2);
}

const options = {
  ...(values.rounds !== undefined && { rounds: Number(values.rounds) }),
  ...(values.sides !== undefined && { sides: values.sides.split(",") }),
};
const results: Result[] = [];
await buildSides();
for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
  const { cases, summarise } = await benches[name]!();
  const before = results.length;
  for (const benchCase of cases.filter((each) => each.name.includes(values.case))) {
    const outcome = await runCase(name, benchCase, options);
    for (const missing of outcome.missing) console.error(`${benchCase.name}: left out ${missing}`);
    for (const failure of outcome.failures) console.error(`${benchCase.name}: FAILED ${failure}`);
    for (const result of outcome.results) console.log(JSON.stringify(result));
    if (outcome.failures.length > 0) process.exitCode = 1;
    results.push(...outcome.results);
  }
  const summary = summarise?.(results.slice(before)) ?? [];
  for (const result of summary) console.log(JSON.stringify(result));
  results.push(...summary);
}
if (values.report) writeReport(results);
