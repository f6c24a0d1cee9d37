import type { Tensor } from "../../../src/tensor/index.js";
import { grad } from "../../../src/tensor/index.js";

/** One call that stands for an op in the checks that run over all definitions. */
export interface DefinitionCase {
  readonly name: string;
  readonly inputs: readonly InputSpec[];
  call(...inputs: Tensor[]): Tensor | readonly Tensor[];
  /** float32 where there is no float64 kernel, or the result is float32. Default float64. */
  readonly dtype?: "float32";
  /** false: no gradient comes back. Default true. */
  readonly differentiable?: boolean;
}

/** Sizes of an input, "n" for one that differs between calls; its elements are of either sign unless said. */
export type Sizes = readonly (number | "n")[];
export type InputSpec =
  | Sizes
  | { readonly sizes: Sizes; readonly values: "positive" | "bool" }
  /** Whole numbers from 0 to below this one. */
  | { readonly sizes: Sizes; readonly below: number };

export const positive = (...sizes: Sizes): InputSpec => ({ sizes, values: "positive" });
export const bool = (...sizes: Sizes): InputSpec => ({ sizes, values: "bool" });
export const below = (below: number, ...sizes: Sizes): InputSpec => ({ sizes, below });

export const single = { dtype: "float32" } as const;
export const constant = { differentiable: false } as const;

/** A list of cases and the function that adds one to it. */
export function caseList() {
  const cases: DefinitionCase[] = [];
  const on = (
    name: string,
    inputs: readonly InputSpec[],
    call: DefinitionCase["call"],
    options: Pick<DefinitionCase, "dtype" | "differentiable"> = {},
  ) => {
    cases.push({ name, inputs, call, ...options });
  };
  return { cases, on };
}

/** What goes back to an input, as an operation of its own. */
export function gradientOf(output: Tensor, input: Tensor, gradOutput: Tensor): Tensor {
  return grad(output, [input], { gradOutputs: [gradOutput] })[0]!;
}
