import { TransformersError } from "../errors.js";
import { shapesEqual } from "../onnx/dim.js";
import { allocate, type DType, type TypedArray } from "../runtime/dtype.js";
import { bfloat16ToNumber, float16ToNumber, numberToBfloat16, numberToFloat16 } from "../runtime/float16.js";
import type { HostArray } from "../runtime/types.js";
import type { Axes } from "./axes.js";
import { createLeaf, type FileArray } from "./node.js";
import { Tensor } from "./tensor.js";

/** Fills the elements of a new parameter; called when they are first needed, never for a loaded one. */
export type Initializer = (count: number, dims: readonly number[]) => TypedArray;

/**
 * A tensor whose value can be replaced: a parameter, or an optimizer's moment. Operations record the value it
 * has when they are called; a computation that was recorded before a replacement can no longer run.
 */
// biome-ignore lint/suspicious/noExplicitAny: the axes of a tensor that carries no names, as for Tensor
export class Variable<A extends Axes = any> extends Tensor<A> {
  /** Counts replacements: what was compiled for another version is out of date. */
  version = 0;
  constructor(
    shape: readonly number[],
    value: Initializer | HostArray | FileArray,
    dtype: DType = "float32",
  ) {
    super(createLeaf({ dtype, shape }), 0, { dtype, shape });
    this.node.owner = this;
    if (typeof value === "function") this.initialize(value);
    else this.assign(value);
  }

  /** The sizes, which are always numbers. */
  get dims(): readonly number[] {
    return this.shape as readonly number[];
  }

  /** Has the elements made by an initializer, when they are first needed. */
  initialize(initializer: Initializer): void {
    this.#replaceLeaf("it was initialised anew");
    let value: HostArray | FileArray | null = null;
    const make = (): HostArray => {
      const count = this.dims.reduce((product, dim) => product * dim, 1);
      return { dtype: this.dtype, dims: this.dims, data: initializer(count, this.dims) };
    };
    let pending = true;
    Object.defineProperty(this.node.outputs[0]!, "storage", {
      configurable: true,
      enumerable: true,
      get: () => {
        if (pending) value = make();
        pending = false;
        return value;
      },
      set: (next: HostArray | FileArray | null) => {
        pending = false;
        value = next;
      },
    });
  }

  /** A new leaf for a new value; computations recorded with the old one say why they can no longer run. */
  #replaceLeaf(reason: string): void {
    const before = this.node.outputs[0]!;
    before.storage = null;
    before.lost = `this was recorded with a ${this} before ${reason}; compute it first, or record it again`;
    this.node = createLeaf({ dtype: this.dtype, shape: this.dims });
    this.node.owner = this;
    this.version++;
  }

  /** Gives it other elements; `reason` is what computations recorded before will say. */
  assign(value: HostArray | FileArray, reason = "a value was assigned to it"): void {
    if (!shapesEqual(value.dims, this.dims)) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `a value of shape [${value.dims.join(", ")}] does not fit a parameter of shape [${this.dims.join(", ")}]`,
      );
    }
    this.#replaceLeaf(reason);
    this.node.outputs[0]!.storage = value;
  }

  /** The elements in memory, read from their file and converted if need be, for reading and writing. */
  async load(): Promise<HostArray> {
    const leaf = this.node.outputs[0]!;
    const { storage } = leaf;
    const array = storage !== null && "load" in storage ? await storage.load() : (storage as HostArray);
    const converted = convert(array, this.dtype);
    if (converted !== storage) leaf.storage = converted;
    return converted;
  }
}

/** What training changes. It wants a gradient unless `requires_grad` is set to false. */
// biome-ignore lint/suspicious/noExplicitAny: the axes of a tensor that carries no names, as for Tensor
export class Parameter<A extends Axes = any> extends Variable<A> {
  override requires_grad = true;
}

/** The same numbers in another floating dtype; the array itself where it has that dtype already. */
export function convert(array: HostArray, dtype: DType): HostArray {
  if (array.dtype === dtype) return array;
  const data = allocate(dtype, array.data.length);
  const read = readers[array.dtype] ?? Number;
  const write = writers[dtype] ?? ((value: number) => value);
  for (let i = 0; i < data.length; i++) data[i] = write(read(array.data[i] as number));
  return { dtype, dims: array.dims, data };
}

const readers: Partial<Record<DType, (bits: number) => number>> = {
  float16: float16ToNumber,
  bfloat16: bfloat16ToNumber,
};

const writers: Partial<Record<DType, (value: number) => number>> = {
  float16: numberToFloat16,
  bfloat16: numberToBfloat16,
};
