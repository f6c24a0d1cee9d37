import { TransformersError } from "../errors.js";
import { dimsEqual, shapesEqual } from "../onnx/dim.js";
import { recordGradientOf } from "./anomaly.js";
import { describeCut } from "./cuts.js";
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
  const roots = (Array.isArray(outputs) ? (outputs as readonly Tensor[]) : [outputs as Tensor]).map(
    canonical,
  );
  const targets = inputs.map(canonical);
  requireShapes(roots, options.gradOutputs);
  const gradients = reverse(roots, options.gradOutputs, new Set(targets.map(({ node }) => node)));
  return targets.map((target, i) => {
    const gradient = gradients.get(target);
    if (gradient !== undefined) return gradient;
    if (options.allowUnused) return null;
    throw new TransformersError(
      "NOT_DIFFERENTIABLE",
      `grad: no differentiable path leads from the outputs to inputs[${i}] (${target}): ${describeCut(roots, (node) => node === target.node)}; pass allowUnused: true to get null for it`,
    );
  });
}

function requireShapes(roots: readonly Tensor[], gradients: readonly Tensor[] | undefined): void {
  if (gradients === undefined) return;
  const fits = roots.every(
    (root, i) => gradients[i] !== undefined && shapesEqual(root.shape, gradients[i].shape),
  );
  if (fits && gradients.length === roots.length) return;
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `grad: there must be a gradient of its own shape for each output, ${roots.join(", ")}; got ${gradients.join(", ") || "none"}`,
  );
}

/**
 * The gradients of `outputs` with respect to `inputs` as if nothing lay behind those: null for an input that no output
 * depends on.
 */
export function gradientsWithin(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  gradOutputs: readonly Tensor[],
): (Tensor | null)[] {
  const targets = new Set(inputs.map(({ node }) => node));
  const gradients = reverse(outputs, gradOutputs, targets, (node) => (targets.has(node) ? [] : node.inputs));
  return inputs.map((input) => gradients.get(input) ?? null);
}

/** The tensor that stands in graphs for this one: a parameter is replaced by its present value. */
export function canonical(tensor: Tensor): Tensor {
  return tensor.node.outputs[tensor.index]!;
}

let walks = 0;

/**
 * Nodes from inputs to outputs, each after those that `edges` names for it (its inputs unless given); a node's
 * `position` is its place among them until the next walk. `edges` must not start a walk of its own.
 */
export function topological(
  roots: readonly Tensor[],
  edges: (node: Node) => readonly Tensor[] = (node) => node.inputs,
): Node[] {
  const walk = ++walks;
  const order: Node[] = [];
  // The path from a root to where the walk is: nodes, what each needs, and how much of that has been visited.
  const path: Node[] = [];
  const needed: (readonly Tensor[])[] = [];
  const visited: number[] = [];
  const enter = (node: Node) => {
    if (node.walk === walk) return;
    node.walk = walk;
    path.push(node);
    needed.push(edges(node));
    visited.push(0);
  };
  for (const root of roots) {
    enter(root.node);
    while (path.length > 0) {
      const top = path.length - 1;
      const input = needed[top]![visited[top]!++];
      if (input !== undefined) {
        enter(input.node);
      } else {
        const node = path.pop()!;
        node.position = order.push(node) - 1;
        needed.pop();
        visited.pop();
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
  inputsOf: (node: Node) => readonly Tensor[] = (node) => node.inputs,
): Map<Tensor, Tensor> {
  const fused = new Set<Node>();
  const edges = (node: Node) => (fused.has(node) ? decompose(node) : inputsOf(node));
  let order: Node[];
  let matters: Set<Node>;
  let before: number;
  // What a fused op is taken apart into may hold fused ones again.
  do {
    before = fused.size;
    order = topological(roots, edges);
    matters = leadingTo(targets, order, edges);
    for (const node of matters) {
      if (typeof node.op.gradient === "object" && !targets.has(node)) fused.add(node);
    }
  } while (fused.size > before);

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
        ? recordGradientOf(node, () => rule(incoming, node.inputs, node.outputs, node.attributes as never))
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
