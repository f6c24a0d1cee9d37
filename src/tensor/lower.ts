import { TransformersError } from "../errors.js";
import { Graph, type Value } from "../onnx/graph.js";
import { canonical, topological } from "./gradient.js";
import { isLeaf, type Node } from "./node.js";
import type { Tensor } from "./tensor.js";

/** A computation cut at what is known: its nodes in order, and the known tensors that feed it. */
export interface Plan {
  readonly roots: readonly Tensor[];
  readonly nodes: readonly Node[];
  readonly leaves: readonly Tensor[];
  /** Fused nodes that are computed by their decomposition, because a gradient reads the steps in between. */
  readonly split: ReadonlySet<Node>;
  /** The structure without the leaves' values: equal keys mean that one session serves both. */
  readonly key: string;
}

function isKnown(node: Node): boolean {
  return isLeaf(node) || node.outputs.every((output) => output.storage !== null);
}

/**
 * Everything that `roots` need and that is not known yet. Leaves must have values, but for `placeholders`, which
 * stand for what a compiled function will be fed.
 */
export function plan(roots: readonly Tensor[], placeholders: ReadonlySet<Tensor> = new Set()): Plan {
  const targets = [...new Set(roots.map(canonical))];
  const split = nodesToSplit(targets);
  const edges = (node: Node) => (isKnown(node) ? [] : split.has(node) ? node.decomposition! : node.inputs);
  const nodes: Node[] = [];
  const leaves: Tensor[] = [];
  const names = new Map<Tensor, string>();
  const parts: string[] = [];
  for (const node of topological(targets, edges)) {
    if (isKnown(node)) {
      for (const output of node.outputs) {
        if (!placeholders.has(output)) requireKnown(output);
        names.set(output, `#${leaves.length}`);
        leaves.push(output);
        parts.push(`${output.dtype}[${output.shape}]${storedAs(output)}`);
      }
      continue;
    }
    node.outputs.forEach((output, index) => {
      names.set(output, `${nodes.length}.${index}`);
    });
    nodes.push(node);
    const inputs = edges(node).map((input) => names.get(canonical(input)));
    parts.push(`${split.has(node) ? "same" : node.op.name}(${inputs})${node.attributesKey}`);
  }
  parts.push(`>${targets.map((target) => names.get(target))}`);
  return { roots: targets, nodes, leaves, split, key: parts.join(";") };
}

function storedAs({ storage, dtype }: Tensor): string {
  return storage !== null && storage.dtype !== dtype ? storage.dtype : "";
}

function requireKnown(leaf: Tensor): void {
  if (leaf.storage !== null) return;
  throw new TransformersError(
    "STALE_VALUE",
    leaf.lost ?? `a ${leaf} of this computation has no value; it was created for tracing alone`,
  );
}

/** Fused nodes some of whose decomposition's steps are computed anyway. */
function nodesToSplit(roots: readonly Tensor[]): Set<Node> {
  const reached = topological(roots, (node) => (isKnown(node) ? [] : node.inputs));
  const all = new Set(reached);
  const split = new Set<Node>();
  for (const node of reached) {
    if (node.decomposition === null || isKnown(node)) continue;
    const isInput = (step: Node) => node.inputs.some((input) => input.node === step);
    const steps = topological(node.decomposition, (step) => (isInput(step) ? [] : step.inputs));
    if (steps.some((step) => !isInput(step) && !isLeaf(step) && all.has(step))) split.add(node);
  }
  return split;
}

/** How a leaf enters the graph: fed at every run, or a constant of the session. */
export type LeafRole = (graph: Graph, leaf: Tensor) => Value;

export interface Lowered {
  readonly graph: Graph;
  readonly values: ReadonlyMap<Tensor, Value>;
  /** The roots' values, in order. */
  readonly outputs: readonly Value[];
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
  for (const node of nodes) {
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
  return { graph, values, outputs };
}
