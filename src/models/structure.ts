import { Module, ModuleDict, ModuleList, ParameterList, Sequential } from "../nn/index.js";
import { Variable } from "../tensor/index.js";

/**
 * The modules of a model and what stands in their fields, as they were at one time: a model that has been given other
 * parts since needs other sessions.
 */
export class Structure {
  readonly modules: readonly Module[];
  readonly #fields: readonly { owner: Readonly<Record<string, unknown>>; name: string; value: unknown }[];
  readonly #containers: readonly { container: Module; count: number }[];

  constructor(root: Module) {
    this.modules = [...root.modules()];
    this.#fields = this.modules.flatMap((module) =>
      Object.entries(module)
        .filter(([, value]) => value === null || value instanceof Module || value instanceof Variable)
        .map(([name, value]) => ({ owner: module as unknown as Record<string, unknown>, name, value })),
    );
    this.#containers = this.modules
      .filter((module) => containers.some((type) => module instanceof type))
      .map((container) => ({ container, count: Object.keys(container).length }));
  }

  /** Whether every field still holds what it held, and lists are as long as they were. */
  isCurrent(): boolean {
    return (
      this.#fields.every(({ owner, name, value }) => owner[name] === value) &&
      this.#containers.every(({ container, count }) => Object.keys(container).length === count)
    );
  }
}

const containers = [ModuleList, ModuleDict, Sequential, ParameterList] as const;
