import { Tensor } from "./tensor.js";

/** Tensors among plain values, nested: what a compiled function takes and gives. */
export type Tree = Tensor | TreeValue | readonly Tree[] | { readonly [name: string]: Tree };
type TreeValue = string | number | boolean | null | undefined;

/** A tensor of a tree and the way to it. */
export interface Feed {
  readonly path: readonly string[];
  readonly tensor: Tensor;
}

/** The tensors of a tree with their paths, in order. */
export function collect(tree: Tree, path: readonly string[] = []): Feed[] {
  if (tree instanceof Tensor) return [{ path, tensor: tree }];
  if (tree === null || typeof tree !== "object") return [];
  return Object.entries(tree).flatMap(([name, branch]) => collect(branch, [...path, name]));
}

/** The tree with other values in the place of its tensors. */
export function replace(tree: Tree, change: (tensor: Tensor) => Tree): Tree {
  if (tree instanceof Tensor) return change(tree);
  if (tree === null || typeof tree !== "object") return tree;
  if (Array.isArray(tree)) return tree.map((branch) => replace(branch, change));
  return Object.fromEntries(Object.entries(tree).map(([name, branch]) => [name, replace(branch, change)]));
}
