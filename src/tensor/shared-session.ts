import type { DeviceArray, HostArray, Session } from "../runtime/types.js";

/** A session and how many runs of it are under way. */
interface Running {
  readonly session: Session;
  runs: number;
}

/** How a session of the same graph is made that runs faster. */
export interface Improvement {
  make(): Promise<Session>;
  /** About how long that takes, in milliseconds. */
  readonly takes: number;
}

/**
 * A session that several calls may be running while it is given up: it is freed when the last of them ends.
 *
 * The making of a better session begins with the second run: whoever predicts once never waits for it. It goes on
 * beside the calls, unless these take so long themselves that waiting for it does not show: together they would need
 * the memory of both, and slow each other down.
 */
export class SharedSession {
  #current: Running;
  #improve: Improvement | null;
  /** What runs wait for before they begin. */
  #improved: Promise<void> | null = null;
  #firstTook = 0;
  #runs = 0;
  #users = 0;
  #retired = false;

  constructor(session: Session, improve: Improvement | null = null) {
    this.#current = { session, runs: 0 };
    this.#improve = improve;
  }

  /** Keeps the session until `leave()`. Gives false where it was given up before. */
  enter(): boolean {
    if (!this.#retired) this.#users++;
    return !this.#retired;
  }

  /** Runs the session, as `Session.run` says. */
  async run(
    inputs: readonly (HostArray | DeviceArray)[],
    outputs: readonly (HostArray | null)[],
  ): Promise<(HostArray | DeviceArray)[]> {
    const run = ++this.#runs;
    if (run === 2 && this.#improve !== null) {
      const improved = this.#replace();
      if (this.#firstTook > this.#improve.takes) this.#improved = improved;
    }
    if (this.#improved !== null) await this.#improved;
    const running = this.#current;
    running.runs++;
    const begin = performance.now();
    try {
      return await running.session.run(inputs, outputs);
    } finally {
      if (run === 1) this.#firstTook = performance.now() - begin;
      running.runs--;
      if (running !== this.#current && running.runs === 0) running.session.release();
    }
  }

  leave(): void {
    this.#users--;
    this.#freeIfUnused();
  }

  /** Gives the session up. */
  retire(): void {
    this.#retired = true;
    this.#freeIfUnused();
  }

  async #replace(): Promise<void> {
    const better = await this.#improve!.make().catch(() => null); // without it the first one goes on serving
    this.#improve = null;
    this.#improved = null;
    if (!better) return;
    if (this.#retired) {
      better.release();
      return;
    }
    const before = this.#current;
    this.#current = { session: better, runs: 0 };
    if (before.runs === 0) before.session.release();
  }

  #freeIfUnused(): void {
    if (this.#retired && this.#users === 0) this.#current.session.release();
  }
}
