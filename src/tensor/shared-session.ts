import type { DeviceArray, HostArray, Session } from "../runtime/types.js";

/** A session and how many runs of it are under way. */
interface Running {
  readonly session: Session;
  runs: number;
}

/**
 * A session that several calls may be running while it is given up: it is freed when the last of them ends.
 *
 * `improve` makes a session of the same graph that takes longer to create and runs faster. Its making begins, beside
 * the calls, with the second run: whoever predicts once never waits for it.
 */
export class SharedSession {
  #current: Running;
  #improve: (() => Promise<Session>) | null;
  #runs = 0;
  #users = 0;
  #retired = false;

  constructor(session: Session, improve: (() => Promise<Session>) | null = null) {
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
    if (++this.#runs === 2) void this.#replace();
    const running = this.#current;
    running.runs++;
    try {
      return await running.session.run(inputs, outputs);
    } finally {
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
    const better = await this.#improve?.().catch(() => null); // without it the first one goes on serving
    this.#improve = null;
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
