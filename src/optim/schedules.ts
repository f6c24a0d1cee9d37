import type { CommonSettings, Optimizer } from "./optimizer.js";

/** Sets the learning rate of every group to its initial one times a factor of the step's number. */
export class LambdaLR {
  last_epoch = -1;
  readonly #optimizer: Optimizer<CommonSettings>;
  readonly #factor: (step: number) => number;

  constructor(optimizer: Optimizer<CommonSettings>, factor: (step: number) => number) {
    this.#optimizer = optimizer;
    this.#factor = factor;
    for (const group of this.#optimizer.param_groups) group.initial_lr ??= group.lr;
    this.step();
  }

  /** Goes on to the next step: call it after optimizer.step(). */
  step(): void {
    this.last_epoch++;
    for (const group of this.#optimizer.param_groups)
      group.lr = group.initial_lr! * this.#factor(this.last_epoch);
  }

  get_last_lr(): number[] {
    return this.#optimizer.param_groups.map(({ lr }) => lr);
  }

  state_dict(): { last_epoch: number } {
    return { last_epoch: this.last_epoch };
  }

  load_state_dict({ last_epoch }: { last_epoch: number }): void {
    this.last_epoch = last_epoch - 1;
    this.step();
  }
}

export interface WarmupOptions {
  /** Steps over which the rate rises linearly from 0. */
  num_warmup_steps: number;
}

export interface ScheduleOptions extends WarmupOptions {
  /** Steps until the rate has come down. */
  num_training_steps: number;
}

function warmedUp(warmup: number, after: (step: number) => number): (step: number) => number {
  return (step) => (step < warmup ? step / Math.max(1, warmup) : after(step));
}

/** How far training has come after the warm-up: 0 to 1 and on. */
function progress({ num_warmup_steps, num_training_steps }: ScheduleOptions): (step: number) => number {
  return (step) => (step - num_warmup_steps) / Math.max(1, num_training_steps - num_warmup_steps);
}

export function get_constant_schedule(optimizer: Optimizer<CommonSettings>): LambdaLR {
  return new LambdaLR(optimizer, () => 1);
}

export function get_constant_schedule_with_warmup(
  optimizer: Optimizer<CommonSettings>,
  { num_warmup_steps }: WarmupOptions,
) {
  return new LambdaLR(
    optimizer,
    warmedUp(num_warmup_steps, () => 1),
  );
}

/** Up over the warm-up, then straight down to 0 at the last step. */
export function get_linear_schedule_with_warmup(
  optimizer: Optimizer<CommonSettings>,
  options: ScheduleOptions,
): LambdaLR {
  const done = progress(options);
  return new LambdaLR(
    optimizer,
    warmedUp(options.num_warmup_steps, (step) => Math.max(0, 1 - done(step))),
  );
}

/** Up over the warm-up, then along a cosine; `num_cycles` 0.5 goes from its top to its bottom once. */
export function get_cosine_schedule_with_warmup(
  optimizer: Optimizer<CommonSettings>,
  options: ScheduleOptions & { num_cycles?: number },
): LambdaLR {
  const done = progress(options);
  const cycles = options.num_cycles ?? 0.5;
  return new LambdaLR(
    optimizer,
    warmedUp(options.num_warmup_steps, (step) =>
      Math.max(0, 0.5 * (1 + Math.cos(2 * Math.PI * cycles * done(step)))),
    ),
  );
}

/** The cosine's fall, started anew `num_cycles` times. */
export function get_cosine_with_hard_restarts_schedule_with_warmup(
  optimizer: Optimizer<CommonSettings>,
  options: ScheduleOptions & { num_cycles?: number },
): LambdaLR {
  const done = progress(options);
  const cycles = options.num_cycles ?? 1;
  return new LambdaLR(
    optimizer,
    warmedUp(options.num_warmup_steps, (step) =>
      done(step) >= 1 ? 0 : Math.max(0, 0.5 * (1 + Math.cos(Math.PI * ((cycles * done(step)) % 1)))),
    ),
  );
}

/** From the initial rate down to `lr_end` along a power of what remains. */
export function get_polynomial_decay_schedule_with_warmup(
  optimizer: Optimizer<CommonSettings>,
  options: ScheduleOptions & { lr_end?: number; power?: number },
): LambdaLR {
  const { lr_end = 1e-7, power = 1, num_warmup_steps, num_training_steps } = options;
  const { initial_lr, lr } = optimizer.param_groups[0]!;
  const initial = initial_lr ?? lr;
  const done = progress(options);
  return new LambdaLR(
    optimizer,
    warmedUp(num_warmup_steps, (step) => {
      if (step > num_training_steps) return lr_end / initial;
      return ((initial - lr_end) * (1 - done(step)) ** power + lr_end) / initial;
    }),
  );
}

/** After the warm-up, falls with the square root of the step. `timescale` defaults to the warm-up's length. */
export function get_inverse_sqrt_schedule(
  optimizer: Optimizer<CommonSettings>,
  options: WarmupOptions & { timescale?: number },
): LambdaLR {
  const { num_warmup_steps } = options;
  const timescale = options.timescale ?? (num_warmup_steps || 10_000);
  const shift = timescale - num_warmup_steps;
  return new LambdaLR(
    optimizer,
    warmedUp(num_warmup_steps, (step) => 1 / Math.sqrt((step + shift) / timescale)),
  );
}
