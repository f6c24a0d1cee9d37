import type { Parameter, Tensor } from "../tensor/index.js";
import {
  type CommonSettings,
  type Group,
  type Moment,
  Optimizer,
  type ParameterGroup,
  type ParameterUpdate,
} from "./optimizer.js";

export interface SGDSettings extends CommonSettings {
  /** Learning rate. Default 1e-3. */
  lr: number;
  /** How much of the last step's direction is kept. Default 0: none. */
  momentum: number;
  /** What share of the gradient is left out of the momentum after the first step. Default 0. */
  dampening: number;
  /** How much of the parameter is added to its gradient. Default 0. */
  weight_decay: number;
  /** Take the gradient as it will be after the momentum's step. Default false. */
  nesterov: boolean;
  /** Climb instead of descending. Default false. */
  maximize: boolean;
}

/**
 * Stochastic gradient descent, as torch.optim.SGD. A step reads gradient and parameter and writes the latter; with
 * momentum it reads and writes one array more.
 *
 * Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013, in the form
 * v = momentum * v + g, p = p - lr * v.
 */
export class SGD extends Optimizer<SGDSettings> {
  constructor(
    params: Iterable<Parameter> | Iterable<ParameterGroup<SGDSettings>>,
    settings: Partial<SGDSettings> = {},
  ) {
    const defaults: SGDSettings = {
      lr: 1e-3,
      momentum: 0,
      dampening: 0,
      weight_decay: 0,
      nesterov: false,
      maximize: false,
    };
    super(params, defaults, settings);
  }

  protected override check(settings: SGDSettings): void {
    super.check(settings);
    const { momentum, dampening, weight_decay, nesterov } = settings;
    this.requireAtLeast0({ momentum, weight_decay });
    if (!Number.isFinite(dampening)) throw this.refused("dampening", dampening, "a number");
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw this.refused(
        "nesterov",
        nesterov,
        `a momentum above 0 and no dampening with it, not ${momentum} and ${dampening}`,
      );
    }
  }

  protected override get storesSteps(): boolean {
    return false;
  }

  protected override momentsOf({ momentum }: Group<SGDSettings>): Record<string, Moment> {
    return momentum === 0 ? {} : { momentum_buffer: {} };
  }

  /** The first gradient enters the momentum whole. */
  protected override scalars({ lr, weight_decay, dampening }: Group<SGDSettings>, step: number) {
    return { rate: lr, decay: weight_decay, share: step === 1 ? 1 : 1 - dampening };
  }

  protected override update(
    { momentum, dampening, weight_decay, nesterov, maximize }: Group<SGDSettings>,
    parameter: Tensor,
    gradient: Tensor,
    moments: Readonly<Record<string, Tensor>>,
    { rate, decay, share }: Readonly<Record<string, Tensor>>,
  ): ParameterUpdate {
    const slope = maximize ? gradient.neg() : gradient;
    const direction = weight_decay === 0 ? slope : slope.add(parameter.mul(decay!));
    if (momentum === 0) return { parameter: parameter.sub(direction.mul(rate!)), state: {} };
    const added = dampening === 0 ? direction : direction.mul(share!);
    const momentum_buffer = moments.momentum_buffer!.mul(momentum).add(added);
    const step = nesterov ? direction.add(momentum_buffer.mul(momentum)) : momentum_buffer;
    return { parameter: parameter.sub(step.mul(rate!)), state: { momentum_buffer } };
  }
}
