import type { Storage, Tensor } from "./tensor.js";

/** Has a leaf's elements made when they are first asked for. */
export function defineLazy(leaf: Tensor, make: () => Storage | null): void {
  const set = (value: Storage | null) => {
    Object.defineProperty(leaf, "storage", { value, configurable: true, enumerable: true, writable: true });
  };
  const get = () => {
    set(make());
    return leaf.storage;
  };
  Object.defineProperty(leaf, "storage", { get, set, configurable: true, enumerable: true });
}

/** Whether a leaf's elements have not been made yet. */
export function isLazy(leaf: Tensor): boolean {
  return Object.getOwnPropertyDescriptor(leaf, "storage")?.get !== undefined;
}
