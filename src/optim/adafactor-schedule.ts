import type { Adafactor } from "./adafactor.js";
import type { LRScheduler } from "./lambda-lr.js";

/**
 * Stands in for a schedule where Adafactor finds its own rates, so that they can be read as those of any schedule: it
 * changes nothing. Until the first step it gives `initial_lr` for each group.
 */
export class AdafactorSchedule implements LRScheduler {
  last_epoch = 0;
  #last: number[];
  readonly #optimizer: Adafactor;

  constructor(optimizer: Adafactor, initial_lr = 0) {
    this.#optimizer = optimizer;
    this.#last = optimizer.param_groups.map(() => initial_lr);
  }

  /** Takes over the rates of the optimizer's last step: call it after optimizer.step(). */
  step(): void {
    this.last_epoch++;
    const rates = this.#optimizer.rates();
    if (rates.length > 0) this.#last = rates;
  }

  get_last_lr(): number[] {
    return [...this.#last];
  }

  state_dict(): { last_epoch: number; _last_lr: number[] } {
    return { last_epoch: this.last_epoch, _last_lr: this.get_last_lr() };
  }

  load_state_dict({ last_epoch, _last_lr }: { last_epoch: number; _last_lr: number[] }): void {
    this.last_epoch = last_epoch;
    this.#last = [..._last_lr];
  }
}

/** The rates that Adafactor finds for itself, in the form of a schedule. */
export function get_adafactor_schedule(optimizer: Adafactor, initial_lr = 0): AdafactorSchedule {
  return new AdafactorSchedule(optimizer, initial_lr);
}
