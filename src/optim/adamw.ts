import type { Parameter, Tensor } from "../tensor/index.js";
import {
  type CommonSettings,
  type Group,
  Optimizer,
  type ParameterGroup,
  type ParameterUpdate,
} from "./optimizer.js";

export interface AdamWSettings extends CommonSettings {
  /** Learning rate. Default 1e-3. */
  lr: number;
  /** Decay of the running means of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  eps: number;
  /** Share of the parameter that each step takes off, times the learning rate. Default 0.01. */
  weight_decay: number;
  /** Divide by the largest mean square so far. Default false. */
  amsgrad: boolean;
  /** Climb instead of descending. Default false. */
  maximize: boolean;
}

/**
 * Adam with decoupled weight decay, as torch.optim.AdamW.
 * Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2.
 */
export class AdamW extends Optimizer<AdamWSettings> {
  constructor(
    params: Iterable<Parameter> | Iterable<ParameterGroup<AdamWSettings>>,
    settings: Partial<AdamWSettings> = {},
  ) {
    const defaults: AdamWSettings = {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weight_decay: 0.01,
      amsgrad: false,
      maximize: false,
    };
    super(params, defaults, settings);
  }

  protected override check(settings: AdamWSettings): void {
    super.check(settings);
    const { betas, eps, weight_decay } = settings;
    if (betas.length !== 2 || !betas.every((beta) => beta >= 0 && beta < 1))
      throw this.refused("betas", betas, "two numbers from 0 up to, but not, 1");
    if (!(eps >= 0)) throw this.refused("eps", eps, "0 or more");
    if (!(weight_decay >= 0)) throw this.refused("weight_decay", weight_decay, "0 or more");
  }

  /** Means are kept undivided, m / (1 - beta): each step then only multiplies them and adds. */
  protected override momentsOf({ amsgrad, betas }: Group<AdamWSettings>) {
    const moments = { exp_avg: 1 - betas[0], exp_avg_sq: 1 - betas[1] };
    return amsgrad ? { ...moments, max_exp_avg_sq: 1 - betas[1] } : moments;
  }

  /**
   * p = p * decay - rate * m / (sqrt(v) + eps), where m and v are the undivided means, and rate and eps take up
   * their units and the bias corrections 1 - beta ** step.
   */
  protected override scalars({ lr, betas, eps, weight_decay }: Group<AdamWSettings>, step: number) {
    const first = (1 - betas[0] ** step) / (1 - betas[0]);
    const second = Math.sqrt((1 - betas[1] ** step) / (1 - betas[1]));
    return { rate: (lr * second) / first, eps: eps * second, decay: 1 - lr * weight_decay };
  }

  protected override update(
    { betas: [beta1, beta2], weight_decay, amsgrad, maximize }: Group<AdamWSettings>,
    parameter: Tensor,
    gradient: Tensor,
    moments: Readonly<Record<string, Tensor>>,
    { rate, eps, decay }: Readonly<Record<string, Tensor>>,
  ): ParameterUpdate {
    const direction = maximize ? gradient.neg() : gradient;
    const exp_avg = moments.exp_avg!.mul(beta1).add(direction);
    const exp_avg_sq = moments.exp_avg_sq!.mul(beta2).add(direction.mul(direction));
    const largest = amsgrad ? moments.max_exp_avg_sq!.maximum(exp_avg_sq) : exp_avg_sq;
    const step = exp_avg.div(largest.sqrt().add(eps!)).mul(rate!);
    const decayed = weight_decay === 0 ? parameter : parameter.mul(decay!);
    const state: Record<string, Tensor> = { exp_avg, exp_avg_sq };
    if (amsgrad) state.max_exp_avg_sq = largest;
    return { parameter: decayed.sub(step), state };
  }
}
