import { accompany, type Parameter, stack, type Tensor } from "../tensor/index.js";

/**
 * Scales all gradients down so that together they have at most this norm (2 or Infinity). Gives the norm they had
 * before, which the optimizer's step computes along.
 */
export function clip_grad_norm_(
  parameters: Iterable<Parameter>,
  max_norm: number,
  options: { norm_type?: number } = {},
): Tensor | null {
  const { norm_type = 2 } = options;
  const owners = [...parameters].filter(({ grad }) => grad !== null);
  if (owners.length === 0) return null;
  const total = totalNorm(
    owners.map(({ grad }) => grad!),
    norm_type,
  );
  const factor = total.add(1e-6).reciprocal().mul(max_norm).clamp({ max: 1 });
  for (const owner of owners) {
    owner.grad = owner.grad!.mul(factor);
    accompany(owner, total);
  }
  return total;
}

function totalNorm(gradients: readonly Tensor[], norm_type: number): Tensor {
  if (norm_type === Number.POSITIVE_INFINITY)
    return stack(gradients.map((gradient) => gradient.abs().amax())).amax();
  if (norm_type === 2)
    return stack(gradients.map((gradient) => gradient.mul(gradient).sum()))
      .sum()
      .sqrt();
  return stack(gradients.map((gradient) => gradient.abs().pow(norm_type).sum()))
    .sum()
    .pow(1 / norm_type);
}

/** Cuts every gradient's elements to the range from -clip_value to clip_value. */
export function clip_grad_value_(parameters: Iterable<Parameter>, clip_value: number): void {
  for (const parameter of parameters) {
    parameter.grad = parameter.grad?.clamp({ min: -clip_value, max: clip_value }) ?? null;
  }
}
