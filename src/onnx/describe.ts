import { formatShape } from "./dim.js";
import type { Graph, GraphNode, Value } from "./graph.js";
import { type Attribute, Float, type Initializer, opsetVersion } from "./model-proto.js";

/** A graph as ONNX Runtime gets it, as text and in numbers. */
export interface GraphDescription {
  readonly text: string;
  /** How many nodes there are of each operator, the most frequent first. */
  readonly operators: Readonly<Record<string, number>>;
  /** Bytes of the constants that stand in the model itself, and of those that lie beside it. */
  readonly constants: { readonly inside: number; readonly beside: number };
}

/** Describes a graph, one line a node. `labels` says more about values, by their names. */
export function describeGraph(
  graph: Graph,
  labels: ReadonlyMap<string, string> = new Map(),
): GraphDescription {
  const { initializers, inputs, outputs, ...finished } = graph.finish();
  const nodes: readonly GraphNode[] = finished.nodes;
  const operators = countOperators(nodes);
  const constants = sizesOf(initializers);
  const types = typesOf(nodes);
  for (const { name, dtype, shape } of [...inputs, ...outputs])
    types.set(name, `${dtype}${formatShape(shape)}`);
  const inline = inlineConstants(initializers);
  const labelled = (name: string) => (labels.has(name) ? `  ${labels.get(name)}` : "");

  const lines = [
    `ONNX graph, opset ${opsetVersion}: ${nodes.length} nodes, ${inputs.length} inputs, ${outputs.length} outputs, ` +
      `${initializers.length} constants (${formatBytes(constants.inside)} inside${constants.beside > 0 ? `, ${formatBytes(constants.beside)} beside` : ""})`,
    ...inputs.map(({ name }) => `  input   ${name}: ${types.get(name)}${labelled(name)}`),
    ...initializers
      .filter(({ name }) => !inline.has(name))
      .map(({ name, dtype, dims }) => `  weight  ${name}: ${dtype}${formatShape(dims)}${labelled(name)}`),
    ...nodes.map((node) => `  ${describeNode(node, types, inline)}`),
    ...outputs.map(({ name }) => `  output  ${name}: ${types.get(name)}${labelled(name)}`),
    `  operators: ${Object.entries(operators)
      .map(([name, count]) => `${count} ${name}`)
      .join(", ")}`,
  ];
  return { text: lines.join("\n"), operators, constants };
}

function describeNode(
  node: GraphNode,
  types: ReadonlyMap<string, string>,
  inline: ReadonlyMap<string, string>,
): string {
  const inputs = node.inputs.map((name) => inline.get(name) ?? (name === "" ? "-" : name));
  const attributes = Object.entries(node.attributes).map(
    ([name, value]) => `${name}=${formatAttribute(value)}`,
  );
  const call = `${node.outputs.join(", ")} = ${node.opType}(${[...inputs, ...attributes].join(", ")})`;
  const results = [...new Set(node.outputs.flatMap((name) => types.get(name) ?? []))];
  return results.length === 0 ? call : `${call}: ${results.join(", ")}`;
}

/** Types of all values, as far as they are known, by name. */
function typesOf(nodes: readonly GraphNode[]): Map<string, string> {
  const values = nodes.flatMap(({ sources }) => sources.filter((source): source is Value => source !== null));
  return new Map(
    values.flatMap(({ name, dtype, shape }) =>
      shape === null ? [] : [[name, `${dtype}${formatShape(shape)}`]],
    ),
  );
}

function countOperators(nodes: readonly GraphNode[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { opType } of nodes) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

function sizesOf(initializers: readonly Initializer[]) {
  const sizes = { inside: 0, beside: 0 };
  for (const { content } of initializers)
    sizes[content instanceof Uint8Array ? "inside" : "beside"] += content.length;
  return sizes;
}

/** Small constants by name, as they are written where they are used: numbers, axes, shapes. */
function inlineConstants(initializers: readonly Initializer[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, dtype, dims, content } of initializers) {
    if (!(content instanceof Uint8Array) || content.length > 64) continue;
    const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
    const text = elementsOf(dtype, view);
    if (text !== null) found.set(name, dims.length === 0 ? text[0]! : `[${text.join(", ")}]`);
  }
  return found;
}

function elementsOf(dtype: string, view: DataView): string[] | null {
  const read: Record<string, [number, (at: number) => unknown]> = {
    float32: [4, (at) => Number(view.getFloat32(at, true).toPrecision(7))],
    float64: [8, (at) => view.getFloat64(at, true)],
    int64: [8, (at) => view.getBigInt64(at, true)],
    int32: [4, (at) => view.getInt32(at, true)],
    uint32: [4, (at) => view.getUint32(at, true)],
    bool: [1, (at) => view.getUint8(at) === 1],
  };
  const [bytes, element] = read[dtype] ?? [];
  if (bytes === undefined || element === undefined) return null;
  return Array.from({ length: view.byteLength / bytes }, (_, i) => String(element(i * bytes)));
}

function formatAttribute(value: Attribute): string {
  if (value instanceof Float) return String(Number(Math.fround(value.value).toPrecision(7)));
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}

export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const unit = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** unit;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toPrecision(2)} ${units[unit]}`;
}
