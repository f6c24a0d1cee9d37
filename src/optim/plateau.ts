import { TransformersError } from "../errors.js";
import type { Tensor } from "../tensor/index.js";
import { type LRScheduler, rateOf, refuseUnknown } from "./lambda-lr.js";
import type { CommonSettings, Optimizer } from "./optimizer.js";

export interface PlateauOptions {
  /** Whether smaller ("min", the default) or larger metrics are better. */
  mode?: "min" | "max";
  /** What the rate is multiplied by. Default 0.1. */
  factor?: number;
  /** How many steps without improvement are let pass. Default 10. */
  patience?: number;
  /** How much better than the best a metric has to be. Default 1e-4. */
  threshold?: number;
  /** Whether `threshold` is a share of the best ("rel", the default) or a difference ("abs"). */
  threshold_mode?: "rel" | "abs";
  /** Steps after a reduction in which nothing is counted. Default 0. */
  cooldown?: number;
  /** No rate goes below this; a number for all groups, or one for each. Default 0. */
  min_lr?: number | readonly number[];
  /** Smaller changes of the rate are left undone. Default 1e-8. */
  eps?: number;
}

/** Where a schedule stands, and its options. */
export interface PlateauState {
  mode: "min" | "max";
  factor: number;
  patience: number;
  threshold: number;
  threshold_mode: "rel" | "abs";
  cooldown: number;
  min_lrs: number[];
  eps: number;
  /** Infinite before the first step; JSON makes that null. */
  best: number | null;
  num_bad_epochs: number;
  cooldown_counter: number;
  last_epoch: number;
  _last_lr: number[];
}

const names = [
  "mode",
  "factor",
  "patience",
  "threshold",
  "threshold_mode",
  "cooldown",
  "min_lr",
  "eps",
] as const;

/** Lowers the rates once a metric has stopped improving, as torch.optim.lr_scheduler.ReduceLROnPlateau. */
export class ReduceLROnPlateau implements LRScheduler {
  readonly #optimizer: Optimizer<CommonSettings>;
  #state: Omit<PlateauState, "best" | "_last_lr"> & { best: number };

  constructor(optimizer: Optimizer<CommonSettings>, options: PlateauOptions = {}) {
    const known = new Set<string>(names);
    const unknown = Object.entries(options).filter(([name]) => !known.has(name));
    refuseUnknown("ReduceLROnPlateau", Object.fromEntries(unknown), names);
    const { mode = "min", factor = 0.1, patience = 10, threshold = 1e-4, threshold_mode = "rel" } = options;
    const { cooldown = 0, min_lr = 0, eps = 1e-8 } = options;
    const groups = optimizer.param_groups;
    if (mode !== "min" && mode !== "max") throw refused("mode", mode, '"min" or "max"');
    if (threshold_mode !== "rel" && threshold_mode !== "abs")
      throw refused("threshold_mode", threshold_mode, '"rel" or "abs"');
    if (!(factor < 1)) throw refused("factor", factor, "less than 1");
    const min_lrs = typeof min_lr === "number" ? groups.map(() => min_lr) : [...min_lr];
    if (min_lrs.length !== groups.length)
      throw refused("min_lr", `[${min_lrs}]`, `a number, or one for each of ${groups.length} groups`);
    this.#optimizer = optimizer;
    this.#state = {
      ...{ mode, factor, patience, threshold, threshold_mode, cooldown, min_lrs, eps },
      ...{ best: worst(mode), num_bad_epochs: 0, cooldown_counter: 0, last_epoch: 0 },
    };
  }

  /** Takes note of the metric: call it after each evaluation. */
  step(metrics: number | Tensor): void {
    const state = this.#state;
    const current = typeof metrics === "number" ? metrics : metrics.item();
    state.last_epoch++;
    if (this.#isBetter(current)) {
      state.best = current;
      state.num_bad_epochs = 0;
    } else state.num_bad_epochs++;
    if (state.cooldown_counter > 0) {
      state.cooldown_counter--;
      state.num_bad_epochs = 0;
    }
    if (state.num_bad_epochs > state.patience) {
      this.#reduce();
      state.cooldown_counter = state.cooldown;
      state.num_bad_epochs = 0;
    }
  }

  #isBetter(current: number): boolean {
    const { mode, threshold, threshold_mode, best } = this.#state;
    const signed = mode === "min" ? -threshold : threshold;
    const mark = threshold_mode === "rel" ? best * (1 + signed) : best + signed;
    return mode === "min" ? current < mark : current > mark;
  }

  #reduce(): void {
    const { factor, min_lrs, eps } = this.#state;
    const groups = this.#optimizer.param_groups;
    const limits = new Set(min_lrs).size === 1 ? groups.map(() => min_lrs[0]!) : min_lrs;
    if (limits.length !== groups.length)
      throw refused(
        "min_lr",
        `[${min_lrs}]`,
        `one for each of ${groups.length} groups, some of which were added`,
      );
    groups.forEach((group, i) => {
      const before = rateOf(group.lr, i);
      const after = Math.max(before * factor, limits[i]!);
      if (before - after > eps) group.lr = after;
    });
  }

  get_last_lr(): number[] {
    return this.#optimizer.param_groups.map(({ lr }, i) => rateOf(lr, i));
  }

  state_dict(): PlateauState {
    return { ...this.#state, min_lrs: [...this.#state.min_lrs], _last_lr: this.get_last_lr() };
  }

  /** Goes on where `state_dict()` was taken, and sets the rates to what they were. */
  load_state_dict({ _last_lr, ...state }: PlateauState): void {
    const groups = this.#optimizer.param_groups;
    if (_last_lr.length !== groups.length) {
      throw new TransformersError(
        "KEYS_MISMATCH",
        `load_state_dict: the state has rates for ${_last_lr.length} groups, this optimizer has ${groups.length}`,
      );
    }
    this.#state = { ...state, min_lrs: [...state.min_lrs], best: state.best ?? worst(state.mode) };
    groups.forEach((group, i) => {
      group.lr = _last_lr[i]!;
    });
  }
}

function worst(mode: "min" | "max"): number {
  return mode === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

function refused(name: string, value: unknown, expected: string): TransformersError {
  return new TransformersError(
    "INVALID_ARGUMENT",
    `ReduceLROnPlateau: ${name} is ${value}; expected ${expected}`,
  );
}
