import type { Parameter, Tensor } from "../tensor/index.js";
import {
  type CommonSettings,
  type Group,
  type Moment,
  Optimizer,
  type ParameterGroup,
  type ParameterUpdate,
} from "./optimizer.js";

export interface RMSpropSettings extends CommonSettings {
  /** Learning rate. Default 1e-2. */
  lr: number;
  /** Decay of the running mean of the gradient's square. Default 0.99. */
  alpha: number;
  /** Added to the denominator. Default 1e-8. */
  eps: number;
  /** How much of the parameter is added to its gradient. Default 0. */
  weight_decay: number;
  /** How much of the last step's direction is kept. Default 0: none. */
  momentum: number;
  /** Divide by an estimate of the gradient's deviation, not of its size. Default false. */
  centered: boolean;
  /** Climb instead of descending. Default false. */
  maximize: boolean;
}

/**
 * RMSprop, as torch.optim.RMSprop. A step reads gradient, parameter and one mean, and writes the latter two; momentum
 * and `centered` make it read and write one array more each.
 *
 * Source: Tieleman and Hinton, "Lecture 6.5: RMSprop", 2012; centered: Graves, "Generating sequences with recurrent
 * neural networks", 2013, equations 38 to 45.
 */
export class RMSprop extends Optimizer<RMSpropSettings> {
  constructor(
    params: Iterable<Parameter> | Iterable<ParameterGroup<RMSpropSettings>>,
    settings: Partial<RMSpropSettings> = {},
  ) {
    const defaults: RMSpropSettings = {
      lr: 1e-2,
      alpha: 0.99,
      eps: 1e-8,
      weight_decay: 0,
      momentum: 0,
      centered: false,
      maximize: false,
    };
    super(params, defaults, settings);
  }

  protected override check(settings: RMSpropSettings): void {
    super.check(settings);
    const { alpha, eps, weight_decay, momentum } = settings;
    // From 1 on the mean forgets nothing and takes nothing in.
    if (!(alpha >= 0 && alpha < 1)) throw this.refused("alpha", alpha, "a number from 0 up to, but not, 1");
    this.requireAtLeast0({ eps, weight_decay, momentum });
  }

  /** Means are kept undivided, s / (1 - alpha), as Adam's; the momentum then is that of g / sqrt(s / (1 - alpha)). */
  protected override momentsOf({ alpha, momentum, centered }: Group<RMSpropSettings>) {
    const unit = 1 - alpha;
    const moments: Record<string, Moment> = { square_avg: { unit } };
    if (momentum !== 0) moments.momentum_buffer = { unit: 1 / Math.sqrt(unit) };
    if (centered) moments.grad_avg = { unit };
    return moments;
  }

  protected override scalars({ lr, alpha, eps, weight_decay }: Group<RMSpropSettings>) {
    const unit = Math.sqrt(1 - alpha);
    return { rate: lr / unit, eps: eps / unit, decay: weight_decay };
  }

  protected override update(
    { alpha, momentum, centered, weight_decay, maximize }: Group<RMSpropSettings>,
    parameter: Tensor,
    gradient: Tensor,
    moments: Readonly<Record<string, Tensor>>,
    { rate, eps, decay }: Readonly<Record<string, Tensor>>,
  ): ParameterUpdate {
    const slope = maximize ? gradient.neg() : gradient;
    const direction = weight_decay === 0 ? slope : slope.add(parameter.mul(decay!));
    const square_avg = moments.square_avg!.mul(alpha).add(direction.mul(direction));
    const state: Record<string, Tensor> = { square_avg };
    let variance = square_avg;
    if (centered) {
      const grad_avg = moments.grad_avg!.mul(alpha).add(direction);
      variance = square_avg.sub(grad_avg.mul(grad_avg).mul(1 - alpha));
      state.grad_avg = grad_avg;
    }
    let step = direction.div(variance.sqrt().add(eps!));
    if (momentum !== 0) {
      step = moments.momentum_buffer!.mul(momentum).add(step);
      state.momentum_buffer = step;
    }
    return { parameter: parameter.sub(step.mul(rate!)), state };
  }
}
