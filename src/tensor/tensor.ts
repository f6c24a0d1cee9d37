import { TransformersError } from "../errors.js";
import { type Dim, formatShape } from "../onnx/dim.js";
import type { DType, TypedArray } from "../runtime/dtype.js";
import { elementReader } from "../runtime/elements.js";
import { hostDevice } from "../runtime/index.js";
import type { Device, DeviceArray, HostArray } from "../runtime/types.js";
import type { Axes, AxesOf, Broadcast, Contracts, MatmulAxes, ShapeOf, Swap } from "./axes.js";
import { backward } from "./backward.js";
import { checkTarget, type MoveTarget } from "./device.js";
import { formatTensor } from "./format.js";
import type { FileArray, Node, TensorType } from "./node.js";
import * as ops from "./ops/index.js";
import { realize } from "./realize.js";
import { giveBack, handOut } from "./recycling.js";

/** Numbers nested as deep as a tensor has axes. */
export type NestedList = number | boolean | bigint | NestedList[];

/** Where a tensor's elements are, once they are known. */
export type Storage = HostArray | FileArray | DeviceArray;

/** Why a value that once was known can no longer be read. */
export interface Lost {
  readonly code: "STALE_VALUE" | "RELEASED";
  readonly reason: string;
}

/** What an op takes beside a tensor: a number takes on the tensor's dtype, as in PyTorch. */
export type Operand = Tensor | number;

/**
 * A lazy, immutable, dense array. Operations only record what is to be computed; `await tensor.realize()`
 * computes it, after which `.data`, `.tolist()` and `.item()` read it.
 *
 * Axis names may be carried in the type, `Tensor<["batch", "sequence", "hidden"]>`, so that swapped arguments
 * or a wrong contraction fail to compile; plain `Tensor` fits everywhere.
 */
// biome-ignore lint/suspicious/noExplicitAny: `any` is what lets a tensor without axis names stand for one with them, and the reverse
export class Tensor<A extends Axes = any> {
  /** Axis names, in the type alone. */
  declare readonly axes: A;
  readonly dtype: DType;
  readonly shape: ShapeOf<A>;
  /** For a parameter, or a leaf created with requires_grad: the gradient that `backward()` recorded. */
  grad: Tensor | null = null;
  requires_grad = false;
  /** The elements, once they are known. */
  storage: Storage | null = null;
  lost: Lost | null = null;

  constructor(
    public node: Node,
    readonly index: number,
    type: TensorType,
  ) {
    this.dtype = type.dtype;
    this.shape = type.shape as ShapeOf<A>;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Where the elements lie, or will: an op is computed where its inputs lie. */
  get device(): Device {
    return this.node.device ?? hostDevice;
  }

  toString(): string {
    return `${this.dtype}${formatShape(this.shape)}`;
  }

  /** What console.log shows: the elements, where they are known. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return formatTensor(this);
  }

  // Values

  /** Computes this tensor, with everything that it needs as one graph. Gives the tensor itself. */
  async realize(): Promise<this> {
    await realize([this]);
    return this;
  }

  /**
   * The elements, row by row. Throws `NOT_REALIZED` before `await tensor.realize()`, `NOT_ON_HOST` where they lie on
   * a device.
   */
  get data(): TypedArray {
    const { lost, storage, node } = this.node.outputs[this.index]!;
    const isOnHost = node.device === hostDevice || node.device === null;
    if (storage !== null && "data" in storage && isOnHost) {
      handOut(storage);
      return storage.data;
    }
    if (lost !== null) throw new TransformersError(lost.code, lost.reason);
    if (storage !== null && (!isOnHost || "download" in storage)) {
      const way = isOnHost
        ? "await tensor.realize() first"
        : `await tensor.to("${hostDevice}").realize() and read that`;
      throw new TransformersError("NOT_ON_HOST", `the elements of this ${this} lie on a device: ${way}`);
    }
    throw new TransformersError(
      "NOT_REALIZED",
      `this ${this} has not been computed: await tensor.realize() (or await the model's output) before reading it`,
    );
  }

  /** The elements as nested lists; int64 becomes numbers, bool booleans, narrow floats numbers. */
  tolist(): NestedList {
    const read = this.#reader();
    const nest = (axis: number, offset: number, stride: number): NestedList => {
      if (axis === this.rank) return read(offset);
      const dim = this.shape[axis] as number;
      const inner = stride / Math.max(dim, 1);
      return Array.from({ length: dim }, (_, i) => nest(axis + 1, offset + i * inner, inner));
    };
    return nest(0, 0, this.#count());
  }

  /** The one element of a tensor of one element. */
  item(): number {
    const read = this.#reader();
    if (this.#count() !== 1) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `item() reads a tensor of one element; this one is ${this}`,
      );
    }
    return Number(read(0));
  }

  /** Element `i` as a JavaScript value. */
  #reader(): (i: number) => number | boolean {
    const read = elementReader(this.dtype, this.data);
    return this.dtype === "bool" ? (i) => read(i) === 1 : read;
  }

  /** How many elements there are, once the sizes are numbers. */
  #count(): number {
    return (this.shape as readonly number[]).reduce((product, dim) => product * dim, 1);
  }

  /**
   * Gives the elements up, which frees memory of a device at once; the host's is collected. Reading this tensor, or
   * computing with it, then throws `RELEASED`. What has not been computed, or was released before, stays as it is.
   */
  release(): void {
    const own = this.node.outputs[this.index]!;
    const { storage } = own;
    if (storage === null) return;
    own.storage = null;
    own.lost = { code: "RELEASED", reason: `the elements of this ${this} were released with release()` };
    if ("release" in storage) storage.release();
    else if ("data" in storage) giveBack(storage);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
  }

  // Gradients

  /** Records the gradient of this one-element tensor on every parameter behind it, adding to what is there. */
  backward(gradient?: Tensor): void {
    backward(this, gradient);
  }

  /** The same value without a path for gradients. */
  detach(): Tensor<A> {
    return ops.detach(this);
  }

  // Elementwise. Numbers take on the tensor's dtype; shapes broadcast.

  /** In another dtype, or on another device, or both; the tensor itself where nothing changes. */
  to(target: DType | Device | MoveTarget): Tensor<A> {
    const { dtype, device } = checkTarget(target);
    const cast = dtype === undefined ? this : ops.to(this, dtype);
    return device === undefined ? cast : ops.to_device(cast, device);
  }
  neg(): Tensor<A> {
    return ops.neg(this);
  }
  abs(): Tensor<A> {
    return ops.abs(this);
  }
  sign(): Tensor<A> {
    return ops.sign(this);
  }
  exp(): Tensor<A> {
    return ops.exp(this);
  }
  expm1(): Tensor<A> {
    return ops.expm1(this);
  }
  log(): Tensor<A> {
    return ops.log(this);
  }
  log1p(): Tensor<A> {
    return ops.log1p(this);
  }
  sqrt(): Tensor<A> {
    return ops.sqrt(this);
  }
  rsqrt(): Tensor<A> {
    return ops.rsqrt(this);
  }
  reciprocal(): Tensor<A> {
    return ops.reciprocal(this);
  }
  square(): Tensor<A> {
    return ops.square(this);
  }
  floor(): Tensor<A> {
    return ops.floor(this);
  }
  ceil(): Tensor<A> {
    return ops.ceil(this);
  }
  trunc(): Tensor<A> {
    return ops.trunc(this);
  }
  frac(): Tensor<A> {
    return ops.frac(this);
  }
  round(options?: ops.RoundOptions): Tensor<A> {
    return ops.round(this, options);
  }
  sin(): Tensor<A> {
    return ops.sin(this);
  }
  cos(): Tensor<A> {
    return ops.cos(this);
  }
  tan(): Tensor<A> {
    return ops.tan(this);
  }
  tanh(): Tensor<A> {
    return ops.tanh(this);
  }
  sigmoid(): Tensor<A> {
    return ops.sigmoid(this);
  }
  erf(): Tensor<A> {
    return ops.erf(this);
  }
  relu(): Tensor<A> {
    return ops.relu(this);
  }
  isnan(): Tensor<A> {
    return ops.isnan(this);
  }
  isinf(): Tensor<A> {
    return ops.isinf(this);
  }
  isfinite(): Tensor<A> {
    return ops.isfinite(this);
  }
  add<B extends Axes>(other: Tensor<B> | number, options?: ops.ScaledOptions): Tensor<Broadcast<A, B>> {
    return ops.add(this, other, options);
  }
  sub<B extends Axes>(other: Tensor<B> | number, options?: ops.ScaledOptions): Tensor<Broadcast<A, B>> {
    return ops.sub(this, other, options);
  }
  mul<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.mul(this, other);
  }
  div<B extends Axes>(other: Tensor<B> | number, options?: ops.DivOptions): Tensor<Broadcast<A, B>> {
    return ops.div(this, other, options);
  }
  floor_divide<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.floor_divide(this, other);
  }
  remainder<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.remainder(this, other);
  }
  fmod<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.fmod(this, other);
  }
  pow<B extends Axes>(exponent: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.pow(this, exponent);
  }
  maximum<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.maximum(this, other);
  }
  minimum<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.minimum(this, other);
  }
  eq<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.eq(this, other);
  }
  ne<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.ne(this, other);
  }
  lt<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.lt(this, other);
  }
  le<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.le(this, other);
  }
  gt<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.gt(this, other);
  }
  ge<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.ge(this, other);
  }
  logical_not(): Tensor<A> {
    return ops.logical_not(this);
  }
  logical_and<B extends Axes>(other: Tensor<B>): Tensor<Broadcast<A, B>> {
    return ops.logical_and(this, other);
  }
  logical_or<B extends Axes>(other: Tensor<B>): Tensor<Broadcast<A, B>> {
    return ops.logical_or(this, other);
  }
  logical_xor<B extends Axes>(other: Tensor<B>): Tensor<Broadcast<A, B>> {
    return ops.logical_xor(this, other);
  }
  bitwise_not(): Tensor<A> {
    return ops.bitwise_not(this);
  }
  bitwise_and<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.bitwise_and(this, other);
  }
  bitwise_or<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.bitwise_or(this, other);
  }
  bitwise_xor<B extends Axes>(other: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.bitwise_xor(this, other);
  }
  bitwise_left_shift<B extends Axes>(distance: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.bitwise_left_shift(this, distance);
  }
  bitwise_right_shift<B extends Axes>(distance: Tensor<B> | number): Tensor<Broadcast<A, B>> {
    return ops.bitwise_right_shift(this, distance);
  }
  /** This where the condition holds, `other` elsewhere. */
  where(condition: Tensor, other: Operand): Tensor {
    return ops.where(condition, this, other);
  }
  masked_fill(mask: Tensor, value: Operand): Tensor<A> {
    return ops.masked_fill(this, mask, value);
  }
  clamp(options: ops.ClampOptions): Tensor<A> {
    return ops.clamp(this, options);
  }

  // Reductions over one axis, several, or (null) all

  sum(axes: ops.AxesArgument = null, keepdim = false, options?: ops.DTypeOptions): Tensor {
    return ops.sum(this, axes, keepdim, options);
  }
  mean(axes: ops.AxesArgument = null, keepdim = false, options?: ops.DTypeOptions): Tensor {
    return ops.mean(this, axes, keepdim, options);
  }
  prod(axes: ops.AxesArgument = null, keepdim = false, options?: ops.DTypeOptions): Tensor {
    return ops.prod(this, axes, keepdim, options);
  }
  count_nonzero(axes: ops.AxesArgument = null): Tensor {
    return ops.count_nonzero(this, axes);
  }
  all(axes: ops.AxesArgument = null, keepdim = false): Tensor {
    return ops.all(this, axes, keepdim);
  }
  any(axes: ops.AxesArgument = null, keepdim = false): Tensor {
    return ops.any(this, axes, keepdim);
  }
  logsumexp(axes: ops.AxesArgument = null, keepdim = false): Tensor {
    return ops.logsumexp(this, axes, keepdim);
  }
  var(axes: ops.AxesArgument = null, options?: ops.VarianceOptions): Tensor {
    return ops.variance(this, axes, options);
  }
  std(axes: ops.AxesArgument = null, options?: ops.VarianceOptions): Tensor {
    return ops.std(this, axes, options);
  }
  norm(p: number | "fro" = "fro", axes: ops.AxesArgument = null, keepdim = false): Tensor {
    return ops.norm(this, p, axes, keepdim);
  }
  max(): Tensor;
  max(axis: number, keepdim?: boolean): ops.ValuesAndIndices;
  max(other: Tensor): Tensor;
  max(of?: number | Tensor, keepdim = false): Tensor | ops.ValuesAndIndices {
    return ops.max(this, of as number, keepdim);
  }
  min(): Tensor;
  min(axis: number, keepdim?: boolean): ops.ValuesAndIndices;
  min(other: Tensor): Tensor;
  min(of?: number | Tensor, keepdim = false): Tensor | ops.ValuesAndIndices {
    return ops.min(this, of as number, keepdim);
  }
  amax(axes: ops.AxesArgument = null, keepdim = false): Tensor {
    return ops.amax(this, axes, keepdim);
  }
  amin(axes: ops.AxesArgument = null, keepdim = false): Tensor {
    return ops.amin(this, axes, keepdim);
  }
  argmax(axis: number | null = null, keepdim = false): Tensor {
    return ops.argmax(this, axis, keepdim);
  }
  argmin(axis: number | null = null, keepdim = false): Tensor {
    return ops.argmin(this, axis, keepdim);
  }
  softmax(axis: number): Tensor<A> {
    return ops.softmax(this, axis);
  }
  log_softmax(axis: number): Tensor<A> {
    return ops.log_softmax(this, axis);
  }
  cumsum(axis: number, options?: ops.DTypeOptions): Tensor<A> {
    return ops.cumsum(this, axis, options);
  }
  cumprod(axis: number, options?: ops.DTypeOptions): Tensor<A> {
    return ops.cumprod(this, axis, options);
  }

  // Products

  /** Matrix product of the last two axes; `alpha` scales it. */
  matmul<B extends Axes>(
    other: Tensor<B> & Contracts<A, B>,
    options: { alpha?: number } = {},
  ): Tensor<MatmulAxes<A, B>> {
    return ops.matmul(this, other, options);
  }
  mm(other: Tensor): Tensor {
    return ops.mm(this, other);
  }
  bmm(other: Tensor): Tensor {
    return ops.bmm(this, other);
  }
  mv(vector: Tensor): Tensor {
    return ops.mv(this, vector);
  }
  dot(other: Tensor): Tensor {
    return ops.dot(this, other);
  }
  outer(other: Tensor): Tensor {
    return ops.outer(this, other);
  }
  addmm(a: Tensor, b: Tensor, options?: ops.AddedProductOptions): Tensor {
    return ops.addmm(this, a, b, options);
  }
  baddbmm(a: Tensor, b: Tensor, options?: ops.AddedProductOptions): Tensor {
    return ops.baddbmm(this, a, b, options);
  }
  trace(): Tensor {
    return ops.trace(this);
  }
  /** The last two axes exchanged. */
  get mT(): Tensor {
    return ops.transpose(this, -2, -1);
  }

  // Movement

  reshape<const D extends readonly Dim[]>(shape: D): Tensor<AxesOf<D>> {
    return ops.reshape(this, shape);
  }
  view_as(other: Tensor): Tensor {
    return ops.view_as(this, other);
  }
  flatten(start = 0, end = -1): Tensor {
    return ops.flatten(this, start, end);
  }
  unflatten(axis: number, sizes: readonly Dim[]): Tensor {
    return ops.unflatten(this, axis, sizes);
  }
  unsqueeze(axis: number): Tensor {
    return ops.unsqueeze(this, axis);
  }
  squeeze(axes?: number | readonly number[]): Tensor {
    return ops.squeeze(this, axes);
  }
  permute(axes: readonly number[]): Tensor {
    return ops.permute(this, axes);
  }
  transpose<const I extends number, const J extends number>(a: I, b: J): Tensor<Swap<A, I, J>> {
    return ops.transpose(this, a, b);
  }
  swapaxes<const I extends number, const J extends number>(a: I, b: J): Tensor<Swap<A, I, J>> {
    return ops.swapaxes(this, a, b);
  }
  movedim(source: number | readonly number[], destination: number | readonly number[]): Tensor {
    return ops.movedim(this, source, destination);
  }
  expand<const D extends readonly Dim[]>(shape: D): Tensor<AxesOf<D>> {
    return ops.expand(this, shape);
  }
  expand_as<B extends Axes>(other: Tensor<B>): Tensor<B> {
    return ops.expand_as(this, other);
  }
  broadcast_to<const D extends readonly Dim[]>(shape: D): Tensor<AxesOf<D>> {
    return ops.broadcast_to(this, shape);
  }
  repeat(sizes: readonly Dim[]): Tensor {
    return ops.repeat(this, sizes);
  }
  tile(sizes: readonly Dim[]): Tensor {
    return ops.tile(this, sizes);
  }
  repeat_interleave(
    repeats: number | Tensor,
    axis: number | null = null,
    options?: { output_size?: number },
  ): Tensor {
    return ops.repeat_interleave(this, repeats, axis, options);
  }
  slice(axis: number, start: Dim = 0, end?: Dim | null, step = 1): Tensor {
    return ops.slice(this, axis, start, end, step);
  }
  narrow(axis: number, start: Dim, length: Dim): Tensor {
    return ops.narrow(this, axis, start, length);
  }
  select(axis: number, index: number): Tensor {
    return ops.select(this, axis, index);
  }
  split(lengths: number | readonly Dim[], axis = 0): Tensor[] {
    return ops.split(this, lengths, axis);
  }
  chunk(chunks: number, axis = 0): Tensor[] {
    return ops.chunk(this, chunks, axis);
  }
  unbind(axis = 0): Tensor[] {
    return ops.unbind(this, axis);
  }
  flip(axes: number | readonly number[]): Tensor<A> {
    return ops.flip(this, axes);
  }
  roll(shifts: number | readonly number[], axes?: number | readonly number[] | null): Tensor<A> {
    return ops.roll(this, shifts, axes);
  }
  rot90(k = 1, axes: readonly [number, number] = [0, 1]): Tensor {
    return ops.rot90(this, k, axes);
  }
  /** All windows of `size` entries along an axis, one every `step`; their entries are a new last axis. */
  unfold(axis: number, size: number, step: number): Tensor {
    return ops.slidingWindows(this, axis, size, step);
  }
  tril(diagonal = 0): Tensor<A> {
    return ops.tril(this, diagonal);
  }
  triu(diagonal = 0): Tensor<A> {
    return ops.triu(this, diagonal);
  }
  diagonal(options?: ops.DiagonalOptions): Tensor {
    return ops.diagonal(this, options);
  }
  diag(diagonal = 0): Tensor {
    return ops.diag(this, diagonal);
  }
  diag_embed(options?: ops.DiagonalOptions): Tensor {
    return ops.diag_embed(this, options);
  }

  // Indexing

  /** `x[...]` of Python: `x.at([0, "...", { start: 1 }])` is `x[0, ..., 1:]`. */
  at(subscripts: readonly ops.Subscript[]): Tensor {
    return ops.at(this, subscripts);
  }
  /** `x[...] = values` of Python, as a new tensor. */
  index_put(
    subscripts: readonly ops.Subscript[],
    values: Tensor | number,
    options?: { accumulate?: boolean },
  ): Tensor<A> {
    return ops.index_put(this, subscripts, values, options);
  }
  index_select(axis: number, indices: Tensor): Tensor {
    return ops.index_select(this, axis, indices);
  }
  index_add(axis: number, index: Tensor, source: Tensor, options?: { alpha?: number }): Tensor<A> {
    return ops.index_add(this, axis, index, source, options);
  }
  index_copy(axis: number, index: Tensor, source: Tensor): Tensor<A> {
    return ops.index_copy(this, axis, index, source);
  }
  index_fill(axis: number, index: Tensor, value: number): Tensor<A> {
    return ops.index_fill(this, axis, index, value);
  }
  take(indices: Tensor): Tensor {
    return ops.take(this, indices);
  }
  gather(axis: number, indices: Tensor): Tensor {
    return ops.gather(this, axis, indices);
  }
  scatter(axis: number, indices: Tensor, source: Tensor | number, options?: ops.ScatterOptions): Tensor<A> {
    return ops.scatter(this, axis, indices, source, options);
  }
  scatter_add(axis: number, indices: Tensor, source: Tensor): Tensor<A> {
    return ops.scatter_add(this, axis, indices, source);
  }
  scatter_reduce(
    axis: number,
    indices: Tensor,
    source: Tensor,
    reduce: ops.ScatterReduction,
    options?: ops.ScatterReduceOptions,
  ): Tensor<A> {
    return ops.scatter_reduce(this, axis, indices, source, reduce, options);
  }
  /** Computes the tensor: how many elements are not 0 is known only then. */
  nonzero(): Promise<Tensor> {
    return ops.nonzero(this);
  }
  /** Computes the mask: how many elements it holds is known only then. */
  masked_select(mask: Tensor): Promise<Tensor> {
    return ops.masked_select(this, mask);
  }
  masked_scatter(mask: Tensor, source: Tensor): Tensor<A> {
    return ops.masked_scatter(this, mask, source);
  }
  topk(k: number, axis = -1, options?: ops.TopkOptions): ops.ValuesAndIndices {
    return ops.topk(this, k, axis, options);
  }
  sort(axis = -1, options?: ops.SortOptions): ops.ValuesAndIndices {
    return ops.sort(this, axis, options);
  }
  argsort(axis = -1, options?: ops.SortOptions): Tensor {
    return ops.argsort(this, axis, options);
  }
  median(): Tensor;
  median(axis: number, options?: { keepdim?: boolean }): ops.ValuesAndIndices;
  median(axis?: number, options?: { keepdim?: boolean }): Tensor | ops.ValuesAndIndices {
    return axis === undefined ? ops.median(this) : ops.median(this, axis, options);
  }
  kthvalue(k: number, axis = -1, options?: { keepdim?: boolean }): ops.ValuesAndIndices {
    return ops.kthvalue(this, k, axis, options);
  }
}
