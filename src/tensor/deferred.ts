import { TransformersError } from "../errors.js";
import { canonical, topological } from "./gradient.js";
import type { Tensor } from "./tensor.js";

/**
 * Values that belong to a computation without being asked for: while training, a batch norm's running statistics move
 * on whenever its result is computed.
 */

/** A tensor that can take a value which is still to be computed, as a variable can. */
export type Deferring = Tensor & { defer(value: Tensor, trigger: Tensor): void };

export function canDefer(tensor: Tensor): tensor is Deferring {
  return "defer" in tensor && typeof tensor.defer === "function";
}

let areThereAny = false;
let isRefused = false;

/** Has `value` computed whenever `trigger` is, until it is known. Throws `UNSUPPORTED` while a function is traced. */
export function computeAlong(trigger: Tensor, value: Tensor): void {
  if (isRefused) {
    throw new TransformersError(
      "UNSUPPORTED",
      "a compiled function changes no variables, but a module in it (a batch norm) lets its running statistics follow the batch; call eval() on the model, or compute without compiling",
    );
  }
  areThereAny = true;
  const { node } = trigger;
  const waiting = node.along?.filter(({ storage }) => storage === null) ?? [];
  node.along = [...waiting, canonical(value)];
}

/** Runs `body`, which is called once for many computations and so must not change variables. */
export function refuseDeferring<T>(body: () => T): T {
  const before = isRefused;
  isRefused = true;
  try {
    return body();
  } finally {
    isRefused = before;
  }
}

/** The tensors, and what is to be computed along with the nodes behind them. */
export function withDeferred(roots: readonly Tensor[]): readonly Tensor[] {
  if (!areThereAny) return roots;
  const all = new Set(roots.map(canonical));
  const before = all.size;
  const isKnown = ({ storage }: Tensor) => storage !== null;
  for (const node of topological(roots, ({ inputs, outputs }) => (outputs.every(isKnown) ? [] : inputs))) {
    // A value that was overwritten before it was computed is not wanted any more.
    for (const value of node.along ?? []) if (!isKnown(value) && value.lost === null) all.add(value);
  }
  // What is behind a value may have values of its own: of an earlier batch.
  return all.size === before ? roots : withDeferred([...all]);
}
