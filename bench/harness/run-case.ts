import { setTimeout as sleep } from "node:timers/promises";
import type { BenchCase, Limit, Side } from "./bench-case.js";
import { MissingPeer, type Ready, SideProcess, timeToExit } from "./side-process.js";

/** One line of a benchmark's output: this project beside one peer. A ratio above 1 means ours is the better. */
export interface Result {
  readonly bench: string;
  readonly case: string;
  readonly value: number | null;
  readonly unit: string;
  readonly peer: string;
  readonly peerValue: number;
  readonly ratio: number | null;
  readonly best: number | null;
  readonly worst: number | null;
  readonly peerBest: number;
  readonly peerWorst: number;
  readonly rounds: number;
  readonly version: string | null;
  readonly peerVersion: string;
}

export interface CaseOutcome {
  readonly results: readonly Result[];
  /** What went wrong; a case with failures gives no result that could be trusted. */
  readonly failures: readonly string[];
  /** Peers that are not installed here. */
  readonly missing: readonly string[];
}

export interface RunOptions {
  readonly rounds?: number;
  /** Only these sides; default all. */
  readonly sides?: readonly string[];
}

/** ONNX Runtime's and OpenMP's threads spin for some milliseconds after their work: let them fall asleep. */
const PAUSE_MS = 100;

/** Runs all sides of a case, checks that they agree, and compares ours with each peer. */
export async function runCase(
  bench: string,
  benchCase: BenchCase,
  options: RunOptions,
): Promise<CaseOutcome> {
  const rounds = options.rounds ?? benchCase.rounds ?? 7;
  const failures: string[] = [];
  const missing: string[] = [];
  await benchCase.prepare?.();

  const entrants = Object.entries(benchCase.sides)
    .filter(([name]) => options.sides === undefined || options.sides.includes(name))
    .map(([name, side]) => new Entrant(name, side));
  const drop = (entrant: Entrant, error: unknown) => {
    entrants.splice(entrants.indexOf(entrant), 1);
    entrant.process?.kill();
    const list = error instanceof MissingPeer ? missing : failures;
    list.push(`${entrant.name}: ${error instanceof Error ? error.message : String(error)}`);
  };
  const takeTurns = async (turn: (entrant: Entrant) => Promise<void>) => {
    for (const entrant of [...entrants]) {
      await turn(entrant).catch((error: unknown) => drop(entrant, error));
      await sleep(PAUSE_MS);
    }
  };

  if (benchCase.measure === "rounds") await takeTurns((entrant) => entrant.start());
  for (let round = 0; round < rounds; round++) await takeTurns((entrant) => entrant.round(benchCase.measure));
  if (benchCase.measure === "rounds") await takeTurns((entrant) => entrant.end());

  const disagreement = findDisagreement(entrants, benchCase.tolerance ?? 1e-3);
  if (disagreement !== undefined) return { results: [], failures: [...failures, disagreement], missing };
  return { results: compare(bench, benchCase, entrants), failures, missing };
}

/** A side with what it has shown so far. */
class Entrant {
  readonly name: string;
  readonly values: number[] = [];
  readonly peaksMiB: number[] = [];
  ready: Ready = { version: "", check: [] };
  process: SideProcess | undefined;
  readonly #side: Side;

  constructor(name: string, side: Side) {
    this.name = name;
    this.#side = side;
  }

  async start(): Promise<void> {
    this.process = await SideProcess.start(this.#side);
    this.ready = this.process.ready;
  }

  async round(measure: BenchCase["measure"]): Promise<void> {
    if (measure === "exit") {
      this.values.push(await timeToExit(this.#side));
      return;
    }
    if (measure === "rounds") {
      this.values.push(await this.process!.run());
      return;
    }
    await this.start();
    this.values.push(measure === "start" ? this.process!.startSeconds : await this.process!.run());
    await this.end();
  }

  async end(): Promise<void> {
    this.peaksMiB.push((await this.process!.end()) / 2 ** 20);
  }
}

/** Says which two sides differ by more than `tolerance`, and where. */
function findDisagreement(entrants: readonly Entrant[], tolerance: number): string | undefined {
  const [first, ...others] = entrants.filter((entrant) => entrant.ready.check !== null);
  for (const other of others) {
    const [a, b] = [first!.ready.check!, other.ready.check!];
    if (a.length !== b.length)
      return `${first!.name} gives ${a.length} numbers to check, ${other.name} ${b.length}`;
    const index = a.findIndex(
      (value, i) => !(Math.abs(value - b[i]!) <= tolerance * Math.max(1, Math.abs(value))),
    );
    if (index !== -1) {
      return (
        `${first!.name} and ${other.name} disagree by more than ${tolerance}: ` +
        `number ${index} is ${a[index]} against ${b[index]}`
      );
    }
  }
  return undefined;
}

function compare(bench: string, benchCase: BenchCase, entrants: readonly Entrant[]): Result[] {
  const time = compareMetric(entrants, (entrant) => entrant.values, {
    bench,
    case: benchCase.name,
    unit: benchCase.unit,
    better: benchCase.better ?? "lower",
    limit: benchCase.limit,
  });
  if (benchCase.peakMemory === undefined) return time;
  const memory = compareMetric(entrants, (entrant) => entrant.peaksMiB, {
    bench,
    case: `${benchCase.name} peak memory`,
    unit: "MiB",
    better: "lower",
    limit: benchCase.peakMemory.limit,
  });
  return [...time, ...memory];
}

interface Metric {
  readonly bench: string;
  readonly case: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  readonly limit: Limit | undefined;
}

function compareMetric(
  entrants: readonly Entrant[],
  valuesOf: (entrant: Entrant) => readonly number[],
  { limit, better, ...metric }: Metric,
): Result[] {
  const figures = new Map<string, Figures>();
  for (const entrant of entrants) {
    figures.set(entrant.name, { ...summarise(valuesOf(entrant), better), version: entrant.ready.version });
  }
  const bound =
    typeof limit === "object" ? (figures.get(limit.above)?.median ?? Number.NaN) + limit.by : limit;
  const ours = figures.get("ours");
  figures.delete("ours");
  if (bound !== undefined && !Number.isNaN(bound)) {
    figures.set("limit", {
      median: bound,
      best: bound,
      worst: bound,
      rounds: ours?.rounds ?? 0,
      version: "",
    });
  }
  return Array.from(figures, ([peer, theirs]) => ({
    bench: metric.bench,
    case: metric.case,
    value: ours === undefined ? null : round(ours.median),
    unit: metric.unit,
    peer,
    peerValue: round(theirs.median),
    ratio:
      ours === undefined
        ? null
        : round(better === "lower" ? theirs.median / ours.median : ours.median / theirs.median),
    best: ours === undefined ? null : round(ours.best),
    worst: ours === undefined ? null : round(ours.worst),
    peerBest: round(theirs.best),
    peerWorst: round(theirs.worst),
    rounds: theirs.rounds,
    version: ours?.version ?? null,
    peerVersion: theirs.version,
  }));
}

interface Figures {
  readonly median: number;
  readonly best: number;
  readonly worst: number;
  readonly rounds: number;
  readonly version: string;
}

function summarise(values: readonly number[], better: "lower" | "higher"): Omit<Figures, "version"> {
  const sorted = [...values].sort((a, b) => (better === "lower" ? a - b : b - a));
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, best: sorted[0]!, worst: sorted.at(-1)!, rounds: sorted.length };
}

/** Four significant digits: no machine here measures more. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
