import { TransformersError } from "../errors.js";
import { productOfDims } from "../onnx/dim.js";
import { allocate } from "../runtime/dtype.js";
import { getRuntime } from "../runtime/node.js";
import type { HostArray } from "../runtime/types.js";
import { canonical } from "./gradient.js";
import { lower, type Plan, plan } from "./lower.js";
import { SharedSession } from "./shared-session.js";
import type { Tensor } from "./tensor.js";
import type { Variable } from "./variable.js";

/** A variable and the tensor whose value it is to take. */
export interface Update {
  readonly variable: Variable;
  readonly value: Tensor;
  /** Number of the gate() that `value` is computed behind, so that it can be written in place. */
  readonly gate?: number;
}

/** A compiled structure: its session and which outputs may be written over their variables. */
interface Executable {
  readonly session: SharedSession;
  readonly inPlace: readonly boolean[];
}

const capacity = 64;
/** Compiled structures, the least recently used first. */
const executables = new Map<string, Promise<Executable>>();

/**
 * Computes tensors, and lets variables take new values, as one graph and one run. The new values are written
 * where the old ones lie, unless something else reads those afterwards.
 */
export async function realize(tensors: readonly Tensor[], updates: readonly Update[] = []): Promise<void> {
  const values = updates.map(({ value }) => value);
  const wanted = tensors.map(canonical).filter(({ storage }) => storage === null);
  if (wanted.length === 0 && updates.length === 0) return;
  await Promise.all(updates.map(({ variable }) => variable.load()));

  const work = plan([...wanted, ...values]);
  const inputs = await Promise.all(work.leaves.map(hostArray));
  const targets = updates.map(({ variable, value, gate }) => ({
    root: work.roots.indexOf(canonical(value)),
    leaf: work.leaves.indexOf(canonical(variable)),
    gate: gate ?? null,
  }));
  const key = `${work.key}|${targets.map(({ root, leaf }) => `${root}=${leaf}`)}`;
  const { session, inPlace } = await acquire(key, () => compile(work, targets));
  let outputs: HostArray[];
  try {
    outputs = work.roots.map((root, i) => {
      const target = targets.findIndex((update) => update.root === i);
      if (target >= 0 && inPlace[target]) return inputs[targets[target]!.leaf]!;
      return newArray(root);
    });
    await session.run(inputs, outputs);
  } finally {
    session.leave();
  }

  updates.forEach(({ variable }, i) => {
    variable.assign(outputs[targets[i]!.root]!, "an optimizer's step replaced its value");
  });
  work.roots.forEach((root, i) => {
    if (targets.some((update) => update.root === i)) return;
    root.storage = outputs[i]!;
    // Nothing will ask a gradient through it: what it was computed from may go.
    if (!root.node.requiresGrad && root.node.outputs.length === 1) root.node.inputs = [];
  });
}

async function hostArray(leaf: Tensor): Promise<HostArray> {
  const { storage } = leaf;
  return storage !== null && "load" in storage ? storage.load() : storage!;
}

/** Memory for a tensor's elements. */
export function newArray({ dtype, shape }: Pick<Tensor, "dtype" | "shape">): HostArray {
  const count = productOfDims(shape);
  if (typeof count !== "number") {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `a tensor of shape [${shape.join(", ")}] has no size of its own`,
    );
  }
  return { dtype, dims: shape as readonly number[], data: allocate(dtype, count) };
}

/** What runs a structure, compiled if need be and entered before anybody else can give it up. */
async function acquire(key: string, create: () => Promise<Executable>): Promise<Executable> {
  const pending = executables.get(key) ?? create();
  executables.delete(key);
  executables.set(key, pending);
  if (executables.size > capacity) {
    const [oldest] = executables;
    executables.delete(oldest![0]);
    oldest![1].then(({ session }) => session.retire()).catch(() => undefined); // who waits for it hears of its failure
  }
  try {
    const executable = await pending;
    if (executable.session.enter()) return executable;
  } catch (reason) {
    if (executables.get(key) === pending) executables.delete(key);
    throw reason;
  }
  return acquire(key, create);
}

interface Target {
  readonly root: number;
  readonly leaf: number;
  readonly gate: number | null;
}

async function compile(work: Plan, targets: readonly Target[]): Promise<Executable> {
  const { graph, outputs } = lower(work, (graph, leaf) => graph.input(leaf.storage!.dtype, leaf.shape));
  const inPlace = graph.writeAfterReads(
    targets.map(({ root, leaf, gate }) => ({
      input: graph.inputs[leaf] ?? null,
      output: outputs[root]!,
      gate,
    })),
  );
  const runtime = await getRuntime();
  const session = await runtime.createSession(graph.encode(), {
    inputs: graph.inputs.map(({ name }) => name),
    outputs: graph.outputs.map(({ name }) => name),
  });
  return { session: new SharedSession(session), inPlace };
}
