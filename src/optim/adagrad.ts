import type { Parameter, Tensor } from "../tensor/index.js";
import {
  type CommonSettings,
  type Group,
  type Moment,
  Optimizer,
  type ParameterGroup,
  type ParameterUpdate,
} from "./optimizer.js";

export interface AdagradSettings extends CommonSettings {
  /** Learning rate. Default 1e-2. */
  lr: number;
  /** The rate is divided by 1 + lr_decay for each step done. Default 0. */
  lr_decay: number;
  /** How much of the parameter is added to its gradient. Default 0. */
  weight_decay: number;
  /** What the sums of squares start from. Default 0. */
  initial_accumulator_value: number;
  /** Added to the denominator. Default 1e-10. */
  eps: number;
  /** Climb instead of descending. Default false. */
  maximize: boolean;
}

/**
 * Adagrad, as torch.optim.Adagrad. A step reads gradient, parameter and one sum of squares, and writes the latter two.
 *
 * Source: Duchi et al., "Adaptive subgradient methods for online learning and stochastic optimization", 2011.
 */
export class Adagrad extends Optimizer<AdagradSettings> {
  constructor(
    params: Iterable<Parameter> | Iterable<ParameterGroup<AdagradSettings>>,
    settings: Partial<AdagradSettings> = {},
  ) {
    const defaults: AdagradSettings = {
      lr: 1e-2,
      lr_decay: 0,
      weight_decay: 0,
      initial_accumulator_value: 0,
      eps: 1e-10,
      maximize: false,
    };
    super(params, defaults, settings);
  }

  protected override check(settings: AdagradSettings): void {
    super.check(settings);
    const { lr_decay, weight_decay, initial_accumulator_value, eps } = settings;
    this.requireAtLeast0({ lr_decay, weight_decay, initial_accumulator_value, eps });
  }

  protected override momentsOf(group: Group<AdagradSettings>): Record<string, Moment> {
    return { sum: { initial: group.initial_accumulator_value } };
  }

  protected override scalars({ lr, lr_decay, weight_decay, eps }: Group<AdagradSettings>, step: number) {
    return { rate: lr / (1 + (step - 1) * lr_decay), decay: weight_decay, eps };
  }

  protected override update(
    { weight_decay, maximize }: Group<AdagradSettings>,
    parameter: Tensor,
    gradient: Tensor,
    moments: Readonly<Record<string, Tensor>>,
    { rate, decay, eps }: Readonly<Record<string, Tensor>>,
  ): ParameterUpdate {
    const slope = maximize ? gradient.neg() : gradient;
    const direction = weight_decay === 0 ? slope : slope.add(parameter.mul(decay!));
    const sum = moments.sum!.add(direction.mul(direction));
    const step = direction.div(sum.sqrt().add(eps!)).mul(rate!);
    return { parameter: parameter.sub(step), state: { sum } };
  }
}
