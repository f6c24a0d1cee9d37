import { TransformersError } from "../errors.js";
import {
  canonical,
  checkTarget,
  type Device,
  type DType,
  isFloat,
  Parameter,
  realize,
  type Tensor,
  Variable,
} from "../tensor/index.js";
import { respelled } from "./spelling.js";

/** A module is called like a function: the call is its `forward`. */
export interface Module<Config = unknown> {
  (...args: Parameters<this["forward"]>): ReturnType<this["forward"]>;
  readonly config: Config;
}

/**
 * A part of a network. Its parameters are its fields, and a field's name is the state-dict segment:
 * `readonly query = new Linear(h, h)` inside `self` is `self.query.weight`. The configuration is there before the
 * fields of a subclass are made, so they can be made from it.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export abstract class Module<Config = unknown> {
  /** Whether dropout and the like are at work. Change it with train() and eval(). */
  declare training: boolean;

  constructor(config?: Config) {
    const call = (...args: unknown[]) => callable.invoke(...args);
    // Functions have fields of their own, whose names modules may want.
    for (const field of ["name", "length"]) delete (call as unknown as Record<string, unknown>)[field];
    const callable = Object.setPrototypeOf(call, new.target.prototype) as this;
    Object.defineProperty(callable, "config", { value: config, configurable: true, writable: true });
    callable.training = false;
    // biome-ignore lint/correctness/noConstructorReturn: the instance is the callable
    return callable;
  }

  // biome-ignore lint/suspicious/noExplicitAny: each module has its own arguments; callers see them through the call signature
  abstract forward(...args: any[]): unknown;

  /** Buffers of this module that are computed, though checkpoints of old hold them. */
  get stale_buffers(): readonly string[] {
    return [];
  }

  /** What a call does; a model as a whole does more than forward(). */
  protected invoke(...args: unknown[]): unknown {
    return this.forward(...args);
  }

  /** Modules that are fields of this one, or stand in a list that is, with their names. */
  *named_children(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this)) {
      if (value instanceof Module) yield [name, value];
    }
  }

  /** This module and all below it, with dotted names ("" for itself). */
  *named_modules(prefix = ""): Generator<[string, Module]> {
    yield [prefix, this as Module];
    for (const [name, child] of this.named_children()) yield* child.named_modules(join(prefix, name));
  }

  *modules(): Generator<Module> {
    for (const [, module] of this.named_modules()) yield module;
  }

  /** Parameters with their dotted names; one that stands in several places is given once. */
  *named_parameters(prefix = ""): Generator<[string, Parameter]> {
    const seen = new Set<Parameter>();
    for (const [name, variable] of this.named_variables(prefix)) {
      if (!(variable instanceof Parameter) || seen.has(variable)) continue;
      seen.add(variable);
      yield [name, variable];
    }
  }

  *parameters(): Generator<Parameter> {
    for (const [, parameter] of this.named_parameters()) yield parameter;
  }

  /** Parameters and buffers, each under every name it has. */
  *named_variables(prefix = ""): Generator<[string, Variable]> {
    for (const [path, module] of this.named_modules(prefix)) {
      for (const [name, value] of Object.entries(module)) {
        if (value instanceof Variable) yield [join(path, name), value];
      }
    }
  }

  /** Everything a checkpoint holds, by name. */
  state_dict(): Map<string, Variable> {
    return new Map(this.named_variables());
  }

  /**
   * Takes values by name. Throws `KEYS_MISMATCH` naming what has another shape, and what is missing or unexpected
   * unless `strict` is false; the module then keeps the values it has.
   */
  async load_state_dict(
    values: ReadonlyMap<string, Tensor>,
    options: { strict?: boolean } = {},
  ): Promise<void> {
    const own = this.state_dict();
    const given = respelled(values, own);
    const missing = [...own.keys()].filter((name) => !given.has(name));
    const unexpected = [...given.keys()].filter((name) => !own.has(name));
    if (options.strict !== false && missing.length + unexpected.length > 0) {
      throw new TransformersError(
        "KEYS_MISMATCH",
        `load_state_dict: missing ${list(missing)}; unexpected ${list(unexpected)}; pass strict: false to load what fits`,
      );
    }
    const taken = [...own].flatMap(([name, variable]) => {
      const value = given.get(name);
      return value === undefined ? [] : [{ name, variable, value }];
    });
    const misshapen = taken.filter(({ variable, value }) => String(variable.shape) !== String(value.shape));
    if (misshapen.length > 0) {
      const shapes = misshapen.map(
        ({ name, variable, value }) => `${name} is [${value.shape}] and should be [${variable.shape}]`,
      );
      throw new TransformersError("KEYS_MISMATCH", `load_state_dict: ${list(shapes)}`);
    }
    await realize(taken.map(({ value }) => value));
    for (const { variable, value } of taken) {
      const storage = canonical(value).storage!;
      if ("data" in storage) variable.assign({ ...storage, data: storage.data.slice() });
      else variable.assign("load" in storage ? storage : await storage.download());
    }
  }

  /** Puts dropout and the like to work (or, with false, out of it), here and below. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  /**
   * Makes a device the place of all parameters and buffers, or a dtype what those of floats are kept in, or both, in
   * place; elements are brought to a device when they are first needed. Inputs are not moved along: give the module
   * tensors that lie there. Throws `INVALID_ARGUMENT` for a name that is neither, and for a dtype that is no float's;
   * whether the machine has the device shows when something is computed.
   */
  to(target: Device | DType | { dtype?: DType; device?: Device }): this {
    const { device, dtype } = checkTarget(target);
    if (dtype !== undefined && !isFloat(dtype)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `to: parameters are kept in a floating dtype, such as float32 or float16, not in ${dtype}`,
      );
    }
    for (const [, variable] of this.named_variables()) {
      if (dtype !== undefined && isFloat(variable.dtype)) variable.cast(dtype);
      if (device !== undefined) variable.move(device);
    }
    return this;
  }

  /** Keeps parameters and buffers of floats in float16, in place. */
  half(): this {
    return this.to("float16");
  }

  /** Keeps parameters and buffers of floats in bfloat16, in place. */
  bfloat16(): this {
    return this.to("bfloat16");
  }

  /** Keeps parameters and buffers of floats in float32, in place. */
  float(): this {
    return this.to("float32");
  }

  /** Whether the parameters want gradients. */
  requires_grad_(requires_grad = true): this {
    for (const parameter of this.parameters()) parameter.requires_grad = requires_grad;
    return this;
  }
}

function join(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
}

function list(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
}
