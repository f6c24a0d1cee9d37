import { failure } from "./budget.js";
import type { Value } from "./values.js";

/** Names that stand for the same in every template, and cannot be given to anything else. */
export const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null],
]);

/** Names and their values; those of an outer scope can be read and not changed. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #outer: Scope | null;

  constructor(outer: Scope | null = null) {
    this.#outer = outer;
  }

  get(name: string): Value | undefined {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#outer) {
      const value = scope.#values.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** @throws TransformersError TEMPLATE_FAILED for the name of a constant. */
  set(name: string, value: Value): void {
    if (CONSTANTS.has(name)) throw failure(`cannot assign to ${name}`);
    this.#values.set(name, value);
  }
}
