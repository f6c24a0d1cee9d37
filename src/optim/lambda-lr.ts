import { TransformersError } from "../errors.js";
import type { CommonSettings, Optimizer } from "./optimizer.js";

/** What all schedules have in common; how they are stepped is each one's own. */
export interface LRScheduler {
  /** The rate of each group, as the last step left it. */
  get_last_lr(): number[];
  state_dict(): object;
}

/** A factor of the learning rate for each step's number, from 0 on. */
export type LRLambda = (step: number) => number;

export interface LastEpoch {
  /** Number of the last step done, where training is resumed; its groups then have an `initial_lr`. Default -1. */
  last_epoch?: number;
}

/** Where a schedule stands. */
export interface LambdaLRState {
  base_lrs: number[];
  last_epoch: number;
  _step_count: number;
  _last_lr: number[];
  /** Functions are not stored. */
  lr_lambdas: null[];
}

/** Sets the learning rate of every group to its initial one times a factor of the step's number. */
export class LambdaLR implements LRScheduler {
  last_epoch: number;
  base_lrs: number[];
  #steps = 0;
  readonly #optimizer: Optimizer<CommonSettings>;
  readonly #factors: readonly LRLambda[];

  /** `lr_lambda` is one function for all groups, or one for each. */
  constructor(
    optimizer: Optimizer<CommonSettings>,
    lr_lambda: LRLambda | readonly LRLambda[],
    { last_epoch = -1 }: LastEpoch = {},
  ) {
    const groups = optimizer.param_groups;
    this.#optimizer = optimizer;
    this.#factors = typeof lr_lambda === "function" ? groups.map(() => lr_lambda) : lr_lambda;
    if (this.#factors.length !== groups.length) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `LambdaLR: got ${this.#factors.length} functions for ${groups.length} groups of parameters`,
      );
    }
    this.base_lrs = groups.map((group, i) => {
      if (last_epoch === -1) group.initial_lr ??= rateOf(group.lr, i);
      if (group.initial_lr !== undefined) return group.initial_lr;
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `LambdaLR: param_groups[${i}] has no initial_lr, which a schedule that goes on from last_epoch ${last_epoch} starts from`,
      );
    });
    this.last_epoch = last_epoch;
    this.step();
  }

  /** Goes on to the next step: call it after optimizer.step(). */
  step(): void {
    this.last_epoch++;
    this.#steps++;
    this.#apply();
  }

  /** Groups that were added to the optimizer later keep their rate. */
  #apply(): void {
    this.base_lrs.forEach((base, i) => {
      this.#optimizer.param_groups[i]!.lr = base * this.#factors[i]!(this.last_epoch);
    });
  }

  get_last_lr(): number[] {
    return this.#optimizer.param_groups.slice(0, this.base_lrs.length).map(({ lr }, i) => rateOf(lr, i));
  }

  state_dict(): LambdaLRState {
    return {
      base_lrs: [...this.base_lrs],
      last_epoch: this.last_epoch,
      _step_count: this.#steps,
      _last_lr: this.get_last_lr(),
      lr_lambdas: this.#factors.map(() => null),
    };
  }

  /** Goes on where `state_dict()` was taken, and sets the rates to what they were. */
  load_state_dict({
    last_epoch,
    base_lrs,
    _step_count,
  }: Partial<LambdaLRState> & { last_epoch: number }): void {
    if (base_lrs !== undefined && base_lrs.length !== this.base_lrs.length) {
      throw new TransformersError(
        "KEYS_MISMATCH",
        `load_state_dict: the state has rates for ${base_lrs.length} groups, this schedule for ${this.base_lrs.length}`,
      );
    }
    this.base_lrs = [...(base_lrs ?? this.base_lrs)];
    this.last_epoch = last_epoch;
    this.#steps = _step_count ?? last_epoch + 1;
    this.#apply();
  }
}

/** A group's learning rate. Throws `INVALID_ARGUMENT` where the optimizer finds its own. */
export function rateOf(lr: number | null, group: number): number {
  if (lr !== null) return lr;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `param_groups[${group}] has no learning rate that a schedule could change: its optimizer finds its own; use get_adafactor_schedule, or give it a rate and relative_step: false`,
  );
}

/** Throws `INVALID_ARGUMENT` naming options that nobody knows. */
export function refuseUnknown(subject: string, unknown: object, known: readonly string[]): void {
  const names = Object.keys(unknown);
  if (names.length === 0) return;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${subject} has no option ${names.map((name) => `"${name}"`).join(", ")}; its options are ${known.join(", ") || "none"}`,
  );
}
