import { dimsEqual, shapesEqual } from "./dim.js";
import type { Graph, GraphNode, Value } from "./graph.js";

/**
 * Puts ONNX Runtime's fused operators in the place of the steps they cover, where nothing else reads those steps:
 * in training the backward pass does, and they stay. `nodes` are in order; a fused node keeps the name of what it
 * replaces, and steps that nothing reads any more are left to be dropped.
 */
export function fuse(graph: Graph, nodes: readonly GraphNode[], outputs: ReadonlySet<string>): GraphNode[] {
  const uses = new Map<string, number>();
  for (const node of nodes) for (const name of node.inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  const isRead = (name: string) => uses.has(name) || outputs.has(name);

  /** The node that makes a value which one reader alone wants. */
  const step = (value: Value | null | undefined, opType: string): GraphNode | null => {
    const node = value?.producer;
    const own = node?.opType === opType && uses.get(value!.name) === 1 && !outputs.has(value!.name);
    return own ? node : null;
  };
  /** The sides of `x + bias`, a bias being one number for each entry of the last axis. */
  const biased = (value: Value | null | undefined): { x: Value; bias: Value } | null => {
    const sum = step(value, "Add");
    if (sum === null) return null;
    const [x, bias] = sum.sources as [Value, Value];
    const fits = bias.shape?.length === 1 && x.shape !== null && x.shape.length > 1;
    return fits && dimsEqual(bias.shape![0]!, x.shape!.at(-1)!) ? { x, bias } : null;
  };

  return nodes.flatMap((node): GraphNode[] => {
    if (node.outputs.length > 1) node = { ...node, outputs: withoutUnreadTail(node.outputs, isRead) };
    switch (node.opType) {
      case "Gelu": {
        const parts = biased(node.sources[0]);
        return [parts === null ? node : contrib(node, "BiasGelu", [parts.x, parts.bias])];
      }
      case "LayerNormalization":
        return [skipLayerNorm(node) ?? node];
      case "MultiHeadAttention":
        return attentionWithBias(node);
      default:
        return [node];
    }
  });

  /** LayerNormalization(x + residual + bias) in one pass. */
  function skipLayerNorm(node: GraphNode): GraphNode | null {
    const [sumValue, weight, shift] = node.sources as [Value, Value, Value | undefined];
    const sum =
      node.outputs.length === 1 && node.attributes.axis === -1 && shift ? step(sumValue, "Add") : null;
    const [left, right] = (sum?.sources ?? []) as [Value?, Value?];
    const rank = left?.shape?.length;
    if (!left?.shape || !right?.shape || (rank !== 2 && rank !== 3) || !shapesEqual(left.shape, right.shape))
      return null;
    const parts = biased(left);
    const inputs =
      parts === null ? [left, right, weight, shift!] : [parts.x, right, weight, shift!, parts.bias];
    const { epsilon } = node.attributes;
    return { ...contrib(node, "SkipLayerNormalization", inputs), attributes: { epsilon: epsilon! } };
  }

  /** The projections' biases are added where the operator rearranges its inputs anyway. */
  function attentionWithBias(node: GraphNode): GraphNode[] {
    const parts = node.sources.slice(0, 3).map(biased);
    if (node.sources[3] || !parts.every((part) => part !== null)) return [node];
    const biases = parts.map(({ bias }) => bias);
    const joined = graph.node("Concat", biases, { attributes: { axis: 0 } });
    const inputs = [...parts.map(({ x }) => x), joined, ...node.sources.slice(4)];
    return [
      joined.producer!,
      { ...contrib(node, "MultiHeadAttention", inputs), attributes: node.attributes },
    ];
  }
}

function contrib(node: GraphNode, opType: string, sources: readonly (Value | null)[]): GraphNode {
  const inputs = sources.map((source) => source?.name ?? "");
  return { ...node, opType, domain: "com.microsoft", sources, inputs, attributes: {} };
}

function withoutUnreadTail(outputs: readonly string[], isRead: (name: string) => boolean): readonly string[] {
  let length = outputs.length;
  while (length > 1 && !isRead(outputs[length - 1]!)) length--;
  return outputs.slice(0, length);
}
