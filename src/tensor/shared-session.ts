import type { HostArray, Session } from "../runtime/types.js";

/** A session that several calls may be running while it is given up: it is freed when the last of them ends. */
export class SharedSession {
  readonly #session: Session;
  #users = 0;
  #retired = false;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Keeps the session until `leave()`. Gives false where it was given up before. */
  enter(): boolean {
    if (!this.#retired) this.#users++;
    return !this.#retired;
  }

  async run(inputs: readonly HostArray[], outputs: readonly HostArray[]): Promise<void> {
    await this.#session.run(inputs, outputs);
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

  #freeIfUnused(): void {
    if (this.#retired && this.#users === 0) this.#session.release();
  }
}
