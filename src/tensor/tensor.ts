import { TransformersError } from "../errors.js";
import { type Dim, formatShape } from "../onnx/dim.js";
import type { DType, TypedArray } from "../runtime/dtype.js";
import { bfloat16ToNumber, float16ToNumber } from "../runtime/float16.js";
import type { HostArray } from "../runtime/types.js";
import type { Axes, AxesOf, Broadcast, Contracts, MatmulAxes, ShapeOf, Swap } from "./axes.js";
import { backward } from "./backward.js";
import { formatTensor } from "./format.js";
import type { FileArray, Node, TensorType } from "./node.js";
import * as ops from "./ops/index.js";
import { realize } from "./realize.js";

/** Numbers nested as deep as a tensor has axes. */
export type NestedList = number | boolean | bigint | NestedList[];

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
  storage: HostArray | FileArray | null = null;
  /** Why a value that once was known can no longer be read. */
  lost: string | null = null;

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

  /** The elements, row by row. Throws `NOT_REALIZED` before `await tensor.realize()`. */
  get data(): TypedArray {
    const { lost, storage } = this.node.outputs[this.index]!;
    if (storage !== null && "data" in storage) return storage.data;
    if (lost !== null) throw new TransformersError("STALE_VALUE", lost);
    throw new TransformersError(
      "NOT_REALIZED",
      `this ${this} has not been computed: await tensor.realize() (or await the model's output) before reading it`,
    );
  }

  /** The elements as nested lists; int64 becomes numbers, bool booleans, narrow floats numbers. */
  tolist(): NestedList {
    const { data } = this;
    const read = reader(this.dtype, data);
    const nest = (axis: number, offset: number, stride: number): NestedList => {
      if (axis === this.rank) return read(offset);
      const dim = this.shape[axis] as number;
      const inner = stride / Math.max(dim, 1);
      return Array.from({ length: dim }, (_, i) => nest(axis + 1, offset + i * inner, inner));
    };
    return nest(0, 0, data.length);
  }

  /** The one element of a tensor of one element. */
  item(): number {
    if (this.data.length !== 1) {
      throw new TransformersError(
        "SHAPE_MISMATCH",
        `item() reads a tensor of one element; this one is ${this}`,
      );
    }
    return Number(reader(this.dtype, this.data)(0));
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

  to(dtype: DType): Tensor<A> {
    return ops.to(this, dtype);
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
  log(): Tensor<A> {
    return ops.log(this);
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
  sin(): Tensor<A> {
    return ops.sin(this);
  }
  cos(): Tensor<A> {
    return ops.cos(this);
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
  masked_fill(mask: Tensor, value: number): Tensor<A> {
    return ops.masked_fill(this, mask, value);
  }
  clamp(options: { min?: number; max?: number }): Tensor<A> {
    return ops.clamp(this, options);
  }

  // Reductions over one axis, several, or (null) all

  sum(axes: ops.AxesArgument = null, keepdim = false): Tensor {
    return ops.sum(this, axes, keepdim);
  }
  mean(axes: ops.AxesArgument = null, keepdim = false): Tensor {
    return ops.mean(this, axes, keepdim);
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
  cumsum(axis: number): Tensor<A> {
    return ops.cumsum(this, axis);
  }

  // Products

  /** Matrix product of the last two axes; `alpha` scales it. */
  matmul<B extends Axes>(
    other: Tensor<B> & Contracts<A, B>,
    options: { alpha?: number } = {},
  ): Tensor<MatmulAxes<A, B>> {
    return ops.matmul(this, other, options);
  }
  /** The last two axes exchanged. */
  get mT(): Tensor {
    return ops.transpose(this, -2, -1);
  }

  // Movement

  reshape<const D extends readonly Dim[]>(shape: D): Tensor<AxesOf<D>> {
    return ops.reshape(this, shape);
  }
  flatten(start = 0, end = -1): Tensor {
    return ops.flatten(this, start, end);
  }
  unsqueeze(axis: number): Tensor {
    return ops.unsqueeze(this, axis);
  }
  squeeze(axis?: number): Tensor {
    return ops.squeeze(this, axis);
  }
  permute(axes: readonly number[]): Tensor {
    return ops.permute(this, axes);
  }
  transpose<const I extends number, const J extends number>(a: I, b: J): Tensor<Swap<A, I, J>> {
    return ops.transpose(this, a, b);
  }
  expand<const D extends readonly Dim[]>(shape: D): Tensor<AxesOf<D>> {
    return ops.expand(this, shape);
  }
  slice(axis: number, start: Dim = 0, end?: Dim | null, step = 1): Tensor {
    return ops.slice(this, axis, start, end, step);
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
  flip(axes: readonly number[]): Tensor<A> {
    return ops.flip(this, axes);
  }
  tril(diagonal = 0): Tensor<A> {
    return ops.tril(this, diagonal);
  }
  triu(diagonal = 0): Tensor<A> {
    return ops.triu(this, diagonal);
  }

  // Indexing

  index_select(axis: number, indices: Tensor): Tensor {
    return ops.index_select(this, axis, indices);
  }
  gather(axis: number, indices: Tensor): Tensor {
    return ops.gather(this, axis, indices);
  }
  scatter_add(axis: number, indices: Tensor, source: Tensor): Tensor<A> {
    return ops.scatter_add(this, axis, indices, source);
  }
}

/** Element `i` as a JavaScript value. */
function reader(dtype: DType, data: TypedArray): (i: number) => number | boolean {
  if (dtype === "bool") return (i) => data[i] === 1;
  if (dtype === "float16") return (i) => float16ToNumber(data[i] as number);
  if (dtype === "bfloat16") return (i) => bfloat16ToNumber(data[i] as number);
  return (i) => Number(data[i]);
}
