import { TransformersError } from "../errors.js";
import { findChannelBlock } from "../onnx/blocked-convolution.js";
import { inCacheBlocks } from "../onnx/cache-blocks.js";
import { productOfDims } from "../onnx/dim.js";
import { Graph } from "../onnx/graph.js";
import { encodeModel } from "../onnx/model-proto.js";
import { writeAfterReads } from "../onnx/write-after-reads.js";
import { getRuntime, hostDevice } from "../runtime/index.js";
import type { Device, DeviceArray, HostArray } from "../runtime/types.js";
import { isDetectingAnomalies } from "./anomaly.js";
import { Claim } from "./claims.js";
import { withDeferred } from "./deferred.js";
import { describeFailure } from "./failure.js";
import { canonical } from "./gradient.js";
import { isLazy } from "./lazy-leaf.js";
import { lower, type Plan, plan } from "./lower.js";
import { checkedTensors, countNaNs, requireNoNaN } from "./nan-check.js";
import type { Node } from "./node.js";
import { resultArray } from "./recycling.js";
import { copied, duplicate, elementsFor, isAway } from "./residence.js";
import { type Compiled, estimateBytes, SessionCache } from "./session-cache.js";
import { SharedSession } from "./shared-session.js";
import type { Tensor } from "./tensor.js";
import {
  kernelsOf,
  makeRoom,
  runKernels,
  takePlaces,
  type UpdateKernel,
  type UpdatePlace,
} from "./update-kernels.js";
import type { Variable } from "./variable.js";

/** A variable and the tensor whose value it is to take. */
export interface Update {
  readonly variable: Variable;
  readonly value: Tensor;
  /** Number of the gate() that `value` is computed behind, so that it can be written in place. */
  readonly gate?: number;
  /** A kernel may compute it from the gradient on; updates with the same place belong together. */
  readonly kernel?: { readonly place: UpdatePlace; readonly gradient: Tensor };
}

/** A compiled structure: its session and which outputs may be written over their variables. */
interface Executable extends Compiled {
  readonly inPlace: readonly boolean[];
  /** How each output's sizes are given to the session, which may take other ones for the same elements. */
  readonly shapes: readonly (readonly number[])[];
}

const executables = new SessionCache<Executable>({ sessions: 256, bytes: 2 ** 28 });

/**
 * Computes tensors, and lets variables take new values, as one graph and one run for each device that they lie on.
 * In host memory the new values are written where the old ones lie, unless something else reads those afterwards.
 */
export async function realize(tensors: readonly Tensor[], updates: readonly Update[] = []): Promise<void> {
  const roots = tensors.map(canonical);
  const away = roots.filter(isAway);
  if (away.length > 0) await Promise.all(away.map((root) => elementsFor(root, root.device)));
  const wanted = roots.filter(({ storage }) => storage === null);
  if (wanted.length === 0 && updates.length === 0) return;

  const found = isDetectingAnomalies() ? [] : kernelsOf(updates);
  const kernels = found.length > 0 && makeRoom(found) ? found : [];
  const unread = updates.filter(({ variable }) => variable.device === hostDevice && !isInMemory(variable));
  if (unread.length > 0) await Promise.all(unread.map(({ variable }) => variable.load()));
  if (kernels.length > 0) await takePlaces(kernels);
  requireUnchanged(kernels.flatMap((kernel) => kernel.values)); // while it waited
  const places = new Set(kernels.map(({ place }) => place));
  const others = updates.filter(({ kernel }) => kernel === undefined || !places.has(kernel.place));
  const gradients = kernels.map(({ gradient }) => gradient).filter(({ storage }) => storage === null);
  const work = plan(withDeferred([...wanted, ...gradients, ...others.map(({ value }) => value)]));
  if (work.transfers.length > 0) {
    await transfer(work.transfers);
    return realize(tensors, updates);
  }
  const devices = new Set(work.roots.map((root) => root.device));
  if (kernels.length > 0) devices.add(hostDevice);
  if (devices.size === 1) return run(work, { updates: others, kernels, wanted }, [...devices][0]!);
  for (const each of devices) {
    const isThere = (tensor: Tensor) => tensor.device === each;
    await realize(
      wanted.filter(isThere),
      updates.filter(({ value }) => isThere(value)),
    );
  }
}

/** Makes the copies between devices for which nodes stand, with what lies before them. */
async function transfer(nodes: readonly Node[]): Promise<void> {
  const copies = nodes.map((node) => ({ node, source: node.inputs[0]!, target: node.outputs[0]! }));
  await realize(copies.map(({ source }) => source));
  await Promise.all(
    copies.map(async ({ node, source, target }) => {
      target.storage ??= await copied(source, target.device);
      if (!node.requiresGrad) node.inputs = [];
    }),
  );
}

function isInMemory(variable: Variable): boolean {
  const value = canonical(variable);
  if (isLazy(value)) return true; // when it is asked for
  const { storage } = value;
  return storage !== null && "data" in storage && storage.dtype === variable.dtype;
}

/** What a plan is run for. */
interface Task {
  /** Tensors that are to have elements afterwards. */
  readonly wanted: readonly Tensor[];
  /** Updates whose new values are among the roots. */
  readonly updates: readonly Update[];
  /** Kernels whose gradients are among the roots, where they are not known. */
  readonly kernels: readonly UpdateKernel[];
}

/** Runs a plan all of whose roots lie on one device. */
async function run(work: Plan, { wanted, updates, kernels }: Task, device: Device): Promise<void> {
  const targets = targetsOf(work, updates);
  const replaced = kernels.flatMap(({ values }) => values);
  const read = [...work.leaves, ...replaced].map(({ storage }) => storage!);
  const written = [
    ...targets.flatMap(({ leaf }) => (leaf >= 0 ? read[leaf]! : [])),
    ...kernels.flatMap(({ place }) => place.arrays),
  ];
  const claim = new Claim(read, new Set(written));
  const unchanged = () => requireUnchanged([...work.leaves, ...replaced]);
  try {
    // What was recorded with the values of now reads them, even where a step waits to write over them.
    if (written.length === 0 && (await claim.start({ patient: false }))) unchanged();
    const arrays = work.leaves.map((leaf) => elementsFor(leaf, device));
    const inputs = arrays.some((array) => array instanceof Promise)
      ? await Promise.all(arrays)
      : (arrays as (HostArray | DeviceArray)[]);
    const ready = async () => {
      if (written.length > 0 && (await claim.start())) unchanged();
    };
    const passing = gradientPlaces(kernels, wanted);
    const results = await compute(work, targets, passing, device, inputs, ready);
    const taken = new Set<HostArray | DeviceArray>();
    for (const [i, { variable }] of updates.entries()) {
      const result = results[targets[i]!.root]!;
      // Two variables that take one value must not share its elements, which the next step replaces.
      const own = taken.has(result) ? await duplicate(result) : result;
      taken.add(result);
      variable.assign(own, replacedByStep);
    }
    const updated = new Set(targets.map(({ root }) => root));
    work.roots.forEach((root, i) => {
      if (updated.has(i) || passing.has(root)) return;
      root.storage = results[i]!;
      // Nothing will ask a gradient through it: what it was computed from may go.
      if (!root.node.requiresGrad && root.node.outputs.length === 1) root.node.inputs = [];
    });
    await runKernels(kernels, passing);
    for (const { variables, place } of kernels)
      variables.forEach((variable, i) => {
        variable.assign(place.arrays[1 + i]!, replacedByStep);
      });
  } finally {
    claim.end();
  }
}

const replacedByStep = "an optimizer's step replaced its value";

/** Where gradients are written that nobody but kernels wants. */
function gradientPlaces(
  kernels: readonly UpdateKernel[],
  wanted: readonly Tensor[],
): ReadonlyMap<Tensor, HostArray> {
  const kept = new Set(wanted);
  const places = new Map<Tensor, HostArray>();
  for (const { gradient, place } of kernels)
    if (gradient.storage === null && !kept.has(gradient)) places.set(gradient, place.arrays[0]!);
  return places;
}

/**
 * The roots' elements, those of `passing` where it says. `ready` is awaited when everything but the computation itself
 * has been done.
 */
async function compute(
  work: Plan,
  targets: readonly Target[],
  passing: ReadonlyMap<Tensor, HostArray>,
  device: Device,
  inputs: readonly (HostArray | DeviceArray)[],
  ready: () => Promise<void>,
): Promise<(HostArray | DeviceArray)[]> {
  if (work.roots.length === 0) {
    await ready();
    return [];
  }
  const isChecked = isDetectingAnomalies();
  const places = targets.map(({ root, leaf }) => `${root}=${leaf}`);
  const place = device === hostDevice ? "" : device;
  const key = `${work.key}|${places}${place}${isChecked ? " checked" : ""}`;
  const { session, inPlace, shapes } = await executables.acquire(key, () =>
    compile(work, targets, device, isChecked),
  );
  try {
    await ready();
    const leafUnder = new Map(targets.flatMap(({ root, leaf }, i) => (inPlace[i] ? [[root, leaf]] : [])));
    const outputs = work.roots.map((root, i) => {
      const leaf = leafUnder.get(i);
      if (leaf !== undefined) return inputs[leaf] as HostArray;
      return passing.get(root) ?? (device === hostDevice ? newArray(root) : null);
    });
    const places = outputs.map((array, i) => array && { ...array, dims: shapes[i]! });
    const results = await session.run(inputs, isChecked ? [...places, null] : places);
    outputs.forEach((array, i) => {
      if (array !== null) results[i] = array;
    });
    if (isChecked) await requireFinite(work, results.pop()!);
    return results;
  } catch (reason) {
    throw describeFailure(() => work, reason);
  } finally {
    session.leave();
  }
}

async function requireFinite(work: Plan, counts: HostArray | DeviceArray): Promise<void> {
  const { data } = "download" in counts ? await counts.download() : counts;
  requireNoNaN(work, data as Float32Array);
}

/** Throws `STALE_VALUE` where a leaf was replaced since it was planned with. */
function requireUnchanged(leaves: readonly Tensor[]): void {
  for (const { storage, lost } of leaves) {
    if (storage === null && lost !== null) throw new TransformersError(lost.code, lost.reason);
  }
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
  return resultArray(dtype, shape as readonly number[], count);
}

interface Target {
  /** Which root is the new value. */
  readonly root: number;
  /** Which leaf has the old one, -1 where nothing reads it. */
  readonly leaf: number;
  readonly gate: number | null;
}

/** Where a plan has the new and the old values of variables. */
export function targetsOf({ roots, leaves }: Plan, updates: readonly Update[]): Target[] {
  if (updates.length === 0) return [];
  const rootAt = new Map(roots.map((root, i) => [root, i]));
  const leafAt = new Map(leaves.map((leaf, i) => [leaf, i]));
  return updates.map(({ variable, value, gate }) => ({
    root: rootAt.get(canonical(value))!,
    leaf: leafAt.get(canonical(variable)) ?? -1,
    gate: gate ?? null,
  }));
}

/** Makes the session of a plan; `isChecked` adds what finds anomalies. */
export async function compile(
  work: Plan,
  targets: readonly Target[],
  device: Device,
  isChecked: boolean,
): Promise<Executable> {
  const runtime = await getRuntime();
  await findChannelBlock(runtime);
  const role = (graph: Graph, leaf: Tensor) => graph.input(leaf.storage!.dtype, leaf.shape);
  const { graph, outputs, values } = lower(work, role, new Graph(device));
  const writes = targets.map(({ root, leaf, gate }) => ({
    input: graph.inputs[leaf] ?? null,
    output: outputs[root]!,
    gate,
  }));
  // A step that throws because of a NaN must not have written anything.
  const mayWrite = device === hostDevice && !isChecked;
  const inPlace = mayWrite ? writeAfterReads(graph, writes) : writes.map(() => false);
  if (isChecked) {
    const checked = checkedTensors(work);
    const counts = countNaNs(
      graph,
      checked.map((tensor) => values.get(tensor)!),
    );
    graph.output(counts, "float32", [checked.length]);
  }
  const signature = {
    inputs: graph.inputs.map(({ name }) => name),
    outputs: graph.outputs.map(({ name }) => name),
  };
  const steps = graph.finish();
  const isBlocked = device === hostDevice && !isChecked;
  const model = isBlocked ? inCacheBlocks(steps, runtime.threads) : steps;
  const session = await runtime.createSession(encodeModel(model), signature, {
    device,
    placement: graph.placement,
    optimize: device !== hostDevice,
  });
  return {
    session: new SharedSession(session),
    bytes: estimateBytes(graph, "written"),
    inPlace,
    shapes: model.outputs.map(({ shape }) => shape as readonly number[]),
  };
}
