import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Side } from "./bench-case.js";

/** What a side says about itself once it is loaded and warm. */
export interface Ready {
  readonly version: string;
  /** Numbers that all sides of a case must agree on; null where this one's work gives other ones. */
  readonly check: readonly number[] | null;
}

/** A side's requirement is not there: no failure, but something to tell. */
export class MissingPeer extends Error {}

/**
 * A running side. The protocol, one JSON object a line on the side's standard output:
 * after its warm-up `{"ready":true,"version":"...","check":[...]}`; for each line `run` on its standard
 * input one measured round, `{"ms":12.3}`; for `end`, `{"peakRssBytes":123}`, and it exits.
 */
export class SideProcess {
  /** Seconds from the start of the process to its `ready` line. */
  readonly startSeconds: number;
  readonly ready: Ready;
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<unknown>;

  private constructor(process: ChildProcess, answers: AsyncIterator<unknown>, ready: Ready, seconds: number) {
    this.#process = process;
    this.#answers = answers;
    this.ready = ready;
    this.startSeconds = seconds;
  }

  /** Starts a side and waits until it is ready. Throws `MissingPeer` where a requirement is not there. */
  static async start(side: Side): Promise<SideProcess> {
    checkRequirements(side);
    const [program, ...args] = side.command;
    const begin = performance.now();
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    const answers = readAnswers(child);
    const ready = (await next(answers)) as Ready;
    const seconds = (performance.now() - begin) / 1000;
    if (typeof ready.version !== "string" || !(ready.check === null || Array.isArray(ready.check))) {
      child.kill();
      throw new Error(`${side.command.join(" ")}: no ready line but ${JSON.stringify(ready)}`);
    }
    return new SideProcess(child, answers, ready, seconds);
  }

  /** One round: milliseconds, or whatever the case's unit is. */
  async run(): Promise<number> {
    this.#process.stdin?.write("run\n");
    return ((await next(this.#answers)) as { ms: number }).ms;
  }

  /** Ends the process; its peak resident memory in bytes. */
  async end(): Promise<number> {
    this.#process.stdin?.end("end\n");
    const { peakRssBytes } = (await next(this.#answers)) as { peakRssBytes: number };
    await this.#answers.next();
    return peakRssBytes;
  }

  kill(): void {
    this.#process.kill();
  }
}

/** Runs a side that speaks no protocol; seconds from its start to its end. One that fails throws. */
export async function timeToExit(side: Side): Promise<number> {
  checkRequirements(side);
  const [program, ...args] = side.command;
  const begin = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("exit", resolve).once("error", reject);
  });
  if (code !== 0) throw new Error(`${side.command.join(" ")} ended with ${code}`);
  return (performance.now() - begin) / 1000;
}

function checkRequirements(side: Side): void {
  for (const { path, install } of side.requires ?? []) {
    if (!existsSync(path)) throw new MissingPeer(`${path} is missing: ${install}`);
  }
}

async function next(answers: AsyncIterator<unknown>): Promise<unknown> {
  const { value, done } = await answers.next();
  if (done) throw new Error("the side ended without an answer");
  return value;
}

/** The JSON lines of a child; other lines are a library's chatter. A child that fails throws its last words. */
async function* readAnswers(child: ChildProcess): AsyncGenerator<unknown, void> {
  let lastWords = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    lastWords = (lastWords + chunk).slice(-4000);
  });
  child.stdin?.on("error", () => {}); // a dead child is reported below, by its exit code
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("close", resolve).once("error", reject);
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.startsWith("{")) yield JSON.parse(line);
  }
  const code = await exited;
  if (code !== 0) throw new Error(`${child.spawnargs.join(" ")} ended with ${code}:\n${lastWords}`);
}
