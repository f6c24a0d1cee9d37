import type { CharSet } from "./char-set.js";

/** What a regular expression says, as a tree. */
export type Node =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "choice"; readonly options: readonly Node[] }
  | Repeat
  | { readonly kind: "atomic"; readonly body: Node }
  | Look
  | { readonly kind: "assertion"; readonly assertion: Assertion }
  /** `\R`: a line break, CR LF as one. */
  | { readonly kind: "newline" }
  /** `\X`: the rest of an extended grapheme cluster. */
  | { readonly kind: "cluster" };

export interface Repeat {
  readonly kind: "repeat";
  readonly body: Node;
  readonly min: number;
  /** Infinity: without end. */
  readonly max: number;
  readonly mode: RepeatMode;
}

export type RepeatMode = "greedy" | "lazy" | "possessive";

export interface Look {
  readonly kind: "look";
  readonly body: Node;
  readonly behind: boolean;
  readonly negative: boolean;
}

/** What holds at a place between two characters. */
export const ASSERTIONS = [
  "text start",
  "text end",
  "text end or last newline",
  "line start",
  "line end",
  "search start",
  "word boundary",
  "no word boundary",
  "ascii word boundary",
  "no ascii word boundary",
  "cluster boundary",
  "no cluster boundary",
] as const;
export type Assertion = (typeof ASSERTIONS)[number];

/** Matches at every place, and consumes nothing. */
export const EMPTY: Node = { kind: "sequence", items: [] };

/** Whether a node can match without consuming anything. */
export function isNullable(node: Node): boolean {
  switch (node.kind) {
    case "set":
    case "newline":
    case "cluster":
      return false;
    case "sequence":
      return node.items.every(isNullable);
    case "choice":
      return node.options.some(isNullable);
    case "repeat":
      return node.min === 0 || isNullable(node.body);
    case "atomic":
      return isNullable(node.body);
    case "look":
    case "assertion":
      return true;
  }
}
