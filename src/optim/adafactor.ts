import type { Parameter, Tensor } from "../tensor/index.js";
import {
  type CommonSettings,
  type Group,
  type Moment,
  Optimizer,
  type ParameterGroup,
  type ParameterUpdate,
} from "./optimizer.js";
import type { OptimizerState } from "./state.js";

export interface AdafactorSettings extends CommonSettings {
  /** Learning rate; must be given where `relative_step` is false, and null where it is true. Default null. */
  lr: number | null;
  /** Added to the gradient's square, and the least that the parameter's size is taken for. Default [1e-30, 1e-3]. */
  eps: readonly [number, number];
  /** The root of an update's mean square is kept below this. Default 1. */
  clip_threshold: number;
  /** The mean square's decay at step t is 1 - t ** decay_rate. Default -0.8. */
  decay_rate: number;
  /** Decay of a running mean of the updates; null (the default) keeps none. */
  beta1: number | null;
  /** Share of the parameter that each step takes off, times the rate. Default 0. */
  weight_decay: number;
  /** Multiply the rate by the root of the parameter's mean square. Default true. */
  scale_parameter: boolean;
  /** A rate of min(0.01, 1 / sqrt(step)) in the place of `lr`. Default true. */
  relative_step: boolean;
  /** Let that rate rise from 0 by 1e-6 a step. Default false. */
  warmup_init: boolean;
}

/**
 * Adafactor, as Transformers' `Adafactor`: of a matrix's mean squares only those of rows and columns are kept (the last
 * two axes of larger tensors). A step reads gradient and parameter and writes the latter; beside the rows and columns
 * it keeps no array unless `beta1` asks for one, or the parameter is a vector.
 *
 * Source: Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", 2018.
 */
export class Adafactor extends Optimizer<AdafactorSettings> {
  /** Roots of mean squares that the last step found, of each group's first parameter. */
  readonly #sizes = new Map<Parameter, number>();

  constructor(
    params: Iterable<Parameter> | Iterable<ParameterGroup<AdafactorSettings>>,
    settings: Partial<AdafactorSettings> = {},
  ) {
    const defaults: AdafactorSettings = {
      lr: null,
      eps: [1e-30, 1e-3],
      clip_threshold: 1,
      decay_rate: -0.8,
      beta1: null,
      weight_decay: 0,
      scale_parameter: true,
      relative_step: true,
      warmup_init: false,
    };
    super(params, defaults, settings);
  }

  protected override check(settings: AdafactorSettings): void {
    super.check(settings);
    const { lr, eps, clip_threshold, decay_rate, beta1, weight_decay, relative_step, warmup_init } = settings;
    if (relative_step && lr !== null) throw this.refused("lr", lr, "null, or relative_step: false beside it");
    if (!relative_step && lr === null)
      throw this.refused("lr", lr, "a number, or relative_step: true beside it");
    if (warmup_init && !relative_step) {
      throw this.refused("warmup_init", warmup_init, "relative_step: true beside it");
    }
    if (eps.length !== 2 || !eps.every((value) => value >= 0))
      throw this.refused("eps", eps, "two numbers of 0 or more");
    if (!(clip_threshold > 0)) throw this.refused("clip_threshold", clip_threshold, "more than 0");
    if (!(decay_rate <= 0)) throw this.refused("decay_rate", decay_rate, "0 or less");
    if (beta1 !== null && !(beta1 >= 0 && beta1 < 1))
      throw this.refused("beta1", beta1, "null, or a number from 0 up to, but not, 1");
    this.requireAtLeast0({ weight_decay });
  }

  protected override momentsOf(group: Group<AdafactorSettings>, { dims }: Parameter): Record<string, Moment> {
    const first: Record<string, Moment> = group.beta1 === null ? {} : { exp_avg: {} };
    const second: Record<string, Moment> =
      dims.length < 2
        ? { exp_avg_sq: {} }
        : {
            exp_avg_sq_row: { dims: dims.slice(0, -1) },
            exp_avg_sq_col: { dims: [...dims.slice(0, -2), dims.at(-1)!] },
          };
    return { ...first, ...second, ...(group.scale_parameter ? { RMS: { dims: [] } } : {}) };
  }

  /** The parameter's size is found anew at each step. */
  protected override get recomputed(): readonly string[] {
    return ["RMS"];
  }

  protected override scalars(group: Group<AdafactorSettings>, step: number) {
    const keep = 1 - step ** group.decay_rate;
    return { rate: rateAt(group, step), keep, share: 1 - keep, added: (1 - keep) * group.eps[0] };
  }

  protected override update(
    group: Group<AdafactorSettings>,
    parameter: Tensor,
    gradient: Tensor,
    moments: Readonly<Record<string, Tensor>>,
    scalars: Readonly<Record<string, Tensor>>,
  ): ParameterUpdate {
    const { eps, clip_threshold, beta1, weight_decay, scale_parameter } = group;
    const state: Record<string, Tensor> = {};
    if (scale_parameter) state.RMS = rootOfMean(parameter.square().sum(), parameter);
    const rate = scale_parameter ? scalars.rate!.mul(state.RMS!.maximum(eps[1])) : scalars.rate!;

    const square = gradient.square();
    const mean = (moment: Tensor, squares: Tensor) =>
      moment.mul(scalars.keep!).add(squares.mul(scalars.share!).add(scalars.added!));
    /** The size of gradient * factors, once `scaled` has made its factor as large as asked. */
    let squaredNorm: Tensor;
    let scaled: (factor: Tensor) => Tensor;
    if (parameter.rank < 2) {
      const exp_avg_sq = mean(moments.exp_avg_sq!, square);
      Object.assign(state, { exp_avg_sq });
      const direction = gradient.div(exp_avg_sq.sqrt());
      squaredNorm = direction.square().sum();
      scaled = (factor) => direction.mul(factor);
    } else {
      const exp_avg_sq_row = mean(moments.exp_avg_sq_row!, square.mean(-1));
      const exp_avg_sq_col = mean(moments.exp_avg_sq_col!, square.mean(-2));
      Object.assign(state, { exp_avg_sq_row, exp_avg_sq_col });
      // 1 / mean square of element (i, j) is rows[i] * columns[j].
      const rows = exp_avg_sq_row.mean(-1, true).div(exp_avg_sq_row).unsqueeze(-1); // [..., rows, 1]
      const columns = exp_avg_sq_col.reciprocal(); // [..., columns]
      squaredNorm = square.matmul(columns.unsqueeze(-1)).mul(rows).sum();
      scaled = (factor) => gradient.mul(rows.sqrt().mul(factor)).mul(columns.sqrt().unsqueeze(-2));
    }
    const clipping = rootOfMean(squaredNorm, parameter).div(clip_threshold).clamp({ min: 1 });
    const factor = rate.div(clipping);
    let step: Tensor;
    if (beta1 === null) step = scaled(factor);
    else step = state.exp_avg = moments.exp_avg!.mul(beta1).add(scaled(factor.mul(1 - beta1)));
    const decayed = weight_decay === 0 ? parameter : parameter.mul(rate.mul(-weight_decay).add(1));
    return { parameter: decayed.sub(step), state };
  }

  override async step(): Promise<void> {
    await super.step();
    for (const { params } of this.param_groups) {
      const size = this.kept(params[0]!)?.moments.RMS;
      if (size !== undefined) this.#sizes.set(params[0]!, Number((await size.load()).data[0]));
    }
  }

  override load_state_dict({ state, param_groups }: OptimizerState<AdafactorSettings>): void {
    // Python's schedule for Adafactor notes a rate that nobody reads.
    const groups = param_groups.map((group) => (group.relative_step ? { ...group, lr: null } : group));
    super.load_state_dict({ state, param_groups: groups });
    this.#sizes.clear();
    for (const { params } of this.param_groups) {
      const size = this.kept(params[0]!)?.moments.RMS;
      if (size !== undefined) this.#sizes.set(params[0]!, Number(size.data[0]));
    }
  }

  /** The rates that the last step took for each group's first parameter; without those that have not been updated. */
  rates(): number[] {
    return this.param_groups.flatMap((group) => {
      const first = group.params[0]!;
      const own = this.kept(first);
      if (own === null || own.step === 0) return [];
      const size = group.scale_parameter ? Math.max(group.eps[1], this.#sizes.get(first)!) : 1;
      return rateAt(group, own.step) * size;
    });
  }
}

function rateAt({ lr, relative_step, warmup_init }: AdafactorSettings, step: number): number {
  if (!relative_step) return lr!;
  return Math.min(warmup_init ? 1e-6 * step : 1e-2, 1 / Math.sqrt(step));
}

function rootOfMean(sumOfSquares: Tensor, { shape }: Tensor): Tensor {
  const count = (shape as readonly number[]).reduce((product, dim) => product * dim, 1);
  return sumOfSquares.div(count).sqrt();
}
