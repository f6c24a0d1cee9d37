import { TransformersError } from "../errors.js";
import { Graph, type Value } from "../onnx/graph.js";
import { canonical, topological } from "./gradient.js";
import { isLeaf, type Node } from "./node.js";
import type { Tensor } from "./tensor.js";
import { isTransfer } from "./transfer.js";

/** A computation cut at what is known: its nodes in order, and the known tensors that feed it. */
export interface Plan {
  readonly roots: readonly Tensor[];
  readonly nodes: readonly Node[];
  readonly leaves: readonly Tensor[];
  /** Fused nodes that are computed by their decomposition, because a gradient reads the steps in between. */
  readonly split: ReadonlySet<Node>;
  /** The structure without the leaves' values: equal keys mean that one session serves both. */
  readonly key: string;
  /** Copies between devices that have to be made before: where there are any, this is not yet all there is to do. */
  readonly transfers: readonly Node[];
}

/** Whether a node has nothing to be computed: a leaf, and what has been computed, even if it was released since. */
function isKnown(node: Node): boolean {
  return isLeaf(node) || node.outputs.every(({ storage, lost }) => storage !== null || lost !== null);
}

function isCut(node: Node): boolean {
  return isKnown(node) || isTransfer(node);
}

/**
 * Everything that `roots` need and that is not known yet. Leaves must have values, but for `placeholders`, which
 * stand for what a compiled function will be fed.
 */
export function plan(roots: readonly Tensor[], placeholders: ReadonlySet<Tensor> = new Set()): Plan {
  const targets = [...new Set(roots.map(canonical))];
  const { order, split } = arrange(targets);
  const nodes: Node[] = [];
  const leaves: Tensor[] = [];
  const transfers: Node[] = [];
  let key = "";
  for (const node of order) {
    if (isKnown(node)) {
      for (const output of node.outputs) {
        if (output.storage === null && output.lost !== null) continue; // place() says so to who needs it
        if (!placeholders.has(output)) requireKnown(output);
        leaves.push(output);
        key += `${output.dtype}[${output.shape}]${storedAs(output)};`;
      }
      continue;
    }
    if (isTransfer(node)) {
      transfers.push(node);
      continue;
    }
    nodes.push(node);
    key += split.has(node) ? "same(" : `${node.op.name}(`;
    for (const input of split.has(node) ? node.decomposition! : node.inputs) key += place(input);
    key += `${node.attributesKey};`;
  }
  for (const target of targets) key += place(target);
  return { roots: targets, nodes, leaves, split, key, transfers };
}

/** Where a tensor stands in the order of the nodes: what a structure calls it. */
function place(tensor: Tensor): string {
  const own = canonical(tensor);
  const { node, index, lost } = own;
  if (lost !== null && own.storage === null) throw new TransformersError(lost.code, lost.reason);
  return index === 0 ? `${node.position},` : `${node.position}.${index},`;
}

function storedAs({ storage, dtype }: Tensor): string {
  return storage !== null && storage.dtype !== dtype ? storage.dtype : "";
}

function requireKnown(leaf: Tensor): void {
  if (leaf.storage !== null) return;
  throw new TransformersError(
    "STALE_VALUE",
    `a ${leaf} of this computation has no value; it was created for tracing alone`,
  );
}

/** The nodes in order, and the fused ones some of whose decomposition's steps are computed anyway. */
function arrange(roots: readonly Tensor[]): { order: readonly Node[]; split: ReadonlySet<Node> } {
  const split = new Set<Node>();
  const edges = (node: Node) => (isCut(node) ? [] : split.has(node) ? node.decomposition! : node.inputs);
  for (;;) {
    const order = topological(roots, edges);
    const fused = order.filter((node) => node.decomposition !== null && !split.has(node) && !isKnown(node));
    if (fused.length === 0) return { order, split };
    const all = new Set(order);
    const shared = fused.filter((node) => sharesSteps(node, all));
    // The walks over single nodes have changed positions.
    if (shared.length === 0) return { order: topological(roots, edges), split };
    for (const node of shared) split.add(node); // whose steps may be fused ones again
  }
}

function sharesSteps(node: Node, all: ReadonlySet<Node>): boolean {
  const isInput = (step: Node) => node.inputs.some((input) => input.node === step);
  const steps = topological(node.decomposition!, (step) => (isInput(step) ? [] : step.inputs));
  return steps.some((step) => !isInput(step) && !isLeaf(step) && all.has(step));
}

/** How a leaf enters the graph: fed at every run, or a constant of the session. */
export type LeafRole = (graph: Graph, leaf: Tensor) => Value;

export interface Lowered {
  readonly graph: Graph;
  readonly values: ReadonlyMap<Tensor, Value>;
  /** The roots' values, in order. */
  readonly outputs: readonly Value[];
  /** For each node of the plan the position, among those of the graph, of the first that was written for it. */
  readonly starts: readonly number[];
}

/** Writes a plan as an ONNX graph (a new one unless given) whose outputs are the roots, in order. */
export function lower(
  { roots, nodes, leaves, split }: Plan,
  role: LeafRole,
  graph: Graph = new Graph(),
): Lowered {
  const values = new Map<Tensor, Value>();
  for (const leaf of leaves) values.set(leaf, graph.cast(role(graph, leaf), leaf.dtype));
  const lowered = (tensor: Tensor) => values.get(canonical(tensor))!;
  const starts: number[] = [];
  for (const node of nodes) {
    starts.push(graph.nodes.length);
    const results = split.has(node)
      ? node.decomposition!.map(lowered)
      : node.op.onnx(graph, node.inputs.map(lowered), node.attributes as never, node.outputs);
    const list = Array.isArray(results) ? (results as readonly Value[]) : [results as Value];
    node.outputs.forEach((output, index) => {
      list[index]!.shape ??= output.shape;
      values.set(output, list[index]!);
    });
  }
  const taken = new Set<Value>();
  const outputs = roots.map((root) => {
    // An output has a node of its own to write it.
    const value = lowered(root);
    const own =
      value.producer === null || taken.has(value)
        ? graph.node("Identity", [value], { shape: root.shape })
        : value;
    taken.add(own);
    graph.output(own, root.dtype, root.shape);
    return own;
  });
  return { graph, values, outputs, starts };
}
