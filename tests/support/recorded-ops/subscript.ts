import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

/** As tests/reference/ops/subscript.py writes them: a list is a range, an object names a tensor of the case. */
type Entry = number | null | ":" | "..." | readonly (number | null)[] | { readonly tensor: number };

function subscripts(entries: unknown, tensors: readonly ops.Tensor[]): ops.Subscript[] {
  return (entries as readonly Entry[]).map((entry): ops.Subscript => {
    if (entry === null || typeof entry !== "object") return entry;
    if ("tensor" in entry) return tensors[entry.tensor]!;
    const [start, stop, step] = entry;
    return { start, stop, step: step ?? 1 };
  });
}

export const calls: Calls = {
  at: ([x, ...tensors], { entries }) => ops.at(x!, subscripts(entries, tensors)),
  index_put: ([x, values, ...tensors], { entries, accumulate }) =>
    ops.index_put(x!, subscripts(entries, tensors), values!, { accumulate: accumulate as boolean }),
};
