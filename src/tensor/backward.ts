import { TransformersError } from "../errors.js";
import { describeCut } from "./cuts.js";
import { canonical, grad, gradientLeaves } from "./gradient.js";
import type { Node } from "./node.js";
import type { Tensor } from "./tensor.js";

/** What is to be computed along with a tensor's gradient: the losses it comes from, norms of it. */
const companions = new WeakMap<Tensor, Set<Tensor>>();

/**
 * Records on every parameter behind `loss` (and every leaf with requires_grad) its gradient, as a lazy tensor
 * added to what `grad` already holds. Throws `NOT_DIFFERENTIABLE` where there is none.
 */
export function backward(loss: Tensor, gradient?: Tensor): void {
  const root = canonical(loss);
  if (root.lost !== null) throw new TransformersError(root.lost.code, root.lost.reason);
  const leaves = gradientLeaves([root]);
  if (leaves.length === 0) {
    throw new TransformersError(
      "NOT_DIFFERENTIABLE",
      `backward: nothing behind this ${loss} wants a gradient: ${reason(root)}`,
    );
  }
  const gradients = grad([root], leaves, { gradOutputs: gradient && [gradient], allowUnused: true });
  leaves.forEach((leaf, i) => {
    const owner = leaf.node.owner!;
    const value = gradients[i];
    if (!value) return;
    owner.grad = owner.grad === null ? value : owner.grad.add(value);
    accompany(owner, root);
  });
}

function reason(root: Tensor): string {
  const wantsGradient = ({ owner }: Node) => owner?.requires_grad === true;
  if (root.storage !== null && root.node.inputs.length === 0) {
    return "its value is known and its graph is gone, as of what came from `await model(...)`; call the model without await and read the loss from what it returns";
  }
  const losesIt = (node: Node) => !node.requiresGrad && node.inputs.some((input) => input.node.requiresGrad);
  return describeCut([root], wantsGradient, losesIt);
}

/** Has `value` computed by the optimizer's step that uses the owner's gradient. */
export function accompany(owner: Tensor, value: Tensor): void {
  const all = companions.get(owner) ?? new Set();
  companions.set(owner, all.add(canonical(value)));
}

/** What `accompany` named for an owner's gradient, losses included. */
export function companionsOf(owner: Tensor): Iterable<Tensor> {
  return companions.get(owner) ?? [];
}

/** Forgets an owner's gradient. */
export function clearGradient(owner: Tensor): void {
  owner.grad = null;
  companions.delete(owner);
}
