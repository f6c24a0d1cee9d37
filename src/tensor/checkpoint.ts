import { after as afterValue } from "../onnx/write-after-reads.js";
import { canonical, gradientsWithin, topological } from "./gradient.js";
import { apply, applyOp, defineOp, isLeaf, type Node, nextNodeId } from "./node.js";
import type { Tensor } from "./tensor.js";
import { collect, replace, type Tree } from "./tree.js";
import { Variable } from "./variable.js";

/**
 * Calls `body` without keeping its intermediate values for the gradient: the backward pass computes them once more
 * when it comes by, from the inputs and from whatever else of outside `body` uses. Memory for time, as
 * torch.utils.checkpoint. Dropout draws the same numbers both times; second order works, and so do checkpoints within
 * checkpoints. `body` itself is called once: a module, or any function of tensors and trees of them.
 *
 *     hidden = checkpoint(layer, hidden, mask);
 *
 * Source: Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016.
 */
export function checkpoint<I extends readonly unknown[], O extends Tree>(
  body: (...inputs: I) => O,
  ...inputs: I
): O {
  const start = nextNodeId();
  const result = body(...inputs);
  const outputs = [...new Set(collect(result).map(({ tensor }) => canonical(tensor)))].filter(
    ({ node }) => node.requiresGrad && isWithin(node, start),
  );
  if (outputs.length === 0) return result;
  const wrapped = applyOp(checkpointOp, [...outputs, ...boundaryOf(outputs, start)], {
    outputs: outputs.length,
  });
  const replacements = new Map(outputs.map((output, i) => [output, wrapped[i]!]));
  return replace(result, (tensor) => replacements.get(canonical(tensor)) ?? tensor) as O;
}

function isWithin(node: Node, start: number): boolean {
  return node.id >= start && !isLeaf(node);
}

/** What the outputs are computed from that was there before, leaves included. */
function boundaryOf(outputs: readonly Tensor[], start: number): Set<Tensor> {
  const steps = topological(outputs, (node) => (isWithin(node, start) ? node.inputs : []));
  const read = steps.filter((node) => isWithin(node, start)).flatMap((node) => node.inputs.map(canonical));
  return new Set(read.filter(({ node }) => !isWithin(node, start)));
}

/** Passes its first inputs on as they are; the gradient finds between them and the rest what it must compute again. */
const checkpointOp = defineOp<{ outputs: number }>("checkpoint", {
  infer: (inputs, { outputs }) => inputs.slice(0, outputs),
  onnx: (_, inputs, { outputs }) => inputs.slice(0, outputs),
  gradient: (gradients, inputs, _, { outputs: count }) => {
    const [outputs, boundary] = [inputs.slice(0, count), inputs.slice(count)];
    const arrived = gradients.filter((gradient) => gradient !== null);
    // Parameters are there all the time, and what depends on them alone is kept.
    const held = new Map(
      boundary.map((tensor) => [
        tensor,
        tensor.node.owner instanceof Variable ? tensor : after(tensor, arrived),
      ]),
    );
    const again = replay(outputs, held).filter((_, i) => gradients[i] !== null);
    const wanted = boundary.filter(({ node }) => node.requiresGrad);
    const found = gradientsWithin(
      again,
      wanted.map((tensor) => held.get(tensor)!),
      arrived,
    );
    const byTensor = new Map(wanted.map((tensor, i) => [tensor, found[i]!]));
    return [...outputs.map(() => null), ...boundary.map((tensor) => byTensor.get(tensor) ?? null)];
  },
});

/** The outputs recorded once more, from other tensors in the place of what they are computed from. */
function replay(outputs: readonly Tensor[], from: ReadonlyMap<Tensor, Tensor>): Tensor[] {
  const now = new Map(from);
  const outside = new Set([...from.keys()].map(({ node }) => node));
  const current = (tensor: Tensor) => now.get(canonical(tensor)) ?? canonical(tensor);
  for (const node of topological(outputs, (node) => (outside.has(node) ? [] : node.inputs))) {
    const inputs = node.inputs.map(current);
    if (outside.has(node) || inputs.every((input, i) => input === node.inputs[i])) continue;
    const results = applyOp(node.op, inputs, node.attributes as never);
    node.outputs.forEach((output, i) => {
      now.set(output, results[i]!);
    });
    results[0]!.node.origin = node.origin;
  }
  return outputs.map(current);
}

const afterOp = defineOp("after", {
  infer: ([x]) => x!,
  onnx: (graph, [x, ...signals]) => afterValue(graph, x!, signals),
  gradient: ([dy], [, ...signals]) => [dy!, ...signals.map(() => null)],
});

/** A copy of a tensor that is not made before the signals are there. */
function after(tensor: Tensor, signals: readonly Tensor[]): Tensor {
  return apply(afterOp, [tensor, ...signals], {});
}
