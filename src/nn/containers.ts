import { TransformersError } from "../errors.js";
import { Parameter, type Tensor } from "../tensor/index.js";
import { Module } from "./module.js";

/** Makes a part a field of its container, and the field's name its state-dict segment. */
function place(container: Module, name: string, part: Module | Parameter): void {
  const known = Object.getOwnPropertyDescriptor(container, name)?.value;
  const taken = name in container && !(known instanceof Module || known instanceof Parameter);
  if (name === "" || name.includes(".") || taken) {
    const reason = taken ? "is a member of every such container" : "is no name of a field without dots";
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${container.constructor.name}: "${name}" ${reason}; name the part otherwise`,
    );
  }
  Object.defineProperty(container, name, {
    value: part,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** Parts by number: what ModuleList, Sequential and ParameterList have in common. */
abstract class NumberedParts<P extends Module | Parameter> extends Module {
  /** The parts' names in order; an object's fields would come with those first that are numbers. */
  readonly #names: string[] = [];

  protected parts(): P[] {
    const fields = this as unknown as Readonly<Record<string, P>>;
    return this.#names.map((name) => fields[name]!);
  }

  protected put(name: string, part: P): void {
    place(this, name, part);
    if (!this.#names.includes(name)) this.#names.push(name);
  }

  [Symbol.iterator](): ArrayIterator<P> {
    return this.parts().values();
  }

  get size(): number {
    return this.parts().length;
  }

  /** One part by its number, counted from the end where negative. Throws `INVALID_ARGUMENT` where there is none. */
  at(index: number): P {
    const all = this.parts();
    const found = all.at(index);
    if (found === undefined) {
      const what = this instanceof ParameterList ? "parameter" : "module";
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `${this.constructor.name}: there is no ${what} ${index} among ${all.length}`,
      );
    }
    return found;
  }

  append(part: P): this {
    this.put(String(this.size), part);
    return this;
  }

  extend(parts: Iterable<P>): this {
    for (const part of parts) this.append(part);
    return this;
  }
}

/** Modules by number: `new ModuleList(Array.from({ length: n }, () => new Layer(config)))`. */
export class ModuleList<M extends Module> extends NumberedParts<M> {
  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  /** Puts a module before the one with this number; those behind it move on by one. */
  insert(index: number, module: M): this {
    const all = this.parts();
    all.splice(index, 0, module);
    all.forEach((part, i) => {
      this.put(String(i), part);
    });
    return this;
  }

  /** A list of some of the modules, as an array's slice. */
  slice(start?: number, end?: number): ModuleList<M> {
    return new ModuleList(this.parts().slice(start, end));
  }

  override forward(): never {
    throw withoutForward(this);
  }
}

/**
 * Modules one after another, each called with what the one before it gave. They are named "0", "1" and so on, or as
 * an object or a Map names them: `new Sequential({ dense: new Linear(4, 2), activation: new ReLU() })` (an object
 * gives names that are whole numbers first, a Map keeps its order).
 */
export class Sequential<Input = Tensor, Output = Tensor> extends NumberedParts<Module> {
  constructor(...modules: readonly Module[]);
  constructor(named: Readonly<Record<string, Module>> | ReadonlyMap<string, Module>);
  constructor(
    ...parts: readonly (Module | Readonly<Record<string, Module>> | ReadonlyMap<string, Module>)[]
  ) {
    super();
    const [first] = parts;
    if (first === undefined || first instanceof Module) this.extend(parts as readonly Module[]);
    else for (const [name, module] of entriesOf(first)) this.put(name, module);
  }

  /** A sequence of some of the modules, as an array's slice. */
  slice(start?: number, end?: number): Sequential {
    return new Sequential(...this.parts().slice(start, end));
  }

  override forward(input: Input): Output {
    return this.parts().reduce<unknown>((value, module) => module(value), input) as Output;
  }
}

/** Modules by name: `new ModuleDict({ en: new Adapter(config), de: new Adapter(config) })`. */
export class ModuleDict<M extends Module> extends Module {
  constructor(modules: Readonly<Record<string, M>> | ReadonlyMap<string, M> = {}) {
    super();
    for (const [name, module] of entriesOf(modules)) this.set(name, module);
  }

  *[Symbol.iterator](): Generator<[string, M]> {
    yield* this.named_children() as Generator<[string, M]>;
  }

  get size(): number {
    return [...this].length;
  }

  has(name: string): boolean {
    return [...this].some(([own]) => own === name);
  }

  /** Throws `INVALID_ARGUMENT` where no module has this name, listing those that there are. */
  get(name: string): M {
    const found = [...this].find(([own]) => own === name);
    if (found !== undefined) return found[1];
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `ModuleDict: there is no module "${name}" among ${[...this.keys()].join(", ") || "none"}`,
    );
  }

  set(name: string, module: M): this {
    place(this, name, module);
    return this;
  }

  keys(): ArrayIterator<string> {
    return [...this].map(([name]) => name).values();
  }

  values(): ArrayIterator<M> {
    return [...this].map(([, module]) => module).values();
  }

  override forward(): never {
    throw withoutForward(this);
  }
}

/** Parameters by number. */
export class ParameterList extends NumberedParts<Parameter> {
  constructor(parameters: Iterable<Parameter> = []) {
    super();
    this.extend(parameters);
  }

  override forward(): never {
    throw withoutForward(this);
  }
}

function entriesOf<M>(named: Readonly<Record<string, M>> | ReadonlyMap<string, M>): Iterable<[string, M]> {
  return named instanceof Map ? named.entries() : Object.entries(named as Readonly<Record<string, M>>);
}

function withoutForward(container: Module): TransformersError {
  const name = container.constructor.name;
  const parts = container instanceof ParameterList ? "use its parameters" : "call its modules";
  return new TransformersError("UNSUPPORTED", `a ${name} has no forward of its own: ${parts}`);
}
