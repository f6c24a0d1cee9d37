import { TransformersError } from "../errors.js";
import { type DimBindings, evaluateDim } from "../onnx/dim.js";
import { Graph } from "../onnx/graph.js";
import { getRuntime, hostDevice } from "../runtime/index.js";
import type { Device, DeviceArray, HostArray, SessionOptions, SharedWeights } from "../runtime/types.js";
import { Claim } from "./claims.js";
import { commonDevice } from "./device.js";
import { type Draw, keyArray } from "./generator.js";
import { canonical } from "./gradient.js";
import { type Lowered, lower, type Plan } from "./lower.js";
import { createLeaf, type Shape } from "./node.js";
import { newArray } from "./realize.js";
import { elementsFor } from "./residence.js";
import { type Compiled, estimateBytes } from "./session-cache.js";
import { SharedSession } from "./shared-session.js";
import type { Tensor } from "./tensor.js";
import { type Feed, replace, type Tree } from "./tree.js";
import { Variable } from "./variable.js";
import { asResident, isResident, isShared, presentLeaf, type Resident, Weights } from "./weights.js";

/**
 * Weights of so many bytes are used as they lie at first, and rearranged for speed (which takes a second for each
 * gigabyte or so) from the second call on. Smaller ones take no time; of larger ones there is no room for two copies.
 */
const quickStart = { from: 2 ** 24, upTo: 2 ** 30, bytesPerMillisecond: 2 ** 20 };

/** A traced function that is ready to run. */
export interface Executable extends Compiled {
  readonly device: Device;
  readonly outputs: readonly { readonly tensor: Tensor; readonly shape: Shape }[];
  /** What the function gave when it was traced, with its tensors in place of the results. */
  readonly result: Tree;
  readonly variables: readonly { readonly variable: Variable; readonly version: number }[];
  /** What is fed besides the inputs: that which is in the device's memory, where all sessions share it. */
  readonly resident: readonly Resident[];
  /** Weights in memory, which the session reads where they lie. */
  readonly weights: readonly HostArray[];
  /** Keys of random numbers, which are fed after the rest: new ones at every call. */
  readonly draws: readonly Draw[];
}

/** What a function does with inputs of certain shapes. */
export interface Trace {
  readonly work: Plan;
  readonly result: Tree;
  readonly placeholders: readonly Tensor[];
  readonly draws: readonly Draw[];
}

/** A traced function as a graph, whose inputs are the function's, then what is resident, then random keys. */
export interface LoweredTrace {
  readonly device: Device;
  readonly lowered: Lowered;
  readonly weights: Weights;
  readonly resident: readonly Resident[];
  readonly variables: Executable["variables"];
}

/** Brings what a device's sessions share there; null where it is there already, and lowering can go on. */
export function bringWeights({ work }: Trace): Promise<unknown> | null {
  const device = deviceOf(work);
  if (device === hostDevice) return null;
  const away = work.leaves.filter(
    (leaf) => isShared(leaf) && leaf.storage !== null && !("download" in leaf.storage),
  );
  return away.length === 0 ? null : Promise.all(away.map((leaf) => elementsFor(leaf, device)));
}

/** Writes the graph, with the weights of now. */
export function lowerTrace({ work, placeholders, draws }: Trace): LoweredTrace {
  const device = deviceOf(work);
  const resident = work.leaves
    .filter(({ storage }) => storage !== null && "download" in storage)
    .map(asResident);
  const read = new Set(resident.map(({ leaf }) => leaf));
  const variables = work.leaves.flatMap((leaf) => {
    const { owner } = leaf.node;
    return owner instanceof Variable && !read.has(leaf) ? [{ variable: owner, version: owner.version }] : [];
  });
  const weights = new Weights();
  const graph = new Graph(device);
  const fed = new Map(placeholders.map((input) => [input, graph.input(input.dtype, input.shape)] as const));
  for (const { leaf, dtype } of resident) fed.set(leaf, graph.input(dtype, leaf.shape));
  for (const { key } of draws) fed.set(key, graph.input(key.dtype, key.shape));
  const lowered = lower(work, (_, leaf) => fed.get(leaf) ?? weights.add(graph, leaf), graph);
  return { device, lowered, weights, resident, variables };
}

/** How a session of it is made. */
export function sessionOptions(
  { device, lowered: { graph }, weights }: LoweredTrace,
  prepack: boolean,
  shared: SharedWeights | null = null,
): SessionOptions {
  return {
    device,
    fileWeights: weights.inFiles,
    shared: device === hostDevice && shared !== null ? shared : undefined,
    placement: graph.placement,
    weightsFolder: weights.folder ?? undefined,
    weights: weights.inMemory,
    prepack,
  };
}

/** `shared` is what the function's sessions have in common. */
export async function createExecutable(
  { work, result, draws }: Trace,
  parts: LoweredTrace,
  shared: SharedWeights | null,
): Promise<Executable> {
  const { device, weights, resident, variables } = parts;
  const { graph } = parts.lowered;
  const runtime = await getRuntime();
  const model = graph.encode();
  const signature = {
    inputs: graph.inputs.map(({ name }) => name),
    outputs: graph.outputs.map(({ name }) => name),
  };
  const create = (prepack: boolean) =>
    runtime.createSession(model, signature, sessionOptions(parts, prepack, shared));
  const isQuick =
    device === hostDevice && weights.bytes >= quickStart.from && weights.bytes <= quickStart.upTo;
  const inMemory = [...weights.inMemory.values()];
  const improve = async () => {
    const claim = new Claim(inMemory);
    try {
      await claim.start();
      return await create(true);
    } finally {
      claim.end();
    }
  };
  const session = new SharedSession(
    await create(!isQuick),
    isQuick ? { make: improve, takes: weights.bytes / quickStart.bytesPerMillisecond } : null,
  );
  return {
    session,
    bytes: estimateBytes(graph, "optimized"),
    device,
    outputs: work.roots.map((tensor) => ({ tensor, shape: tensor.shape })),
    result: replace(result, canonical),
    variables,
    resident,
    weights: inMemory,
    draws,
  };
}

/** Whether all that went into a session is as it was. */
export function isCurrent({ variables, resident, device }: Executable): boolean {
  return (
    variables.every(({ variable, version }) => variable.version === version) &&
    resident.every((item) => isResident(item, device))
  );
}

/** One run with these inputs and sizes: the function's result. */
export async function run(
  { session, device, outputs, result, resident, draws }: Executable,
  feeds: readonly Feed[],
  bindings: DimBindings,
): Promise<Tree> {
  const targets = outputs.map(({ tensor, shape }) => {
    if (device !== hostDevice) return null;
    return newArray({ dtype: tensor.dtype, shape: shape.map((dim) => evaluateDim(dim, bindings)) });
  });
  const elements = inputsOf({ device, resident, draws }, feeds);
  const isReady = (array: (typeof elements)[number]) => !(array instanceof Promise);
  const arrays = await session.run(
    elements.every(isReady) ? (elements as (HostArray | DeviceArray)[]) : await Promise.all(elements),
    targets,
  );
  const realised = new Map(outputs.map(({ tensor }, i) => [tensor, realisedTensor(arrays[i]!, device)]));
  return replace(result, (tensor) => realised.get(tensor)!);
}

/** What a graph is fed: the function's inputs, what is resident, and new random keys. */
export function inputsOf(
  { device, resident, draws }: Pick<Executable, "device" | "resident" | "draws">,
  feeds: readonly Feed[],
): (HostArray | DeviceArray | Promise<HostArray | DeviceArray>)[] {
  const read = [...feeds.map(({ tensor }) => canonical(tensor)), ...resident.map(presentLeaf)];
  return [
    ...read.map((tensor) => elementsFor(requireRead(tensor), device)),
    ...draws.map(({ generator }) => keyArray(generator)),
  ];
}

/** Where a traced function runs. Throws `UNSUPPORTED` where it moves from device to device on the way. */
function deviceOf({ roots, transfers }: Plan): Device {
  if (transfers.length > 0) {
    throw new TransformersError(
      "UNSUPPORTED",
      "a function that is compiled runs on one device, but this one calls .to() with another; call it lazily and realize() what it gives",
    );
  }
  return commonDevice("compile", roots) ?? hostDevice;
}

export function requireRead(tensor: Tensor): Tensor {
  if (tensor.storage !== null) return tensor;
  const { lost } = tensor;
  throw new TransformersError(
    lost?.code ?? "NOT_REALIZED",
    lost?.reason ?? `${tensor} has not been computed`,
  );
}

function realisedTensor(array: HostArray | DeviceArray, device: Device): Tensor {
  const tensor = createLeaf({ dtype: array.dtype, shape: array.dims }, device).outputs[0]!;
  tensor.storage = array;
  return tensor;
}
