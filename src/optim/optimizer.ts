import { TransformersError } from "../errors.js";
import { constant_ } from "../nn/init.js";
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
  UpdatePlace,
  Variable,
} from "../tensor/index.js";
import { fromUnits, type OptimizerState, type StoredState, toUnits } from "./state.js";

/** Parameters that share settings; settings left out are the optimizer's defaults. */
export type ParameterGroup<S> = {
  params: Parameter | Iterable<Parameter>;
  /** The rate that a schedule starts from, where training is resumed in the middle of one. */
  initial_lr?: number;
} & Partial<S>;

export type Group<S> = S & { params: Parameter[]; initial_lr?: number };

/** Settings that every optimizer has. */
export interface CommonSettings {
  /** Learning rate; null where the optimizer finds its own. */
  lr: number | null;
}

/** An array that an optimizer keeps for each parameter from step to step. */
export interface Moment {
  /** Its sizes. Default: the parameter's. */
  readonly dims?: readonly number[];
  /** Every element before the first step. Default 0. */
  readonly initial?: number;
  /** What it is kept in: a unit other than 1 can save a pass over all parameters in every step. Default 1. */
  readonly unit?: number;
}

/** One parameter's new value and those of its moments, from the gradient. */
export interface ParameterUpdate {
  readonly parameter: Tensor;
  readonly state: Readonly<Record<string, Tensor>>;
}

/** Settings that PyTorch stores too, and that choose among its implementations, not among results. */
const implementationSettings = new Set(["foreach", "fused", "capturable", "differentiable"]);

/**
 * What all optimizers do: groups of parameters, their state, and the step, which computes losses, gradients and
 * new values as one graph and writes the new values over the old ones. From the first step on, float32 parameters in
 * host memory lie beside their moments, where a kernel makes the update in one pass from the gradient on.
 *
 * Parameters narrower than float32 have their moments in float32 and are updated in it; float64 ones in float64.
 */
export abstract class Optimizer<S extends CommonSettings> {
  readonly param_groups: Group<S>[] = [];
  /** Settings of groups that do not have their own. */
  readonly defaults: S;
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
    this.defaults = defaults;
    this.#requireKnown(settings);
    this.defaults = { ...defaults, ...given(settings) };
    const groups = (items[0] instanceof Variable ? [{ params: items }] : items) as ParameterGroup<S>[];
    for (const group of groups) this.add_param_group(group);
  }

  /** Adds parameters with settings of their own, as when a frozen part of a network is to be trained from now on. */
  add_param_group({ params, initial_lr, ...own }: ParameterGroup<S>): void {
    this.#requireKnown(own);
    const parameters = params instanceof Variable ? [params] : [...params];
    const group = { ...this.defaults, ...given(own as unknown as Partial<S>), params: parameters };
    this.check(group);
    const seen = new Set<Parameter>(this.param_groups.flatMap((other) => other.params));
    for (const parameter of parameters) {
      if (seen.has(parameter)) {
        throw new TransformersError("INVALID_ARGUMENT", "a parameter stands in two groups, or twice in one");
      }
      seen.add(parameter);
    }
    this.param_groups.push(initial_lr === undefined ? group : { ...group, initial_lr });
  }

  /** Throws `INVALID_ARGUMENT` where a setting cannot be used. */
  protected check({ lr }: S): void {
    if (lr !== null) this.requireAtLeast0({ lr });
  }

  protected refused(name: string, value: unknown, expected: string): TransformersError {
    return new TransformersError(
      "INVALID_ARGUMENT",
      `${this.constructor.name}: ${name} is ${Array.isArray(value) ? JSON.stringify(value) : value}; expected ${expected}`,
    );
  }

  protected requireAtLeast0(settings: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(settings))
      if (!(value >= 0)) throw this.refused(name, value, "0 or more");
  }

  /** That the decays of two running means are such. */
  protected requireBetas(betas: readonly number[]): void {
    if (betas.length !== 2 || !betas.every((beta) => beta >= 0 && beta < 1))
      throw this.refused("betas", betas, "two numbers from 0 up to, but not, 1");
  }

  #requireKnown(settings: object): void {
    for (const name of Object.keys(settings)) {
      if (!Object.hasOwn(this.defaults, name)) {
        const known = Object.keys(this.defaults).join(", ");
        throw new TransformersError(
          "INVALID_ARGUMENT",
          `${this.constructor.name} has no setting "${name}"; its settings are ${known}`,
        );
      }
    }
  }

  /** Whether the number of steps is part of a parameter's stored state. */
  protected get storesSteps(): boolean {
    return true;
  }

  /** Moments that a step does not read: a stored state need not have them. */
  protected get recomputed(): readonly string[] {
    return [];
  }

  /** Settings that PyTorch stores, and that here are the class's own: a stored one must have this value. */
  protected get fixed(): Readonly<Record<string, unknown>> {
    return {};
  }

  /** The moments that a parameter of this group keeps. */
  protected abstract momentsOf(group: Group<S>, parameter: Parameter): Readonly<Record<string, Moment>>;

  /**
   * Moments that are read for more than their own new value, each with a scalar that its new value alone is computed
   * with: there it can be made to wait until the others have read, as the parameter does at `rate`.
   */
  protected get waiting(): Readonly<Record<string, string>> {
    return {};
  }

  /** Numbers that the update reads and that change from step to step, so that one graph serves all steps. */
  protected abstract scalars(
    group: Group<S>,
    step: number,
  ): { readonly rate: number; readonly [name: string]: number };

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
    const { losses, updates, advanced } = this.#record();
    await realize(losses, updates);
    for (const state of advanced) state.step++;
    // A loss keeps its value; the graph behind it has done its work.
    for (const { node } of losses) node.inputs = [];
  }

  /** What a step would compute, recorded and not computed: for explain(), and to see how long recording takes. */
  record(): { readonly losses: readonly Tensor[]; readonly updates: readonly Update[] } {
    const { losses, updates } = this.#record();
    return { losses, updates };
  }

  #record() {
    const updates: Update[] = [];
    const along = new Set<Tensor>();
    const advanced: ParameterState[] = [];
    let gates = 0;
    for (const group of this.param_groups) {
      const scalarsOf = this.#scalarTensors(group);
      for (const parameter of group.params) {
        const gradient = parameter.grad;
        if (gradient === null) continue;
        for (const companion of companionsOf(parameter)) along.add(companion);
        const state = this.#stateOf(parameter, group);
        advanced.push(state);
        const dtype = computedIn(parameter);
        const scalars: Record<string, Tensor> = { ...scalarsOf(state.step + 1, dtype) };
        /** The gate that a new value waits at, hung before the scalar that it is computed with. */
        const gateAt = (name: string): number => {
          scalars[name] = gate(scalars[name]!, gates);
          return gates++;
        };
        const gateOfParameter = gateAt("rate");
        const gateOf = Object.fromEntries(
          Object.entries(this.waiting).map(([name, at]) => [name, gateAt(at)]),
        );
        const next = this.update(group, parameter.to(dtype), gradient.to(dtype), state.moments, scalars);
        const value = next.parameter.to(parameter.dtype);
        const kernel = { place: state.place, gradient };
        updates.push({ variable: parameter, value, gate: gateOfParameter, kernel });
        for (const [name, value] of Object.entries(next.state))
          updates.push({ variable: state.moments[name]!, value, gate: gateOf[name], kernel });
      }
    }
    return { losses: [...along], updates, advanced };
  }

  /** A group's scalars as tensors, the same for all parameters that have done as many steps. */
  #scalarTensors(group: Group<S>): (step: number, dtype: ComputedDType) => Record<string, Tensor> {
    const made = new Map<string, Record<string, Tensor>>();
    return (step, dtype) => {
      const key = `${step} ${dtype}`;
      let tensors = made.get(key);
      if (tensors === undefined) {
        const array = dtype === "float64" ? Float64Array : Float32Array;
        const entries = Object.entries(this.scalars(group, step)).map(
          ([name, value]) => [name, tensor(array.of(value), { shape: [] })] as const,
        );
        tensors = Object.fromEntries(entries);
        made.set(key, tensors);
      }
      return tensors;
    };
  }

  #stateOf(parameter: Parameter, group: Group<S>): ParameterState {
    const plan = this.momentsOf(group, parameter);
    let state = this.#state.get(parameter);
    if (state === undefined) {
      state = freshState(parameter, plan);
      this.#state.set(parameter, state);
    }
    if (JSON.stringify(state.units) !== JSON.stringify(unitsOf(plan))) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `${this.constructor.name}: settings that its moments are kept by (${Object.keys(plan).join(", ")}) were changed after the first step; only the learning rate and the like may change`,
      );
    }
    for (const moment of Object.values(state.moments)) moment.move(parameter.device);
    return state;
  }

  /** How many steps a parameter has done, and the moments kept of it; null before its first. */
  protected kept(
    parameter: Parameter,
  ): { readonly step: number; readonly moments: Readonly<Record<string, Variable>> } | null {
    return this.#state.get(parameter) ?? null;
  }

  /** Steps done and moments of each parameter, and the groups' settings: copies, which later steps leave alone. */
  async state_dict(): Promise<OptimizerState<S>> {
    const numbers = new Map<Parameter, number>();
    const state: OptimizerState<S>["state"] = {};
    const param_groups: OptimizerState<S>["param_groups"] = [];
    for (const group of this.param_groups) {
      for (const parameter of group.params) {
        const number = numbers.size;
        numbers.set(parameter, number);
        const own = this.#state.get(parameter);
        if (own === undefined) continue;
        const entry: StoredState = this.storesSteps ? { step: own.step } : {};
        for (const [name, moment] of Object.entries(own.moments))
          entry[name] = fromUnits(await moment.load(), own.units[name]!);
        if (Object.keys(entry).length > 0) state[number] = entry;
      }
      param_groups.push({ ...group, params: group.params.map((parameter) => numbers.get(parameter)!) });
    }
    return { state, param_groups };
  }

  /**
   * Goes on where `state_dict()` was taken, with the same groups of parameters: the same steps give the same numbers
   * bit for bit (for float64 parameters, up to the last). Throws `KEYS_MISMATCH` where the state does not fit, and
   * `INVALID_ARGUMENT` where its settings do not; the optimizer then keeps what it has.
   */
  load_state_dict({ state, param_groups }: OptimizerState<S>): void {
    const sizes = (groups: readonly { params: readonly unknown[] }[]) =>
      groups.map(({ params }) => params.length).join(", ");
    if (sizes(param_groups) !== sizes(this.param_groups)) {
      throw this.#misfit(
        `the state has groups of ${sizes(param_groups)} parameters, this optimizer of ${sizes(this.param_groups)}`,
      );
    }
    const loaded = new Map<Parameter, ParameterState>();
    const settings = param_groups.map(({ params: numbers, initial_lr, ...all }, i) => {
      const { fixed } = this;
      for (const [name, value] of Object.entries(fixed))
        if (name in all && all[name as keyof typeof all] !== value)
          throw this.refused(name, all[name as keyof typeof all], `${value}`);
      const stored = Object.entries(all).filter(
        ([name]) => !implementationSettings.has(name) && !(name in fixed),
      );
      const own = Object.fromEntries(stored) as unknown as S;
      this.#requireKnown(own);
      const group = { ...this.param_groups[i]!, ...own, ...(initial_lr === undefined ? {} : { initial_lr }) };
      this.check(group);
      group.params.forEach((parameter, j) => {
        const entry = state[numbers[j]!] ?? {};
        const isKept = Object.values(entry).some((value) => value !== null && value !== undefined);
        if (isKept) loaded.set(parameter, this.#restored(entry, parameter, group, numbers[j]!));
      });
      return group;
    });
    this.param_groups.forEach((group, i) => {
      Object.assign(group, settings[i]);
    });
    this.#state.clear();
    for (const [parameter, own] of loaded) this.#state.set(parameter, own);
  }

  /** The state of one parameter from what was stored of it. */
  #restored(stored: StoredState, parameter: Parameter, group: Group<S>, number: number): ParameterState {
    const { step = 1, ...rest } = stored;
    const own = freshState(parameter, this.momentsOf(group, parameter));
    own.step = step;
    const isOptional = (name: string) => this.recomputed.includes(name);
    const arrays = Object.entries(rest).filter(
      ([name, value]) => value !== null && value !== undefined && !(isOptional(name) && !own.moments[name]),
    );
    const has = (name: string) => arrays.some(([other]) => other === name);
    const missing = Object.keys(own.moments).filter((name) => !has(name) && !isOptional(name));
    const unknown = arrays.map(([name]) => name).filter((name) => own.moments[name] === undefined);
    if (missing.length + unknown.length > 0) {
      const list = (names: readonly string[]) => names.join(", ") || "nothing";
      throw this.#misfit(
        `${this.constructor.name} with these settings keeps ${list(Object.keys(own.moments))} of parameter ${number}; the state lacks ${list(missing)}, and has ${list(unknown)} besides`,
      );
    }
    for (const [name, array] of arrays) {
      const moment = own.moments[name]!;
      const stored = array as HostArray | number;
      moment.assign(toUnits(stored, own.units[name]!, moment, `${name} of parameter ${number}`));
    }
    return own;
  }

  #misfit(message: string): TransformersError {
    return new TransformersError("KEYS_MISMATCH", `load_state_dict: ${message}`);
  }
}

type ComputedDType = "float32" | "float64";

function computedIn({ dtype }: Parameter): ComputedDType {
  return dtype === "float64" ? "float64" : "float32";
}

interface ParameterState {
  step: number;
  readonly moments: Record<string, Variable>;
  readonly units: Readonly<Record<string, number>>;
  /** Where a kernel updates them. */
  readonly place: UpdatePlace;
}

function freshState(parameter: Parameter, plan: Readonly<Record<string, Moment>>): ParameterState {
  const units = unitsOf(plan);
  const moments = Object.entries(plan).map(([name, { dims = parameter.dims, initial = 0 }]) => {
    const dtype = computedIn(parameter);
    return [name, new Variable(dims, constant_(initial / units[name]!), dtype)] as const;
  });
  return { step: 0, moments: Object.fromEntries(moments), units, place: new UpdatePlace() };
}

function unitsOf(plan: Readonly<Record<string, Moment>>): Record<string, number> {
  return Object.fromEntries(Object.entries(plan).map(([name, { unit = 1 }]) => [name, unit]));
}

/** The settings that have a value. */
function given<S>(settings: Partial<S>): Partial<S> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Partial<S>;
}
