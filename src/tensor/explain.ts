import { TransformersError } from "../errors.js";
import { inCacheBlocks, isOverBlocks } from "../onnx/cache-blocks.js";
import { describeGraph, type GraphDescription } from "../onnx/describe.js";
import { Graph } from "../onnx/graph.js";
import { encodeModel } from "../onnx/model-proto.js";
import { getRuntime, hostDevice } from "../runtime/index.js";
import type { DeviceArray, HostArray, SessionOptions } from "../runtime/types.js";
import { canonical } from "./gradient.js";
import { type Lowered, lower, type Plan, plan } from "./lower.js";
import type { Node } from "./node.js";
import { elementsFor } from "./residence.js";
import type { Tensor } from "./tensor.js";
import { describeTimes } from "./times.js";
import { collect, type Tree } from "./tree.js";

/** Names of tensors, such as `model.named_parameters()` gives. */
export type TensorNames = Iterable<readonly [name: string, tensor: Tensor]>;

/** What has an explanation of its own: a model, for the graph that a call with these inputs runs. */
export interface Explainable<I> {
  explain(inputs: I): Promise<Explanation>;
}

/** How a graph is run, for its times to be taken. */
interface Execution {
  readonly options: SessionOptions;
  inputs(): Promise<(HostArray | DeviceArray)[]>;
}

/**
 * A computation that has been recorded, and the ONNX graph that it becomes. `String(explanation)`, or printing it,
 * gives both as text.
 */
export class Explanation {
  /** The recorded operations, one a line: number, operation, operands, attributes, dtype and shape. */
  readonly recorded: string;
  /** The ONNX graph, one node a line. Those that go through a large matrix block by block stand for themselves. */
  readonly onnx: string;
  /** How many ONNX nodes there are of each operator. */
  readonly operators: GraphDescription["operators"];
  /** Bytes of the ONNX graph's constants: in the model itself, and beside it. */
  readonly constants: GraphDescription["constants"];
  readonly #work: Plan;
  readonly #lowered: Lowered;
  readonly #execution: Execution;

  constructor(work: Plan, lowered: Lowered, execution: Execution, names: TensorNames = []) {
    const named = new Map([...names].map(([name, tensor]) => [canonical(tensor), name]));
    this.#work = work;
    this.#lowered = lowered;
    this.#execution = execution;
    this.recorded = describePlan(work, named);
    const labels = work.leaves.map(
      (leaf) => [lowered.values.get(leaf)?.name ?? "", labelOf(leaf, named)] as const,
    );
    const { text, operators, constants } = describeGraph(lowered.graph, new Map(labels));
    this.onnx = text;
    this.operators = operators;
    this.constants = constants;
  }

  toString(): string {
    return `${this.recorded}\n\n${this.onnx}`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /**
   * Runs the graph a few times and says where the time goes: by operator, by recorded operation, and in the slowest
   * nodes. Throws `UNSUPPORTED` where ONNX Runtime gives no times: in browsers, and through its own binding.
   */
  async profile(options: { runs?: number } = {}): Promise<string> {
    const { runs = 5 } = options;
    const { graph, starts } = this.#lowered;
    const runtime = await getRuntime();
    if (runtime.profile === undefined) {
      throw new TransformersError(
        "UNSUPPORTED",
        `profile: ${runtime.name} gives no times of single operators`,
      );
    }
    const signature = {
      inputs: graph.inputs.map(({ name }) => name),
      outputs: graph.outputs.map(({ name }) => name),
    };
    const inputs = await this.#execution.inputs();
    const execution = this.#execution.options;
    const isBlocked = execution.device === hostDevice && execution.optimize === false;
    const model = isBlocked ? inCacheBlocks(graph.finish(), runtime.threads) : graph.finish();
    let milliseconds = 0;
    const events = await runtime.profile(encodeModel(model), signature, execution, async (session) => {
      const begin = performance.now();
      for (let run = 0; run < runs; run++) {
        await session.run(
          inputs,
          graph.outputs.map(() => null),
        );
      }
      milliseconds = performance.now() - begin;
    });
    const writer = new Map<string, Node>();
    this.#work.nodes.forEach((node, i) => {
      for (const { outputs } of graph.nodes.slice(starts[i], starts[i + 1])) writer.set(outputs[0]!, node);
    });
    // The times of a Scan over blocks are those of its steps, whose names only add something.
    const steps = new Set(graph.nodes.map(({ outputs }) => outputs[0]!));
    const scans = new Set(model.nodes.filter(isOverBlocks).map(({ outputs }) => outputs[0]!));
    const single = events.flatMap((event) => {
      if (event.opType === "Scan" && scans.has(event.node)) return [];
      const step = event.node.slice(0, -1);
      return event.node.endsWith("~") && steps.has(step) ? [{ ...event, node: step }] : [event];
    });
    return describeTimes(single, writer, { runs, milliseconds });
  }
}

/**
 * Explains what stands behind tensors that have been recorded and not been computed, a model's output among them:
 * `explain(loss)`, `explain(model(batch))`. `await explain(model, inputs)` explains the session that awaiting
 * `model(inputs)` runs, with symbolic sizes. `names` names the leaves.
 *
 *     console.log(explain(loss, { names: model.named_parameters() }));
 */
export function explain(target: Tree | object, options?: { names?: TensorNames }): Explanation;
export function explain<I>(target: Explainable<I>, inputs: I): Promise<Explanation>;
export function explain(target: unknown, second: unknown = {}): Explanation | Promise<Explanation> {
  if (isExplainable(target)) return target.explain(second);
  const roots = collect(target as Tree).map(({ tensor }) => tensor);
  if (roots.length === 0)
    throw new TransformersError("INVALID_ARGUMENT", "explain: there is no tensor in this");
  const work = plan(roots);
  const device = roots[0]!.device;
  const lowered = lower(
    work,
    (graph, leaf) => graph.input(leaf.storage!.dtype, leaf.shape),
    new Graph(device),
  );
  const inputs = async () => Promise.all(work.leaves.map((leaf) => elementsFor(leaf, device)));
  return new Explanation(
    work,
    lowered,
    { options: { device, optimize: false }, inputs },
    (second as { names?: TensorNames }).names,
  );
}

function isExplainable(target: unknown): target is Explainable<unknown> {
  return target !== null && ["object", "function"].includes(typeof target) && "explain" in (target as object);
}

/** The recorded graph as text. */
function describePlan(work: Plan, names: ReadonlyMap<Tensor, string>): string {
  const numbers = new Map<Tensor, string>(work.leaves.map((leaf, i) => [leaf, `%${i}`]));
  for (const [i, { outputs }] of work.nodes.entries()) {
    const number = `%${work.leaves.length + i}`;
    for (const [index, output] of outputs.entries())
      numbers.set(output, outputs.length === 1 ? number : `${number}.${index}`);
  }
  const nameOf = (tensor: Tensor) => numbers.get(canonical(tensor)) ?? "?";
  const lines = [
    `recorded: ${work.nodes.length} operations, ${work.leaves.length} leaves`,
    ...work.leaves.map((leaf) => `  ${nameOf(leaf)}: ${leaf}  ${labelOf(leaf, names)}`),
    ...work.nodes.map((node) => {
      const operands = [...node.inputs.map(nameOf), ...attributesOf(node)].join(", ");
      const split = work.split.has(node) ? "  (computed in its steps)" : "";
      return `  ${node.outputs.map(nameOf).join(", ")} = ${node.op.name}(${operands}): ${node.outputs.join(", ")}${split}`;
    }),
    ...work.transfers.map(
      ({ inputs, outputs }) => `  before that: ${inputs[0]} is copied to ${outputs[0]!.device}`,
    ),
    `  results: ${work.roots.map(nameOf).join(", ")}`,
  ];
  return lines.join("\n");
}

function attributesOf({ attributes }: Node): string[] {
  return Object.entries((attributes ?? {}) as Record<string, unknown>).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : shortened(value)}`,
  );
}

function shortened(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shortened).join(", ")}]`;
  return typeof value === "object" && value !== null && !("key" in value)
    ? JSON.stringify(value)
    : String(value);
}

/** What a leaf is: a parameter, a given value or an input of a compiled function, and where it lies if not here. */
function labelOf(leaf: Tensor, names: ReadonlyMap<Tensor, string>): string {
  const { owner } = leaf.node;
  const name = names.get(leaf);
  const kind =
    owner === null
      ? leaf.storage === null
        ? "input"
        : "given"
      : owner.requires_grad
        ? "parameter"
        : "variable";
  const place = leaf.device === hostDevice ? "" : ` on ${leaf.device}`;
  return name === undefined ? `${kind}${place}` : `${kind} ${name}${place}`;
}
