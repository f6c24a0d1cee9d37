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
  readonly #state = new Map<Parameter, { step: number; moments: Record<string, Variable> }>();
  #stepping = false;

  constructor(params: Iterable<Parameter> | Iterable<ParameterGroup<S>>, defaults: S) {
    const items = [...(params as Iterable<Parameter | ParameterGroup<S>>)];
    if (items.length === 0)
      throw new TransformersError("INVALID_ARGUMENT", "an optimizer needs at least one parameter");
    const groups = (items[0] instanceof Variable ? [{ params: items }] : items) as ParameterGroup<S>[];
    const known = new Set(["params", ...Object.keys(defaults)]);
    const seen = new Set<Parameter>();
    this.param_groups = groups.map((group) => {
      for (const name of Object.keys(group)) {
        if (!known.has(name)) {
          throw new TransformersError(
            "INVALID_ARGUMENT",
            `${this.constructor.name} has no setting "${name}"; its settings are ${[...known].slice(1).join(", ")}`,
          );
        }
      }
      const own = [...group.params];
      for (const parameter of own) {
        if (seen.has(parameter)) {
          throw new TransformersError(
            "INVALID_ARGUMENT",
            "a parameter stands in two groups, or twice in one",
          );
        }
        seen.add(parameter);
      }
      return { ...defaults, ...group, params: own } as Group<S>;
    });
  }

  /** Names of the moments that a parameter of this group keeps, each of the parameter's shape, first zero. */
  protected abstract momentsOf(group: Group<S>): readonly string[];

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
    for (const group of this.param_groups) {
      const scalarsAt = new Map<number, Record<string, Tensor>>();
      for (const parameter of group.params) {
        const gradient = parameter.grad;
        if (gradient === null) continue;
        for (const companion of companionsOf(parameter)) along.add(companion);
        const state = this.#stateOf(parameter, group);
        state.step++;
        const scalars = scalarsAt.get(state.step) ?? scalarTensors(this.scalars(group, state.step));
        scalarsAt.set(state.step, scalars);
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
    // A loss keeps its value; the graph behind it has done its work.
    for (const { node } of along) node.inputs = [];
  }

  #stateOf(parameter: Parameter, group: Group<S>) {
    let state = this.#state.get(parameter);
    if (state === undefined) {
      const moments = this.momentsOf(group).map(
        (name) => [name, new Variable(parameter.dims, zeros_)] as const,
      );
      state = { step: 0, moments: Object.fromEntries(moments) };
      this.#state.set(parameter, state);
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
          const array = await moment.load();
          entry[name] = { ...array, data: array.data.slice() };
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
        const own = this.#stateOf(parameter, group);
        own.step = step;
        for (const [name, array] of Object.entries(moments) as [string, HostArray][]) {
          own.moments[name] ??= new Variable(parameter.dims, zeros_);
          own.moments[name].assign({ ...array, data: array.data.slice() });
        }
      });
    });
  }
}

function scalarTensors(scalars: Readonly<Record<string, number>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(scalars).map(([name, value]) => [name, tensor(Float32Array.of(value), { shape: [] })]),
  );
}
