import { TransformersError } from "../errors.js";
import { canonical, grad, gradientLeaves } from "./gradient.js";
import type { Tensor } from "./tensor.js";

/** The losses that recorded gradients on a tensor, so that an optimizer's step computes them along. */
const sources = new WeakMap<Tensor, Set<Tensor>>();

/**
 * Records on every parameter behind `loss` (and every leaf with requires_grad) its gradient, as a lazy tensor
 * added to what `grad` already holds. Throws `NOT_DIFFERENTIABLE` where there is none.
 */
export function backward(loss: Tensor, gradient?: Tensor): void {
  const root = canonical(loss);
  if (root.lost !== null) throw new TransformersError("STALE_VALUE", root.lost);
  const leaves = gradientLeaves([root]);
  if (leaves.length === 0) {
    throw new TransformersError(
      "NOT_DIFFERENTIABLE",
      `backward: nothing behind this ${loss} wants a gradient; a value that came from \`await model(...)\` is cut from its graph: call the model without await and read the loss from what it returns`,
    );
  }
  const gradients = grad([root], leaves, { gradOutputs: gradient && [gradient], allowUnused: true });
  leaves.forEach((leaf, i) => {
    const owner = leaf.node.owner!;
    const value = gradients[i];
    if (!value) return;
    owner.grad = owner.grad === null ? value : owner.grad.add(value);
    const losses = sources.get(owner) ?? new Set();
    losses.add(root);
    sources.set(owner, losses);
  });
}

/** The losses whose gradients `owner.grad` holds. */
export function lossesOf(owner: Tensor): Iterable<Tensor> {
  return sources.get(owner) ?? [];
}

/** Forgets an owner's gradient. */
export function clearGradient(owner: Tensor): void {
  owner.grad = null;
  sources.delete(owner);
}
