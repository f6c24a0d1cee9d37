import type { Parameter, Tensor } from "../tensor/index.js";
import {
  type CommonSettings,
  type Group,
  type Moment,
  Optimizer,
  type ParameterGroup,
  type ParameterUpdate,
} from "./optimizer.js";

export interface LionSettings extends CommonSettings {
  /** Learning rate. Default 1e-4. */
  lr: number;
  /** Share of the momentum in a step's direction, and decay of the momentum. Default [0.9, 0.99]. */
  betas: readonly [number, number];
  /** Share of the parameter that each step takes off, times the learning rate. Default 0. */
  weight_decay: number;
}

/**
 * Lion: every element moves by the learning rate, in the direction's sign. A step reads gradient, parameter and one
 * moment, and writes the latter two.
 *
 * Source: Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023, algorithm 2.
 */
export class Lion extends Optimizer<LionSettings> {
  constructor(
    params: Iterable<Parameter> | Iterable<ParameterGroup<LionSettings>>,
    settings: Partial<LionSettings> = {},
  ) {
    super(params, { lr: 1e-4, betas: [0.9, 0.99], weight_decay: 0 }, settings);
  }

  protected override check(settings: LionSettings): void {
    super.check(settings);
    this.requireBetas(settings.betas);
    this.requireAtLeast0({ weight_decay: settings.weight_decay });
  }

  protected override get storesSteps(): boolean {
    return false;
  }

  /** The mean is kept undivided, m / (1 - beta2): each step then only multiplies it and adds. */
  protected override momentsOf({ betas }: Group<LionSettings>): Record<string, Moment> {
    return { exp_avg: { unit: 1 - betas[1] } };
  }

  /** The direction is of the mean as it was. */
  protected override get waiting() {
    return { exp_avg: "keep" };
  }

  protected override scalars({ lr, betas, weight_decay }: Group<LionSettings>) {
    return { rate: lr, keep: betas[1], decay: 1 - lr * weight_decay };
  }

  protected override update(
    { betas: [beta1, beta2], weight_decay }: Group<LionSettings>,
    parameter: Tensor,
    gradient: Tensor,
    moments: Readonly<Record<string, Tensor>>,
    { rate, keep, decay }: Readonly<Record<string, Tensor>>,
  ): ParameterUpdate {
    // sign(beta1 m + (1 - beta1) g), divided by 1 - beta1, of which the sign knows nothing.
    const direction = moments.exp_avg!.mul((beta1 * (1 - beta2)) / (1 - beta1)).add(gradient);
    const exp_avg = moments.exp_avg!.mul(keep!).add(gradient);
    const decayed = weight_decay === 0 ? parameter : parameter.mul(decay!);
    return { parameter: decayed.sub(direction.sign().mul(rate!)), state: { exp_avg } };
  }
}
