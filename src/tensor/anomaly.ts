import type { Node } from "./node.js";

let detecting = false;

/**
 * Switches anomaly detection, as torch.autograd.set_detect_anomaly. While it is on, every operation notes the line that
 * recorded it, and whatever computes a NaN throws `ANOMALY`, which names the operation that it was born in: the first
 * whose result holds a NaN though its inputs hold none, be it of the forward pass or of a gradient. NaNs that no result
 * depends on (those that where() leaves out) are not reported, nor are infinities.
 *
 * Everything is computed anew, with its checks, and an optimizer's step that throws leaves the parameters as they are.
 * That takes a few times as long; it is for finding faults.
 */
export function set_detect_anomaly(mode: boolean): void {
  detecting = mode;
}

/** Anomaly detection while `body` runs, whatever else runs meanwhile included; gives what `body` gives. */
export async function detect_anomaly<T>(body: () => T | Promise<T>): Promise<T> {
  const before = detecting;
  detecting = true;
  try {
    return await body();
  } finally {
    detecting = before;
  }
}

export function isDetectingAnomalies(): boolean {
  return detecting;
}

/** Where an operation was recorded. */
export interface Origin {
  readonly stack: string;
  /** The operation whose gradient rule recorded it. */
  readonly gradientOf: { readonly op: string; readonly origin: Origin | null } | null;
}

let differentiated: Node | null = null;

/** Runs the gradient rule of a node: what it records is noted as its gradient's. */
export function recordGradientOf<T>(node: Node, rule: () => T): T {
  const before = differentiated;
  differentiated = node;
  try {
    return rule();
  } finally {
    differentiated = before;
  }
}

/** Where the operation that is being recorded stands, while anomalies are detected. */
export function currentOrigin(): Origin | null {
  if (!detecting) return null;
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = limit;
  const gradientOf = differentiated && { op: differentiated.op.name, origin: differentiated.origin };
  return { stack, gradientOf };
}

/** Lines that say where an operation was recorded, to stand below a message. */
export function describeOrigin(origin: Origin | null): string {
  if (origin === null) return "\n  It was recorded before anomalies were detected.";
  const { gradientOf, stack } = origin;
  if (gradientOf === null) return `\n  It was recorded${framesOf(stack)}`;
  const forward =
    gradientOf.origin === null ? "." : `, which was recorded${framesOf(gradientOf.origin.stack)}`;
  return `\n  It belongs to the gradient of ${gradientOf.op}${forward}\n  The gradient was recorded${framesOf(stack)}`;
}

// What every call goes through: this room's files, and how a module is called.
const passed = [".", "../nn/module"].map((path) => new URL(path, import.meta.url).pathname);

/** The innermost lines of a stack that tell something: of models, layers, and above all the caller's own. */
function framesOf(stack: string): string {
  const frames = stack
    .split("\n")
    .map((line) => line.trim())
    .filter((frame) => frame.startsWith("at ") && !frame.includes("node:internal"));
  const telling = frames.filter((frame) => !passed.some((path) => frame.includes(path)));
  const shown = (telling.length > 0 ? telling : frames).slice(0, 8);
  return shown.map((frame) => `\n    ${frame}`).join("") || " at an unknown place";
}
