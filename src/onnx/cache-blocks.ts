import { BlockedChain, blocksOf, Constants } from "./blocked-chain.js";
import { type FinishedGraph, GraphValues } from "./graph-values.js";
import { type GraphProto, type NodeProto, Subgraph } from "./model-proto.js";
import { type Region, Regions } from "./regions.js";

/**
 * Elements of a block for each thread: few enough that what lies between the steps stays in a core's cache, enough
 * that ONNX Runtime shares a step among the threads (by its estimate of an addition's cost, from 42,000 on for each).
 */
const blockPerThread = 98_304;

/** A matrix of fewer blocks is computed as a whole. */
const fewestBlocks = 2;

/** A chain that spares fewer passes over its matrix is left as it is. */
const fewestSaved = 1;

/**
 * Lets chains of steps over large matrices go through them block by block, with all steps of one block before the
 * next one. ONNX Runtime's CPU computes each step over the whole matrix, so that every step is a pass through memory.
 * Here a chain becomes a Scan, which reads slices of its inputs where they lie and writes slices of its outputs where
 * they are to be: memory is touched for those alone. An output of the graph that a Scan writes takes the shape of its
 * blocks: as many elements in the same order.
 */
export function inCacheBlocks(graph: FinishedGraph, threads: number, perThread = blockPerThread): GraphProto {
  const values = new GraphValues(graph);
  const length = perThread * threads;
  const regions = new Regions(graph.nodes, values, fewestBlocks * length);
  const chains = new Map<Region, BlockedChain>();
  for (const region of regions.all) {
    const chain = new BlockedChain(graph.nodes, region, values);
    if (chain.saved >= fewestSaved && chain.divide(length, fewestBlocks)) chains.set(region, chain);
  }
  if (chains.size === 0) return graph;

  const constants = new Constants();
  const nodes: NodeProto[] = [];
  const names = new Map<string, string>();
  for (const unit of inOrder(graph, regions, chains)) {
    if (typeof unit === "number") {
      const node = graph.nodes[unit]!;
      nodes.push({ ...node, inputs: node.inputs.map((name) => names.get(name) ?? name) });
    } else {
      nodes.push(...chains.get(unit)!.write(constants, names));
    }
  }
  const shapes = new Map([...chains.values()].flatMap((chain) => [...chain.outputShapes]));
  return {
    nodes,
    inputs: graph.inputs,
    initializers: [...graph.initializers, ...constants.initializers],
    outputs: graph.outputs.map((output) => ({ ...output, shape: shapes.get(output.name) ?? output.shape })),
  };
}

/** Whether a node is a Scan that stands for a chain. */
export function isOverBlocks({ attributes: { body } }: NodeProto): boolean {
  return body instanceof Subgraph && body.name.startsWith(blocksOf);
}

/** Chains and the nodes beside them, each after what it reads, and as near to the order there was as can be. */
function inOrder(
  { nodes }: FinishedGraph,
  regions: Regions,
  chains: ReadonlyMap<Region, BlockedChain>,
): Set<Region | number> {
  const unitAt = (position: number) => {
    const region = regions.at(position);
    return region !== undefined && chains.has(region) ? region : position;
  };
  const ordered = new Set<Region | number>();
  const add = (wanted: Region | number) => {
    const pending = [{ unit: wanted, isReady: false }];
    for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
      if (ordered.has(top.unit)) continue;
      const missing = top.isReady ? [] : regions.sourcesOf(top.unit).map(unitAt);
      if (top.isReady) ordered.add(top.unit);
      else pending.push({ unit: top.unit, isReady: true });
      for (const unit of missing) if (!ordered.has(unit)) pending.push({ unit, isReady: false });
    }
  };
  const last = new Map([...chains.keys()].map((region) => [region, Math.max(...region.members.keys())]));
  nodes.forEach((_, position) => {
    const unit = unitAt(position);
    if (typeof unit === "number" || last.get(unit) === position) add(unit);
  });
  return ordered;
}
