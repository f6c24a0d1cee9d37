import type { SafetensorsDtype } from "../safetensors/index.js";

/** The bytes behind one or several tensors: a record of the archive, by its key. */
export interface PickledStorage {
  readonly kind: "storage";
  readonly key: string;
  readonly dtype: SafetensorsDtype;
  /** In elements. */
  readonly count: number;
}

/** A tensor as the pickle describes it: a view of a storage. Offset and strides count elements. */
export interface PickledTensor {
  readonly kind: "tensor";
  readonly storage: PickledStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Plain data that a pickle may hold beside tensors. Dictionaries are Maps: no name of the file becomes a property. */
export type PickledValue =
  | PickledTensor
  | PickledStorage
  | Constructor
  | Tuple
  | PickledValue[]
  | Map<PickledValue, PickledValue>
  | Set<PickledValue>
  | Uint8Array
  | string
  | number
  | bigint
  | boolean
  | null;

/** An immutable sequence; lists are JavaScript arrays. */
export class Tuple {
  constructor(readonly items: readonly PickledValue[]) {}
}

/** What a global name stands for: one of the constructors that are written here. */
export class Constructor {
  constructor(
    readonly name: string,
    /** Throws what is wrong with the arguments, in words. */
    readonly call: ((args: readonly PickledValue[]) => PickledValue) | null,
    readonly storage: SafetensorsDtype | "untyped" | null = null,
  ) {}
}
