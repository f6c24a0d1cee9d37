import type { Parameter, Tensor } from "../tensor/index.js";
import {
  type CommonSettings,
  type Group,
  type Moment,
  Optimizer,
  type ParameterGroup,
  type ParameterUpdate,
} from "./optimizer.js";

export interface AdamSettings extends CommonSettings {
  /** Learning rate. Default 1e-3. */
  lr: number;
  /** Decay of the running means of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  eps: number;
  /** Adam: how much of the parameter is added to its gradient. AdamW: what share of it a step takes off, times lr. */
  weight_decay: number;
  /** Divide by the largest mean square so far. Default false. */
  amsgrad: boolean;
  /** Climb instead of descending. Default false. */
  maximize: boolean;
}

/**
 * Adam, as torch.optim.Adam. `weight_decay` (default 0) is an L2 penalty on the parameter; AdamW decays it apart from
 * the gradient. A step reads gradient, parameter and two moments, and writes the latter three (amsgrad: one more).
 *
 * Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1; amsgrad: Reddi et al., "On
 * the convergence of Adam and beyond", 2018, algorithm 2.
 */
export class Adam extends Optimizer<AdamSettings> {
  constructor(
    params: Iterable<Parameter> | Iterable<ParameterGroup<AdamSettings>>,
    settings: Partial<AdamSettings> = {},
  ) {
    const defaults: AdamSettings = {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weight_decay: 0,
      amsgrad: false,
      maximize: false,
    };
    super(params, defaults, settings);
  }

  /** Whether weight decay works on the parameter itself, not through its gradient. */
  protected get decoupled(): boolean {
    return false;
  }

  protected override get fixed() {
    return { decoupled_weight_decay: this.decoupled };
  }

  protected override check(settings: AdamSettings): void {
    super.check(settings);
    const { betas, eps, weight_decay } = settings;
    this.requireBetas(betas);
    this.requireAtLeast0({ eps, weight_decay });
  }

  /** Means are kept undivided, m / (1 - beta): each step then only multiplies them and adds. */
  protected override momentsOf({ amsgrad, betas }: Group<AdamSettings>): Record<string, Moment> {
    const square = { unit: 1 - betas[1] };
    const moments = { exp_avg: { unit: 1 - betas[0] }, exp_avg_sq: square };
    return amsgrad ? { ...moments, max_exp_avg_sq: square } : moments;
  }

  /**
   * p = p * decay - rate * m / (sqrt(v) + eps), where m and v are the undivided means, and rate and eps take up
   * their units and the bias corrections 1 - beta ** step.
   */
  protected override scalars({ lr, betas, eps, weight_decay }: Group<AdamSettings>, step: number) {
    const first = (1 - betas[0] ** step) / (1 - betas[0]);
    const second = Math.sqrt((1 - betas[1] ** step) / (1 - betas[1]));
    const decay = this.decoupled ? 1 - lr * weight_decay : weight_decay;
    return { rate: (lr * second) / first, eps: eps * second, decay };
  }

  protected override update(
    { betas: [beta1, beta2], weight_decay, amsgrad, maximize }: Group<AdamSettings>,
    parameter: Tensor,
    gradient: Tensor,
    moments: Readonly<Record<string, Tensor>>,
    { rate, eps, decay }: Readonly<Record<string, Tensor>>,
  ): ParameterUpdate {
    const slope = maximize ? gradient.neg() : gradient;
    const decays = weight_decay !== 0;
    const direction = decays && !this.decoupled ? slope.add(parameter.mul(decay!)) : slope;
    const exp_avg = moments.exp_avg!.mul(beta1).add(direction);
    const exp_avg_sq = moments.exp_avg_sq!.mul(beta2).add(direction.mul(direction));
    const largest = amsgrad ? moments.max_exp_avg_sq!.maximum(exp_avg_sq) : exp_avg_sq;
    const step = exp_avg.div(largest.sqrt().add(eps!)).mul(rate!);
    const decayed = decays && this.decoupled ? parameter.mul(decay!) : parameter;
    const state: Record<string, Tensor> = { exp_avg, exp_avg_sq };
    if (amsgrad) state.max_exp_avg_sq = largest;
    return { parameter: decayed.sub(step), state };
  }
}
