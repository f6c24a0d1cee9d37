import { TransformersError } from "../errors.js";
import { type LambdaLR, refuseUnknown } from "./lambda-lr.js";
import type { CommonSettings, Optimizer } from "./optimizer.js";
import type { PlateauOptions, ReduceLROnPlateau } from "./plateau.js";
import * as schedules from "./schedules.js";

/** Names of the schedules, as `lr_scheduler_type` gives them. */
export const SchedulerType = {
  LINEAR: "linear",
  COSINE: "cosine",
  COSINE_WITH_RESTARTS: "cosine_with_restarts",
  POLYNOMIAL: "polynomial",
  CONSTANT: "constant",
  CONSTANT_WITH_WARMUP: "constant_with_warmup",
  INVERSE_SQRT: "inverse_sqrt",
  REDUCE_ON_PLATEAU: "reduce_lr_on_plateau",
} as const;

export type SchedulerType = (typeof SchedulerType)[keyof typeof SchedulerType];

/** Options of one schedule alone. */
export interface SchedulerSpecificOptions {
  linear: Record<string, never>;
  cosine: schedules.CosineOptions;
  cosine_with_restarts: schedules.RestartsOptions;
  polynomial: schedules.PolynomialOptions;
  constant: Record<string, never>;
  constant_with_warmup: Record<string, never>;
  inverse_sqrt: schedules.InverseSqrtOptions;
  reduce_lr_on_plateau: PlateauOptions;
}

export interface SchedulerOptions<N extends SchedulerType = SchedulerType> {
  /** Steps over which the rate rises from 0. The schedules that do not rise take 0 alone. */
  num_warmup_steps?: number | null;
  /** Steps until the rate has come down; schedules without an end do without. */
  num_training_steps?: number | null;
  /** What this schedule has besides. */
  scheduler_specific_kwargs?: SchedulerSpecificOptions[N] | null;
}

interface Scheduler {
  readonly create: (optimizer: Optimizer<CommonSettings>, options: never) => LambdaLR | ReduceLROnPlateau;
  readonly needs: readonly ("num_warmup_steps" | "num_training_steps")[];
  /** Its own options; null where it checks them itself. */
  readonly options: readonly string[] | null;
}

const both = ["num_warmup_steps", "num_training_steps"] as const;
const warmup = ["num_warmup_steps"] as const;

const schedulers: Readonly<Record<SchedulerType, Scheduler>> = {
  linear: { create: schedules.get_linear_schedule_with_warmup, needs: both, options: [] },
  cosine: { create: schedules.get_cosine_schedule_with_warmup, needs: both, options: ["num_cycles"] },
  cosine_with_restarts: {
    create: schedules.get_cosine_with_hard_restarts_schedule_with_warmup,
    needs: both,
    options: ["num_cycles"],
  },
  polynomial: {
    create: schedules.get_polynomial_decay_schedule_with_warmup,
    needs: both,
    options: ["lr_end", "power"],
  },
  constant: { create: schedules.get_constant_schedule, needs: [], options: [] },
  constant_with_warmup: { create: schedules.get_constant_schedule_with_warmup, needs: warmup, options: [] },
  inverse_sqrt: { create: schedules.get_inverse_sqrt_schedule, needs: warmup, options: ["timescale"] },
  reduce_lr_on_plateau: { create: schedules.get_reduce_on_plateau_schedule, needs: [], options: null },
};

/**
 * The schedule of a name. Throws `INVALID_ARGUMENT` for a name that is none, where the schedule needs a number of
 * steps that is not given, and for options that it does not have (Transformers ignores those of `inverse_sqrt` and
 * `constant_with_warmup`).
 */
export function get_scheduler<N extends SchedulerType>(
  name: N,
  optimizer: Optimizer<CommonSettings>,
  options: SchedulerOptions<N> = {},
): N extends "reduce_lr_on_plateau" ? ReduceLROnPlateau : LambdaLR {
  const scheduler = Object.hasOwn(schedulers, name) ? schedulers[name] : undefined;
  if (scheduler === undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `unknown schedule "${name}"; known are ${Object.keys(schedulers).join(", ")}`,
    );
  }
  const { num_warmup_steps, num_training_steps, scheduler_specific_kwargs, ...others } = options;
  refuseUnknown("get_scheduler", others, [...both, "scheduler_specific_kwargs"]);
  const steps = { num_warmup_steps, num_training_steps };
  const own: object = scheduler_specific_kwargs ?? {};
  if (scheduler.options !== null) {
    const unknown = Object.entries(own).filter(([option]) => !scheduler.options!.includes(option));
    refuseUnknown(`the schedule "${name}"`, Object.fromEntries(unknown), scheduler.options);
  }
  for (const needed of scheduler.needs) {
    if (typeof steps[needed] !== "number")
      throw new TransformersError("INVALID_ARGUMENT", `the schedule "${name}" needs ${needed}`);
  }
  if (!scheduler.needs.includes("num_warmup_steps") && num_warmup_steps) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `the schedule "${name}" has no warm-up, but num_warmup_steps is ${num_warmup_steps}; leave it out, or take "constant_with_warmup"`,
    );
  }
  const given = Object.fromEntries(scheduler.needs.map((needed) => [needed, steps[needed]]));
  return scheduler.create(optimizer, { ...own, ...given } as never) as ReturnType<typeof get_scheduler<N>>;
}
