import { TransformersError } from "../errors.js";
import { Graph } from "../onnx/graph.js";
import { describeOrigin } from "./anomaly.js";
import { lower, type Plan } from "./lower.js";
import type { Node } from "./node.js";

/**
 * What ONNX Runtime says of a failed run, with the operation that it failed in and its shapes. ONNX Runtime names the
 * node of its graph, which is written once more to find out what it was written for. The code is `INDEX_OUT_OF_RANGE`
 * where an index was the reason. Any other error stays as it is.
 */
export function describeFailure(planned: () => Plan, reason: unknown): unknown {
  if (!(reason instanceof TransformersError) || reason.code !== "RUNTIME_FAILED") return reason;
  const name = /\bName:'([^'~]+)/.exec(reason.message)?.[1];
  const node = name === undefined ? null : nodeOf(planned(), name);
  if (node === null) return reason;
  const [inputs, outputs] = [node.inputs, node.outputs].map((tensors) => tensors.map(String).join(", "));
  const where = node.origin === null ? "" : describeOrigin(node.origin);
  return new TransformersError(
    isIndexOutside.test(reason.message) ? "INDEX_OUT_OF_RANGE" : "RUNTIME_FAILED",
    `${node.op.name} failed: from ${inputs || "nothing"} to ${outputs}${node.attributesKey && ` with ${node.attributesKey}`}. ${reason.message}${where}`,
    { cause: reason },
  );
}

/** What the kernels of Gather, GatherElements, ScatterElements and ScatterND say of an index. */
const isIndexOutside = /out of data bounds|Out of range value in index|invalid indice/;

/** The operation that a node of the graph, which is named after its first result, was written for. */
function nodeOf(work: Plan, name: string): Node | null {
  const role = (graph: Graph, { dtype, storage, shape }: Plan["leaves"][number]) =>
    graph.input(storage?.dtype ?? dtype, shape);
  const { graph, starts } = lower(work, role, new Graph(work.roots[0]!.device));
  const position = graph.nodes.findIndex(({ outputs }) => outputs[0] === name);
  if (position < 0) return null; // one that fusion added
  const after = starts.findIndex((start) => start > position);
  return work.nodes[(after < 0 ? starts.length : after) - 1] ?? null;
}
