import type { Graph } from "../onnx/graph.js";
import type { SharedSession } from "./shared-session.js";

/** A compiled structure, and about how many bytes it keeps as long as it is there. */
export interface Compiled {
  readonly session: SharedSession;
  readonly bytes: number;
}

/** What ONNX Runtime 1.30 keeps for a node, as written and optimised: measured on a training step of 5,300 nodes. */
const bytesPerNode = { written: 4_000, optimized: 22_000 };

/** About how many bytes a session of a graph keeps, beside weights that are not in the graph itself. */
export function estimateBytes(graph: Graph, form: keyof typeof bytesPerNode): number {
  const inside = graph.initializers.map(({ content }) =>
    content instanceof Uint8Array ? content.length : 0,
  );
  return inside.reduce((sum, length) => sum + length, graph.nodes.length * bytesPerNode[form]);
}

export interface CacheLimits {
  /** Sessions that are kept. */
  readonly sessions: number;
  /** Bytes that they may keep together; the newest is kept however large it is. */
  readonly bytes: number;
}

interface Entry<E> {
  readonly pending: Promise<E>;
  made: E | null;
  /** 0 until it has been made. */
  bytes: number;
}

/**
 * Compiled structures by their keys, of which the least recently used are given up where there are too many. One
 * that is in use is freed when its last run ends.
 */
export class SessionCache<E extends Compiled> {
  readonly #limits: CacheLimits;
  /** The least recently used first. */
  readonly #entries = new Map<string, Entry<E>>();
  #bytes = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What its sessions are estimated to keep. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * What `key` stands for, made by `create` where it is not there, and entered before anybody else can give it up:
   * call `session.leave()` when done. Whoever waits for a creation that fails hears of it; the next call tries anew.
   */
  async acquire(key: string, create: () => Promise<E>): Promise<E> {
    for (;;) {
      const known = this.#entries.get(key);
      const entry = known ?? this.#add(key, create());
      if (known !== undefined) {
        this.#entries.delete(key);
        this.#entries.set(key, known);
      }
      const executable = await entry.pending;
      if (executable.session.enter()) return executable;
      this.#remove(key, entry);
    }
  }

  /** Gives one up that is out of date, unless another one has taken its place. */
  discard(key: string, executable: E): void {
    const entry = this.#entries.get(key);
    if (entry?.made === executable) this.#remove(key, entry);
    executable.session.retire();
  }

  /** Gives all of them up; those that no run uses are freed when this is done, the others when their last run ends. */
  async release(): Promise<void> {
    const all = [...this.#entries];
    for (const [key, entry] of all) this.#remove(key, entry);
    await Promise.allSettled(all.map(([, { pending }]) => pending));
  }

  #add(key: string, pending: Promise<E>): Entry<E> {
    const entry: Entry<E> = { pending, made: null, bytes: 0 };
    this.#entries.set(key, entry);
    pending.then(
      (made) => {
        if (this.#entries.get(key) !== entry) return;
        entry.made = made;
        entry.bytes = made.bytes;
        this.#bytes += made.bytes;
        this.#shrink();
      },
      () => this.#remove(key, entry),
    );
    this.#shrink();
    return entry;
  }

  #shrink(): void {
    for (const [key, entry] of this.#entries) {
      const fits = this.#entries.size <= this.#limits.sessions && this.#bytes <= this.#limits.bytes;
      if (fits || this.#entries.size === 1) return;
      // One that is being made keeps nothing yet, so that giving it up would help only against their number.
      if (entry.bytes > 0 || this.#entries.size > this.#limits.sessions) this.#remove(key, entry);
    }
  }

  #remove(key: string, entry: Entry<E>): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    entry.pending.then(({ session }) => session.retire()).catch(() => undefined); // who waits for it hears of its failure
  }
}
