import { TransformersError } from "../errors.js";
import {
  accompany,
  companionsOf,
  type Parameter,
  realize,
  stack,
  type Tensor,
  Variable,
} from "../tensor/index.js";

export interface ClipNormOptions {
  /** Which norm: 2 (the default), 1 or any other number above 0, or Infinity. */
  norm_type?: number;
  /** Refuse the gradients where their norm is infinite or NaN. Default false: the gradients then are what they become. */
  error_if_nonfinite?: boolean;
}

/**
 * Scales all gradients down so that together they have at most this norm. Gives the norm they had before (null where
 * there are no gradients), which the optimizer's step computes along.
 *
 * With `error_if_nonfinite` the norm has to be known before anything is updated: the gradients and the losses behind
 * them are computed at once, and a promise of the norm is given. It is rejected with `NONFINITE` where the norm
 * is not finite, and the gradients are then as they were.
 */
export function clip_grad_norm_(
  parameters: Parameter | Iterable<Parameter>,
  max_norm: number,
  options: ClipNormOptions & { error_if_nonfinite: true },
): Promise<Tensor | null>;
export function clip_grad_norm_(
  parameters: Parameter | Iterable<Parameter>,
  max_norm: number,
  options?: ClipNormOptions & { error_if_nonfinite?: false },
): Tensor | null;
export function clip_grad_norm_(
  parameters: Parameter | Iterable<Parameter>,
  max_norm: number,
  { norm_type = 2, error_if_nonfinite = false }: ClipNormOptions = {},
): Tensor | null | Promise<Tensor | null> {
  if (!(norm_type > 0)) throw refused("clip_grad_norm_", "norm_type", norm_type, "more than 0");
  if (!(max_norm >= 0)) throw refused("clip_grad_norm_", "max_norm", max_norm, "0 or more");
  const owners = withGradient(parameters);
  const total = owners.length === 0 ? null : totalNorm(owners, norm_type);
  if (error_if_nonfinite) return scaleIfFinite(owners, total, max_norm);
  if (total !== null) scale(owners, total, max_norm);
  return total;
}

function withGradient(parameters: Parameter | Iterable<Parameter>): Parameter[] {
  const all = parameters instanceof Variable ? [parameters] : [...parameters];
  return all.filter(({ grad }) => grad !== null);
}

function totalNorm(owners: readonly Parameter[], norm_type: number): Tensor {
  const gradients = owners.map(({ grad }) => grad!);
  if (norm_type === Number.POSITIVE_INFINITY)
    return stack(gradients.map((gradient) => gradient.abs().amax())).amax();
  if (norm_type === 1) return stack(gradients.map((gradient) => gradient.abs().sum())).sum();
  if (norm_type === 2)
    return stack(gradients.map((gradient) => gradient.mul(gradient).sum()))
      .sum()
      .sqrt();
  return stack(gradients.map((gradient) => gradient.abs().pow(norm_type).sum()))
    .sum()
    .pow(1 / norm_type);
}

function scale(owners: readonly Parameter[], total: Tensor, max_norm: number): void {
  const factor = total.add(1e-6).reciprocal().mul(max_norm).clamp({ max: 1 });
  for (const owner of owners) {
    owner.grad = owner.grad!.mul(factor);
    accompany(owner, total);
  }
}

async function scaleIfFinite(owners: readonly Parameter[], total: Tensor | null, max_norm: number) {
  if (total === null) return null;
  const losses = owners.flatMap((owner) => [...companionsOf(owner)]);
  await realize([total, ...losses, ...owners.map(({ grad }) => grad!)]);
  if (!Number.isFinite(total.item())) {
    throw new TransformersError(
      "NONFINITE",
      `clip_grad_norm_: the norm of the gradients is ${total.item()}; leave this step out, or take error_if_nonfinite: false to clip nevertheless`,
    );
  }
  scale(owners, total, max_norm);
  return total;
}

/** Cuts every gradient's elements to the range from -clip_value to clip_value. */
export function clip_grad_value_(parameters: Parameter | Iterable<Parameter>, clip_value: number): void {
  if (!(clip_value >= 0)) throw refused("clip_grad_value_", "clip_value", clip_value, "0 or more");
  for (const owner of withGradient(parameters))
    owner.grad = owner.grad!.clamp({ min: -clip_value, max: clip_value });
}

function refused(name: string, option: string, value: number, expected: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", `${name}: ${option} is ${value}; expected ${expected}`);
}
