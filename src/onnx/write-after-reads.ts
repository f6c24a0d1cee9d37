import { dtypes } from "../runtime/dtype.js";
import { shapesEqual } from "./dim.js";
import { type Graph, type GraphNode, Value } from "./graph.js";
import type { ValueInfo } from "./model-proto.js";
import { Precedence } from "./precedence.js";

/** An output that is to take the place of an input's elements, and the gate its update waits at. */
export interface WriteOver {
  /** null where the output does not depend on what it replaces. */
  readonly input: ValueInfo | null;
  readonly output: Value;
  readonly gate: number | null;
}

/** Operators that write element i after reading element i of their inputs and never look back. */
const overwriting = new Set(["Add", "Sub", "Mul", "Div", "Max"]);

/**
 * Makes it safe that outputs are written over the inputs they replace: everything else that reads such an
 * input has to be done before. Where the graph does not say so by itself, the update's gate is made to wait.
 * Gives for each update whether its output may share the input's memory.
 */
export function writeAfterReads(graph: Graph, updates: readonly WriteOver[]): boolean[] {
  const { nodes } = graph.finish();
  const order = new Precedence(nodes);
  const gates = new Set([...graph.gates.values()].flatMap(({ name }) => order.producer(name) ?? []));
  return updates.map(({ input, output, gate }) => {
    if (input === null) return false;
    const writer = order.producer(output.name)!;
    const elementwise =
      overwriting.has(nodes[writer]!.opType) && shapesEqual(input.shape, output.shape ?? [-1]);
    if (!elementwise) return false;
    const late = order.readers(input.name).filter((i) => i !== writer && !order.isBefore(i, writer));
    if (late.length === 0) return true;
    const gated = gate === null ? undefined : graph.gates.get(gate);
    const at = gated && order.producer(gated.name);
    if (gated === undefined || at === undefined || !order.isBefore(at, writer)) return false;
    if (late.some((i) => [...gates].some((other) => other === i || order.isBefore(other, i)))) return false;
    waitFor(
      graph,
      gated,
      late.map((i) => nodes[i]!),
    );
    return true;
  });
}

/** Lets a gate pass only once the first result of each node is there. */
function waitFor(graph: Graph, gated: Value, nodes: readonly GraphNode[]): void {
  const gate = gated.producer!;
  const value = gate.sources[0]!;
  const results = nodes.map((node) => new Value(node.outputs[0]!, value.dtype, null, node));
  gate.inputs = [after(graph, value, results).name];
}

/**
 * A copy of a value that cannot be made before the signals are there: it is chosen, between the value and the value
 * itself, by an element of each. Nothing that optimises the graph can know that the choice makes no difference.
 */
export function after(graph: Graph, value: Value, signals: readonly Value[]): Value {
  const arrived = signals.map((signal) => {
    const flat = graph.node("Reshape", [signal, graph.ints([-1])], { isSignal: true, distinct: true });
    const first = graph.node("Slice", [flat, graph.ints([0]), graph.ints([1])]);
    const isTrue = graph.node("Cast", [first], { attributes: { to: dtypes.bool.onnx }, dtype: "bool" });
    // A signal without elements counts too.
    const never = graph.constant("bool", [1], Uint8Array.of(0));
    const padded = graph.node("Concat", [isTrue, never], { attributes: { axis: 0 } });
    return graph.node("Gather", [padded, graph.scalar("int64", 0)], { attributes: { axis: 0 }, shape: [] });
  });
  const condition = arrived.reduce((a, b) => graph.node("And", [a, b], { shape: [] }));
  return graph.node("Where", [condition, value, value], { shape: value.shape });
}
