import { TransformersError } from "../errors.js";
import { allocate, convert, type HostArray, type Variable } from "../tensor/index.js";

/** What is kept of one parameter: its moments, and the number of steps where the optimizer stores them. */
export interface StoredState {
  step?: number;
  [name: string]: HostArray | number | null | undefined;
}

/** What an optimizer keeps, in a form that can be stored; laid out as PyTorch does. */
export interface OptimizerState<S> {
  /** By the parameter's number, through all groups; those that have not been updated yet are not there. */
  state: Record<number, StoredState>;
  param_groups: (S & { params: number[]; initial_lr?: number })[];
}

/** A copy of a moment from what is kept of it: in float64, so that the way back gives the very same numbers. */
export function fromUnits(kept: HostArray, unit: number): HostArray {
  if (unit === 1) return { ...kept, data: kept.data.slice() };
  const data = Float64Array.from(kept.data as Float32Array, (value) => value * unit);
  return { dtype: "float64", dims: kept.dims, data };
}

/**
 * What is kept of a moment, from the moment. Throws `KEYS_MISMATCH`, saying what `name` is, where it does not have the
 * variable's shape.
 */
export function toUnits(
  stored: HostArray | number,
  unit: number,
  { dtype, dims }: Variable,
  name: string,
): HostArray {
  const array: HostArray =
    typeof stored === "number" ? { dtype: "float64", dims: [], data: Float64Array.of(stored) } : stored;
  if (String(array.dims) !== String(dims)) {
    throw new TransformersError(
      "KEYS_MISMATCH",
      `load_state_dict: ${name} is [${array.dims.join(", ")}] and should be [${dims.join(", ")}]`,
    );
  }
  const wide = convert(array, "float64").data as Float64Array;
  const data = allocate(dtype, wide.length) as Float32Array | Float64Array;
  for (let i = 0; i < data.length; i++) data[i] = wide[i]! / unit;
  return { dtype, dims, data };
}
