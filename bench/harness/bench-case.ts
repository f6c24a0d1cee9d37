/** A file or folder that a side cannot run without, and what to do where it is missing. */
export interface Requirement {
  readonly path: string;
  readonly install: string;
}

/** One program that takes part in a case, in a process of its own. */
export interface Side {
  readonly command: readonly [program: string, ...args: string[]];
  readonly requires?: readonly Requirement[];
}

/**
 * How a case is measured.
 * - `rounds`: all sides live at once and take turns; a value is what a side answers to `run`.
 * - `fresh`: the same, but every round is a new process, for sides too large to live side by side.
 * - `start`: a value is the time from the start of a process to its `ready` line.
 * - `exit`: a value is the time from the start of a process to its end; such a side speaks no protocol.
 */
export type Measure = "rounds" | "fresh" | "start" | "exit";

/** A bound that the project has set itself: a number, or so much more than the median of a side. */
export type Limit = number | { readonly above: string; readonly by: number };

export interface BenchCase {
  /** Model, precision and shape: `bert-base fp32 b8 s128`. */
  readonly name: string;
  readonly measure: Measure;
  readonly unit: string;
  /** Which values are the better ones; default `lower`. */
  readonly better?: "lower" | "higher";
  /** `ours` and its peers, in the order in which they take turns. */
  readonly sides: Readonly<Record<string, Side>>;
  /** Printed as a peer called `limit`. */
  readonly limit?: Limit;
  /** Also report peak resident memory, in MiB, as a case of its own. */
  readonly peakMemory?: { readonly limit?: Limit };
  /**
   * How far the numbers in the `ready` lines of two sides may be apart (logits, losses); default 1e-3.
   * Sides that disagree have not done the same work, and the case fails.
   */
  readonly tolerance?: number;
  /** Rounds where the command line gives none; default 7. */
  readonly rounds?: number;
  /** Makes what the sides read. */
  prepare?(): Promise<void>;
}
