/** An object that is called like a function: the call is its `invoke`. */
export abstract class Callable {
  constructor() {
    const call = (...args: unknown[]) => instance.invoke(...args);
    // Functions have fields of their own, whose names subclasses may want.
    for (const field of ["name", "length"]) delete (call as unknown as Record<string, unknown>)[field];
    const instance = Object.setPrototypeOf(call, new.target.prototype) as this;
    // biome-ignore lint/correctness/noConstructorReturn: the instance is the callable
    return instance;
  }

  /** What a call does. Subclasses narrow the arguments; callers see them through the call signature. */
  protected abstract invoke(...args: unknown[]): unknown;
}
