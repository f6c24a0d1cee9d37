import { TransformersError } from "../errors.js";
import { shapesEqual } from "../onnx/dim.js";
import { convert } from "../runtime/convert.js";
import { checkDType, type DType, type TypedArray } from "../runtime/dtype.js";
import { hostDevice } from "../runtime/index.js";
import type { Device, HostArray } from "../runtime/types.js";
import type { Axes } from "./axes.js";
import { computeAlong } from "./deferred.js";
import { checkDevice } from "./device.js";
import { canonical } from "./gradient.js";
import { defineLazy, isLazy } from "./lazy-leaf.js";
import { createLeaf, isLeaf, type Node, no_grad } from "./node.js";
import { handOut } from "./recycling.js";
import { type Storage, Tensor } from "./tensor.js";

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
  /** Leaves of the same value on devices where it lay before. */
  readonly #elsewhere: WeakRef<Tensor>[] = [];

  constructor(shape: readonly number[], value: Initializer | Storage, dtype: DType = "float32") {
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
    defineLazy(this.node.outputs[0]!, () => {
      const count = this.dims.reduce((product, dim) => product * dim, 1);
      const data = initializer(count, this.dims);
      // Initialisers of floats fill a Float32Array, whatever float the parameter is kept in.
      const dtype = data instanceof Float32Array ? "float32" : this.dtype;
      return convert({ dtype, dims: this.dims, data }, this.dtype);
    });
  }

  /** A new leaf for a new value; computations recorded with the old one say why they can no longer run. */
  #replaceLeaf(reason: string): void {
    const { device } = this.node;
    const lost = {
      code: "STALE_VALUE",
      reason: `this was recorded with a ${this} before ${reason}; compute it first, or record it again`,
    } as const;
    for (const leaf of [this.node.outputs[0], ...this.#elsewhere.map((reference) => reference.deref())]) {
      if (leaf !== undefined) Object.assign(leaf, { storage: null, lost });
    }
    this.#elsewhere.length = 0;
    this.#take(createLeaf({ dtype: this.dtype, shape: this.dims }, device));
  }

  /**
   * Gives it other elements; `reason` is what computations recorded before will say. Those that it had in a device's
   * memory are released.
   */
  assign(value: Storage, reason = "a value was assigned to it"): void {
    if (!shapesEqual(value.dims, this.dims)) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `a value of shape [${value.dims.join(", ")}] does not fit a parameter of shape [${this.dims.join(", ")}]`,
      );
    }
    const before = this.node.outputs[0]!;
    const storage = isLazy(before) ? null : before.storage;
    this.#replaceLeaf(reason);
    this.node.outputs[0]!.storage = value;
    if ("data" in value) handOut(value); // load() gives it to whoever asks
    if (storage !== value && storage !== null && "release" in storage) storage.release();
  }

  /**
   * Gives it a value that is still to be computed: whenever `trigger` is, or when somebody needs it. What was recorded
   * with the value before is computed with that, and what is recorded from now on with the new one. Throws
   * `UNSUPPORTED` while a function is traced.
   */
  defer(value: Tensor, trigger: Tensor): void {
    if (value.dtype !== this.dtype || !shapesEqual(value.shape, this.dims)) {
      throw new TransformersError("SHAPE_MISMATCH", `a value ${value} does not fit a variable ${this}`);
    }
    computeAlong(trigger, value);
    this.#take(canonical(value).node);
  }

  /** Makes a node's first output the value. */
  #take(node: Node): void {
    this.node = node;
    node.owner = this;
    this.version++;
  }

  /**
   * Makes a device the place where it lies, in place; its elements are brought there when they are first needed. The
   * gradient that it has goes along, and what was recorded before is still computed where it was. Throws
   * `INVALID_ARGUMENT` for a name that is no device.
   */
  move(device: Device): this {
    const checked = checkDevice("to", device);
    if (checked === this.device) return this;
    const before = this.node.outputs[0]!;
    if (isDeferred(before)) {
      this.#take(before.to(checked).node);
      return this;
    }
    this.#elsewhere.push(new WeakRef(before));
    this.#take(createLeaf({ dtype: this.dtype, shape: this.dims }, checked));
    const after = this.node.outputs[0]!;
    after.lost = before.lost;
    // An initialiser that has not run yet still waits until somebody needs the elements.
    if (isLazy(before)) defineLazy(after, () => before.storage);
    else after.storage = before.storage;
    if (this.grad !== null) this.grad = this.grad.to(checked);
    return this;
  }

  /**
   * Keeps the elements in another dtype from now on, in place, rounded where that is narrower; the gradient that it has
   * goes along, and what was recorded before is still computed with the value as it was. Elements that lie in a file
   * stay there and are converted when they are needed. Throws `INVALID_ARGUMENT` for a name that is no dtype.
   */
  cast(dtype: DType): this {
    const checked = checkDType("cast", dtype);
    if (checked === this.dtype) return this;
    const before = this.node.outputs[0]!;
    const isLazily = isLazy(before);
    const storage = isLazily ? null : before.storage;
    Object.assign(this, { dtype: checked });
    if (isDeferred(before) || (storage !== null && "download" in storage)) {
      this.#take(no_grad(() => before.to(checked)).node);
    } else {
      this.#elsewhere.push(new WeakRef(before));
      this.#take(createLeaf({ dtype: checked, shape: this.dims }, this.node.device));
      const after = this.node.outputs[0]!;
      after.lost = before.lost;
      const converted = (value: Storage | null) =>
        value === null || !("data" in value) ? value : convert(value, checked);
      if (isLazily) defineLazy(after, () => converted(before.storage));
      else after.storage = converted(storage);
    }
    if (this.grad !== null) this.grad = this.grad.to(checked);
    return this;
  }

  /**
   * The elements in memory, read from their file and converted if need be, for reading and writing; of a variable that
   * lies on a device, a copy of them. Throws `RELEASED` after `release()`.
   */
  async load(): Promise<HostArray> {
    const leaf = this.node.outputs[0]!;
    if (isDeferred(leaf)) await leaf.realize();
    const { storage, lost } = leaf;
    if (storage === null)
      throw new TransformersError(lost?.code ?? "NOT_REALIZED", lost?.reason ?? `${this} has no value`);
    const array =
      "load" in storage ? await storage.load() : "download" in storage ? await storage.download() : storage;
    const converted = convert(array, this.dtype);
    if (converted === storage || this.device !== hostDevice) return converted;
    leaf.storage = converted;
    return converted;
  }
}

/** Whether a variable's value is still to be computed. */
function isDeferred(value: Tensor): boolean {
  return !isLeaf(value.node) && value.storage === null;
}

/** What training changes. It wants a gradient unless `requires_grad` is set to false. */
// biome-ignore lint/suspicious/noExplicitAny: the axes of a tensor that carries no names, as for Tensor
export class Parameter<A extends Axes = any> extends Variable<A> {
  override requires_grad = true;
}
