import { TransformersError } from "../errors.js";
import { zeros_ } from "../nn/init.js";
import {
  clearGradient,
  companionsOf,
  gate,
  type HostArray,
  type Parameter,
  realize,
  type Tensor,
  tensor,
  type Update,
  Variable,
} from "../tensor/index.js";

/** Parameters that share settings; settings left out are the optimizer's defaults. */
export type ParameterGroup<S> = { params: Iterable<Parameter> } & Partial<S>;

export type Group<S> = S & { params: Parameter[]; initial_lr?: number };

/** Settings that every optimizer has. */
export interface CommonSettings {
  /** Learning rate. */
  lr: number;
}

/** One parameter's new value and those of its moments, from the gradient. */
export interface ParameterUpdate {
  readonly parameter: Tensor;
  readonly state: Readonly<Record<string, Tensor>>;
}

/** What an optimizer keeps, in a form that can be stored. */
export interface OptimizerState<S> {
  state: { step: number; [name: string]: HostArray | number }[];
  param_groups: (S & { params: number[]; initial_lr?: number })[];
}

/**
 * What all optimizers do: groups of parameters, their state, and the step, which computes losses, gradients and
 * new values as one graph and writes the new values over the old ones.
 */
export abstract class Optimizer<S extends CommonSettings> {
  readonly param_groups: Group<S>[];
  readonly #state = new Map<Parameter, ParameterState>();
  #stepping = false;

  constructor(
    params: Iterable<Parameter> | Iterable<ParameterGroup<S>>,
    defaults: S,
    settings: Partial<S> = {},
  ) {
    const items = [...(params as Iterable<Parameter | ParameterGroup<S>>)];
    if (items.length === 0)
      throw new TransformersError("INVALID_ARGUMENT", "an optimizer needs at least one parameter");
    const groups = (items[0] instanceof Variable ? [{ params: items }] : items) as ParameterGroup<S>[];
    const shared = { ...defaults, ...this.#given(settings, defaults) };
    const seen = new Set<Parameter>();
    this.param_groups = groups.map(({ params, ...own }) => {
      const parameters = [...params];
      for (const parameter of parameters) {
        if (seen.has(parameter)) {
          throw new TransformersError(
            "INVALID_ARGUMENT",
            "a parameter stands in two groups, or twice in one",
          );
        }
        seen.add(parameter);
      }
      const group = { ...shared, ...this.#given(own as unknown as Partial<S>, defaults) };
      this.check(group);
      return { ...group, params: parameters } as Group<S>;
    });
  }

  /** Throws `INVALID_ARGUMENT` where a setting cannot be used. */
  protected check(settings: S): void {
    const { lr } = settings;
    if (!(lr >= 0)) throw this.refused("lr", lr, "0 or more");
  }

  protected refused(name: string, value: unknown, expected: string): TransformersError {
    return new TransformersError(
      "INVALID_ARGUMENT",
      `${this.constructor.name}: ${name} is ${Array.isArray(value) ? JSON.stringify(value) : value}; expected ${expected}`,
    );
  }

  /** The settings that have a value. Throws `INVALID_ARGUMENT` for a name that is none. */
  #given(settings: Partial<S>, defaults: S): Partial<S> {
    for (const name of Object.keys(settings)) {
      if (!(name in defaults)) {
        throw new TransformersError(
          "INVALID_ARGUMENT",
          `${this.constructor.name} has no setting "${name}"; its settings are ${Object.keys(defaults).join(", ")}`,
        );
      }
    }
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    return Object.fromEntries(given) as Partial<S>;
  }

  /**
   * Names of the moments that a parameter of this group keeps, each of the parameter's shape, first zero; with the
   * unit that each is kept in, 1 for the moment itself. A unit can save a pass over all parameters in every step.
   */
  protected abstract momentsOf(group: Group<S>): Readonly<Record<string, number>>;

  /** Numbers that the update reads and that change from step to step, so that one graph serves all steps. */
  protected abstract scalars(group: Group<S>, step: number): Readonly<Record<string, number>>;

  protected abstract update(
    group: Group<S>,
    parameter: Tensor,
    gradient: Tensor,
    moments: Readonly<Record<string, Tensor>>,
    scalars: Readonly<Record<string, Tensor>>,
  ): ParameterUpdate;

  /** Forgets all gradients. */
  zero_grad(): void {
    for (const { params } of this.param_groups) for (const parameter of params) clearGradient(parameter);
  }

  /**
   * Replaces every parameter that has a gradient, and computes along the losses that backward() was called on,
   * whose `item()` can be read afterwards. Recorded computations that read the old values can no longer run.
   */
  async step(): Promise<void> {
    if (this.#stepping) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        "optimizer.step() is still running: await it before the next one",
      );
    }
    this.#stepping = true;
    try {
      await this.#step();
    } finally {
      this.#stepping = false;
    }
  }

  async #step(): Promise<void> {
    const updates: Update[] = [];
    const along = new Set<Tensor>();
    const advanced: { step: number }[] = [];
    for (const group of this.param_groups) {
      const scalarsAt = new Map<number, Record<string, Tensor>>();
      for (const parameter of group.params) {
        const gradient = parameter.grad;
        if (gradient === null) continue;
        for (const companion of companionsOf(parameter)) along.add(companion);
        const state = this.#stateOf(parameter, group);
        advanced.push(state);
        const step = state.step + 1;
        const scalars = scalarsAt.get(step) ?? scalarTensors(this.scalars(group, step));
        scalarsAt.set(step, scalars);
        const number = updates.length;
        const gated = Object.fromEntries(
          Object.entries(scalars).map(([name, value]) => [name, gate(value, number)]),
        );
        const next = this.update(group, parameter, gradient.to(parameter.dtype), state.moments, gated);
        updates.push({ variable: parameter, value: next.parameter, gate: number });
        for (const [name, value] of Object.entries(next.state))
          updates.push({ variable: state.moments[name]!, value });
      }
    }
    await realize([...along], updates);
    for (const state of advanced) state.step++;
    // A loss keeps its value; the graph behind it has done its work.
    for (const { node } of along) node.inputs = [];
  }

  #stateOf(parameter: Parameter, group: Group<S>) {
    const units = this.momentsOf(group);
    let state = this.#state.get(parameter);
    if (state === undefined) {
      const moments = Object.keys(units).map((name) => [name, new Variable(parameter.dims, zeros_)] as const);
      state = { step: 0, moments: Object.fromEntries(moments), units };
      this.#state.set(parameter, state);
    }
    if (JSON.stringify(state.units) !== JSON.stringify(units)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `${this.constructor.name}: settings that its moments are kept by (${Object.keys(units).join(", ")}) were changed after the first step; only the learning rate and the like may change`,
      );
    }
    return state;
  }

  /** Steps done and moments of each parameter (numbered through all groups), and the groups' settings. */
  async state_dict(): Promise<OptimizerState<S>> {
    const numbers = new Map<Parameter, number>();
    const state: OptimizerState<S>["state"] = [];
    const param_groups: OptimizerState<S>["param_groups"] = [];
    for (const group of this.param_groups) {
      for (const parameter of group.params) {
        numbers.set(parameter, numbers.size);
        const own = this.#state.get(parameter);
        const entry: OptimizerState<S>["state"][number] = { step: own?.step ?? 0 };
        for (const [name, moment] of Object.entries(own?.moments ?? {})) {
          entry[name] = fromUnits(await moment.load(), own!.units[name]!);
        }
        state.push(entry);
      }
      param_groups.push({ ...group, params: group.params.map((parameter) => numbers.get(parameter)!) });
    }
    return { state, param_groups };
  }

  /** Goes on where `state_dict()` was taken, with the same groups of parameters. */
  load_state_dict({ state, param_groups }: OptimizerState<S>): void {
    const sizes = (groups: readonly { params: readonly unknown[] }[]) =>
      groups.map(({ params }) => params.length).join(", ");
    if (sizes(param_groups) !== sizes(this.param_groups)) {
      throw new TransformersError(
        "KEYS_MISMATCH",
        `load_state_dict: the state has groups of ${sizes(param_groups)} parameters, this optimizer of ${sizes(this.param_groups)}`,
      );
    }
    this.param_groups.forEach((group, i) => {
      const { params: numbers, ...settings } = param_groups[i]!;
      Object.assign(group, settings);
      group.params.forEach((parameter, j) => {
        const { step, ...moments } = state[numbers[j]!]!;
        this.#state.delete(parameter);
        const own = this.#stateOf(parameter, group);
        own.step = step;
        for (const [name, array] of Object.entries(moments) as [string, HostArray][]) {
          if (own.moments[name] === undefined) {
            throw new TransformersError(
              "KEYS_MISMATCH",
              `load_state_dict: ${this.constructor.name} with these settings keeps no moment "${name}"`,
            );
          }
          own.moments[name].assign(toUnits(array, own.units[name]!));
        }
      });
    });
  }
}

interface ParameterState {
  step: number;
  readonly moments: Record<string, Variable>;
  readonly units: Readonly<Record<string, number>>;
}

/** A moment from what is kept of it: in float64, so that the way back gives the very same numbers. */
function fromUnits(kept: HostArray, unit: number): HostArray {
  if (unit === 1) return { ...kept, data: kept.data.slice() };
  const data = Float64Array.from(kept.data as Float32Array, (value) => value * unit);
  return { dtype: "float64", dims: kept.dims, data };
}

function toUnits(moment: HostArray, unit: number): HostArray {
  const data = Float32Array.from(moment.data as Float64Array, (value) => value / unit);
  return { dtype: "float32", dims: moment.dims, data };
}

function scalarTensors(scalars: Readonly<Record<string, number>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(scalars).map(([name, value]) => [name, tensor(Float32Array.of(value), { shape: [] })]),
  );
}
