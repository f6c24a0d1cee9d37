import { TransformersError } from "../errors.js";
import { dimsEqual } from "../onnx/dim.js";
import type { Node, Shape } from "./node.js";
import { ones_like } from "./ops/creation.js";
import type { Tensor } from "./tensor.js";

/**
 * The gradients of `outputs` with respect to `inputs`, as lazy tensors: sum over outputs of
 * `gradOutputs[i] * d outputs[i] / d input`. Gradients are ordinary graph, so `grad` of a gradient is the
 * second order.
 *
 * `gradOutputs` defaults to 1 for an output of one element; anything larger must be given. An input that no
 * output depends on is an error unless `allowUnused`, which gives null for it.
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: { gradOutputs?: readonly Tensor[]; allowUnused?: false },
): Tensor[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: { gradOutputs?: readonly Tensor[]; allowUnused: true },
): (Tensor | null)[];
export function grad(outputs: Tensor | readonly Tensor[], inputs: readonly Tensor[]): Tensor[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: { gradOutputs?: readonly Tensor[]; allowUnused?: boolean } = {},
): (Tensor | null)[] {
  const roots = Array.isArray(outputs) ? (outputs as readonly Tensor[]) : [outputs as Tensor];
  const targets = inputs.map(canonical);
  const gradients = reverse(
    roots.map(canonical),
    options.gradOutputs,
    new Set(targets.map(({ node }) => node)),
  );
  return targets.map((target, i) => {
    const gradient = gradients.get(target);
    if (gradient !== undefined) return gradient;
    if (options.allowUnused) return null;
    throw new TransformersError(
      "NOT_DIFFERENTIABLE",
      `grad: no differentiable path leads from the outputs to inputs[${i}] (${target}); pass allowUnused: true to get null for it`,
    );
  });
}

/** The tensor that stands in graphs for this one: a parameter is replaced by its present value. */
export function canonical(tensor: Tensor): Tensor {
  return tensor.node.outputs[tensor.index]!;
}

/** Nodes from inputs to outputs, each after those that `edges` names for it (its inputs unless given). */
export function topological(
  roots: readonly Tensor[],
  edges: (node: Node) => readonly Tensor[] = (node) => node.inputs,
): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; needed: readonly Tensor[]; next: number }[] = [];
  const push = (node: Node) => {
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, needed: edges(node), next: 0 });
  };
  for (const root of roots) {
    push(root.node);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const input = top.needed[top.next++];
      if (input !== undefined) {
        push(input.node);
      } else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}

/** Leaves that want a gradient and that the loss depends on. */
export function gradientLeaves(roots: readonly Tensor[]): Tensor[] {
  return topological(roots, (node) => (node.requiresGrad ? node.inputs : []))
    .filter((node) => node.owner?.requires_grad === true)
    .map((node) => node.outputs[0]!);
}

function reverse(
  roots: readonly Tensor[],
  gradOutputs: readonly Tensor[] | undefined,
  targets: ReadonlySet<Node>,
): Map<Tensor, Tensor> {
  const onPath = leadingTo(targets, topological(roots), (node) => node.inputs);
  const isFused = (node: Node) =>
    typeof node.op.gradient === "object" && onPath.has(node) && !targets.has(node);
  const edges = (node: Node) => (isFused(node) ? decompose(node) : node.inputs);
  const order = topological(roots, edges);
  const matters = leadingTo(targets, order, edges);

  const gradients = new Map<Tensor, Tensor>();
  const accumulate = (tensor: Tensor, gradient: Tensor | null | undefined) => {
    if (!gradient || !matters.has(tensor.node)) return;
    const summed = sumTo(gradient, tensor.shape);
    const before = gradients.get(tensor);
    gradients.set(tensor, before === undefined ? summed : before.add(summed));
  };
  roots.forEach((root, i) => {
    accumulate(root, gradOutputs?.[i] ?? seed(root));
  });
  for (const node of order.reverse()) {
    const needed = edges(node);
    if (!needed.some((input) => matters.has(input.node))) continue;
    const incoming = node.outputs.map((output) => gradients.get(output) ?? null);
    if (incoming.every((gradient) => gradient === null)) continue;
    const rule = node.op.gradient;
    const results =
      typeof rule === "function"
        ? rule(incoming, node.inputs, node.outputs, node.attributes as never)
        : incoming;
    needed.forEach((input, i) => {
      accumulate(input, results[i]);
    });
  }
  return gradients;
}

/** The nodes behind which a target lies, on a path of differentiable ops. */
function leadingTo(
  targets: ReadonlySet<Node>,
  order: readonly Node[],
  edges: (node: Node) => readonly Tensor[],
): Set<Node> {
  const found = new Set<Node>(targets);
  for (const node of order) {
    if (node.op.gradient !== "none" && edges(node).some((input) => found.has(input.node))) found.add(node);
  }
  return found;
}

function decompose(node: Node): readonly Tensor[] {
  const rule = node.op.gradient;
  if (node.decomposition === null && typeof rule === "object") {
    node.decomposition = rule.decompose(node.inputs, node.attributes as never).map(canonical);
  }
  return node.decomposition!;
}

function seed(root: Tensor): Tensor {
  if (root.shape.some((dim) => !dimsEqual(dim, 1))) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `backward: the gradient starts at a tensor of one element, but this one is ${root}; reduce it (.sum(), .mean()) or pass gradOutputs`,
    );
  }
  return ones_like(root);
}

/** Sums a gradient over the axes along which its tensor was broadcast: broadcasting is undone here alone. */
export function sumTo(gradient: Tensor, shape: Shape): Tensor {
  const extra = gradient.shape.length - shape.length;
  const axes: number[] = [];
  gradient.shape.forEach((dim, axis) => {
    if (axis < extra || (dimsEqual(shape[axis - extra]!, 1) && !dimsEqual(dim, 1))) axes.push(axis);
  });
  const summed = axes.length === 0 ? gradient : gradient.sum(axes, true);
  return extra === 0 ? summed : summed.reshape(shape);
}
