import { TransformersError } from "../errors.js";
import { LambdaLR, type LastEpoch, type LRLambda, rateOf } from "./lambda-lr.js";
import type { CommonSettings, Optimizer } from "./optimizer.js";
import { type PlateauOptions, ReduceLROnPlateau } from "./plateau.js";

/** The schedules of Transformers' `optimization`, each a factor of the initial learning rate. */

export interface WarmupOptions extends LastEpoch {
  /** Steps over which the rate rises linearly from 0. */
  num_warmup_steps: number;
}

export interface ScheduleOptions extends WarmupOptions {
  /** Steps until the rate has come down. */
  num_training_steps: number;
}

export interface CosineOptions {
  /** How often the cosine goes down and up again; 0.5 (the default) goes from its top to its bottom once. */
  num_cycles?: number;
}

export interface RestartsOptions {
  /** How often the cosine falls. Default 1. */
  num_cycles?: number;
}

export interface PolynomialOptions {
  /** The rate at the end. Default 1e-7. */
  lr_end?: number;
  /** Default 1: straight down. */
  power?: number;
}

export interface InverseSqrtOptions {
  /** Steps in which the rate would fall by the root of 2. Default: the warm-up's, or 10,000 without one. */
  timescale?: number;
}

function warmedUp(warmup: number, after: LRLambda): LRLambda {
  return (step) => (step < warmup ? step / Math.max(1, warmup) : after(step));
}

/** How far training has come after the warm-up: 0 to 1 and on. */
function progress({ num_warmup_steps, num_training_steps }: ScheduleOptions): LRLambda {
  return (step) => (step - num_warmup_steps) / Math.max(1, num_training_steps - num_warmup_steps);
}

export function get_constant_schedule(
  optimizer: Optimizer<CommonSettings>,
  options: LastEpoch = {},
): LambdaLR {
  return new LambdaLR(optimizer, () => 1, options);
}

export function get_constant_schedule_with_warmup(
  optimizer: Optimizer<CommonSettings>,
  options: WarmupOptions,
): LambdaLR {
  const factor = warmedUp(options.num_warmup_steps, () => 1);
  return new LambdaLR(optimizer, factor, options);
}

/** Up over the warm-up, then straight down to 0 at the last step. */
export function get_linear_schedule_with_warmup(
  optimizer: Optimizer<CommonSettings>,
  options: ScheduleOptions,
): LambdaLR {
  const done = progress(options);
  const factor = warmedUp(options.num_warmup_steps, (step) => Math.max(0, 1 - done(step)));
  return new LambdaLR(optimizer, factor, options);
}

/** Up over the warm-up, then along a cosine. */
export function get_cosine_schedule_with_warmup(
  optimizer: Optimizer<CommonSettings>,
  options: ScheduleOptions & CosineOptions,
): LambdaLR {
  const done = progress(options);
  const cycles = options.num_cycles ?? 0.5;
  const factor = warmedUp(options.num_warmup_steps, (step) =>
    Math.max(0, 0.5 * (1 + Math.cos(2 * Math.PI * cycles * done(step)))),
  );
  return new LambdaLR(optimizer, factor, options);
}

/** The cosine's fall, started anew `num_cycles` times. */
export function get_cosine_with_hard_restarts_schedule_with_warmup(
  optimizer: Optimizer<CommonSettings>,
  options: ScheduleOptions & RestartsOptions,
): LambdaLR {
  const done = progress(options);
  const cycles = options.num_cycles ?? 1;
  const factor = warmedUp(options.num_warmup_steps, (step) =>
    done(step) >= 1 ? 0 : Math.max(0, 0.5 * (1 + Math.cos(Math.PI * ((cycles * done(step)) % 1)))),
  );
  return new LambdaLR(optimizer, factor, options);
}

/** From the optimizer's own rate down to `lr_end`, along a power of what remains. */
export function get_polynomial_decay_schedule_with_warmup(
  optimizer: Optimizer<CommonSettings>,
  options: ScheduleOptions & PolynomialOptions,
): LambdaLR {
  const { lr_end = 1e-7, power = 1, num_warmup_steps, num_training_steps } = options;
  const initial = rateOf(optimizer.defaults.lr, 0);
  if (!(initial > lr_end)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `get_polynomial_decay_schedule_with_warmup: lr_end is ${lr_end}; expected less than the optimizer's lr ${initial}`,
    );
  }
  const done = progress(options);
  const factor = warmedUp(num_warmup_steps, (step) => {
    if (step > num_training_steps) return lr_end / initial;
    return ((initial - lr_end) * (1 - done(step)) ** power + lr_end) / initial;
  });
  return new LambdaLR(optimizer, factor, options);
}

/** After the warm-up, falls with the square root of the step. */
export function get_inverse_sqrt_schedule(
  optimizer: Optimizer<CommonSettings>,
  options: WarmupOptions & InverseSqrtOptions,
): LambdaLR {
  const { num_warmup_steps } = options;
  const timescale = options.timescale ?? (num_warmup_steps || 10_000);
  const shift = timescale - num_warmup_steps;
  const factor = warmedUp(num_warmup_steps, (step) => 1 / Math.sqrt((step + shift) / timescale));
  return new LambdaLR(optimizer, factor, options);
}

/** The rate as it is, lowered whenever the metric that step() is given has stopped improving. */
export function get_reduce_on_plateau_schedule(
  optimizer: Optimizer<CommonSettings>,
  options: PlateauOptions = {},
): ReduceLROnPlateau {
  return new ReduceLROnPlateau(optimizer, options);
}
