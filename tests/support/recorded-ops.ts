import type { DType, Operand, Tensor } from "../../src/tensor/index.js";
import * as ops from "../../src/tensor/index.js";

/** One call that PyTorch answered; tests/reference/ops.py recorded it. A string stands for a tensor: its key. */
export interface RecordedCase {
  readonly name: string;
  readonly op: string;
  /** null where an optional tensor was left out. */
  readonly inputs: readonly (string | null)[];
  readonly options: Options;
  readonly outputs: readonly string[];
  /** null for an output without a gradient. */
  readonly cotangents: readonly (string | null)[];
  /** null for an input whose gradient was not asked. */
  readonly gradients: readonly (string | null)[];
  /** 2: the gradients are those of the summed squares of the first ones. */
  readonly order?: 2;
}

/** The options of all cases, under PyTorch's names. */
interface Options {
  readonly [torchOption: string]: unknown;
  readonly dim?: number | readonly number[];
  readonly dims?: readonly number[];
  readonly keepdim?: boolean;
  /** A number in the place of the second tensor, or of the first. */
  readonly other?: number;
  readonly self?: number;
}

/** Calls the op of a case as this library spells it. */
export function callRecorded({ op, options }: RecordedCase, inputs: readonly (Tensor | null)[]): Tensor[] {
  const call = calls[op];
  if (call === undefined) throw new Error(`recorded-ops.ts says nothing about the op "${op}"`);
  const result = call(inputs as readonly Tensor[], options);
  return Array.isArray(result) ? result : [result as Tensor];
}

type Call = (inputs: readonly Tensor[], options: Options) => Tensor | Tensor[];

/** An op of one tensor and PyTorch's keywords. */
const unary =
  (op: (x: Tensor, options: never) => Tensor): Call =>
  ([x], options) =>
    op(x!, options as never);

/** An op of two tensors, one of which may be a number. */
const binary =
  (op: (a: Operand, b: Operand, options: never) => Tensor): Call =>
  ([x, y], { self, other, ...options }) =>
    self === undefined ? op(x!, other ?? y!, options as never) : op(self, x!, options as never);

const reduction =
  (op: (x: Tensor, axes: ops.AxesArgument, keepdim?: boolean) => Tensor): Call =>
  ([x], { dim, keepdim }) =>
    op(x!, dim ?? null, keepdim);

const along =
  (op: (x: Tensor, axis: number, keepdim?: boolean) => Tensor): Call =>
  ([x], { dim, keepdim }) =>
    op(x!, (dim ?? null) as number, keepdim);

/** A loss of logits, targets and keywords, some of which are tensors. */
const loss =
  (op: (input: Tensor, target: Tensor, options: never) => Tensor): Call =>
  ([input, target, weight, pos_weight], options) =>
    op(input!, target!, {
      ...options,
      ...(weight ? { weight } : {}),
      ...(pos_weight ? { pos_weight } : {}),
    } as never);

const calls: Readonly<Record<string, Call>> = {
  neg: unary(ops.neg),
  abs: unary(ops.abs),
  exp: unary(ops.exp),
  log: unary(ops.log),
  sqrt: unary(ops.sqrt),
  rsqrt: unary(ops.rsqrt),
  reciprocal: unary(ops.reciprocal),
  square: unary(ops.square),
  tanh: unary(ops.tanh),
  sigmoid: unary(ops.sigmoid),
  erf: unary(ops.erf),
  sin: unary(ops.sin),
  cos: unary(ops.cos),
  relu: unary(ops.relu),
  logical_not: unary(ops.logical_not),
  clamp: unary(ops.clamp),
  leaky_relu: unary(ops.leaky_relu),
  gelu: unary(ops.gelu),
  quick_gelu: unary(ops.quick_gelu),
  silu: unary(ops.silu),
  mish: unary(ops.mish),
  relu6: unary(ops.relu6),
  elu: unary(ops.elu),
  softplus: unary(ops.softplus),
  to: ([x], { dtype }) => ops.to(x!, dtype as DType),

  add: binary(ops.add),
  sub: binary(ops.sub),
  mul: binary(ops.mul),
  div: binary(ops.div),
  pow: binary(ops.pow),
  maximum: binary(ops.maximum),
  minimum: binary(ops.minimum),
  eq: binary(ops.eq),
  ne: binary(ops.ne),
  lt: binary(ops.lt),
  le: binary(ops.le),
  gt: binary(ops.gt),
  ge: binary(ops.ge),
  logical_and: ([a, b]) => ops.logical_and(a!, b!),
  logical_or: ([a, b]) => ops.logical_or(a!, b!),
  where: ([condition, a, b]) => ops.where(condition!, a!, b!),
  masked_fill: ([x, mask], { value }) => ops.masked_fill(x!, mask!, Number(value)),

  sum: reduction(ops.sum),
  mean: reduction(ops.mean),
  amax: reduction(ops.amax),
  amin: reduction(ops.amin),
  // torch.max over an axis gives its gradient to one of equal values; the recorded ones have none.
  max: reduction(ops.amax),
  min: reduction(ops.amin),
  all: reduction(ops.all),
  any: reduction(ops.any),
  logsumexp: reduction(ops.logsumexp),
  var: ([x], { dim, ...options }) => ops.variance(x!, dim ?? null, options),
  argmax: along(ops.argmax),
  argmin: along(ops.argmin),
  cumsum: along(ops.cumsum),
  softmax: along(ops.softmax),
  log_softmax: along(ops.log_softmax),

  matmul: ([a, b]) => ops.matmul(a!, b!),
  linear: ([x, weight, bias]) => ops.linear(x!, weight!, bias),
  "tanh of matmul chain": ([a, b, c]) => a!.matmul(b!).tanh().matmul(c!),

  reshape: ([x], { shape }) => ops.reshape(x!, shape as number[]),
  flatten: ([x], { start_dim, end_dim }) => ops.flatten(x!, start_dim as number, end_dim as number),
  unsqueeze: along(ops.unsqueeze),
  squeeze: ([x], { dim }) => ops.squeeze(x!, dim as number),
  transpose: ([x], { dim0, dim1 }) => ops.transpose(x!, dim0 as number, dim1 as number),
  permute: ([x], { dims }) => ops.permute(x!, dims!),
  expand: ([x], { size }) => ops.expand(x!, size as number[]),
  cat: (tensors, { dim }) => ops.cat(tensors, dim as number),
  stack: (tensors, { dim }) => ops.stack(tensors, dim as number),
  split: ([x], { split_size_or_sections, dim }) =>
    ops.split(x!, split_size_or_sections as number, dim as number),
  chunk: ([x], { chunks, dim }) => ops.chunk(x!, chunks as number, dim as number),
  slice: ([x], { dim, start, end, step }) =>
    ops.slice(x!, dim as number, start === null ? 0 : (start as number), end as number, step as number),
  select: ([x], { dim, index }) => ops.select(x!, dim as number, index as number),
  flip: ([x], { dims }) => ops.flip(x!, dims!),
  tril: ([x], { diagonal }) => ops.tril(x!, diagonal as number),
  triu: ([x], { diagonal }) => ops.triu(x!, diagonal as number),

  embedding: ([indices, weight], { padding_idx }) =>
    ops.embedding(indices!, weight!, { padding_idx: padding_idx as number }),
  gather: ([x, indices], { dim }) => ops.gather(x!, dim as number, indices!),
  index_select: ([x, indices], { dim }) => ops.index_select(x!, dim as number, indices!),
  scatter_add: ([x, indices, source], { dim }) => ops.scatter_add(x!, dim as number, indices!, source!),
  one_hot: ([indices], { num_classes }) => ops.one_hot(indices!, num_classes as number),

  layer_norm: ([x, weight, bias], { normalized_shape, eps }) =>
    ops.layer_norm(x!, normalized_shape as number[], weight, bias, eps as number),
  scaled_dot_product_attention: ([query, key, value, mask], options) =>
    ops.scaledDotProductAttention(query!, key!, value!, { mask, ...options }),
  cross_entropy: loss(ops.cross_entropy),
  nll_loss: loss(ops.nll_loss),
  mse_loss: loss(ops.mse_loss),
  l1_loss: loss(ops.l1_loss),
  smooth_l1_loss: loss(ops.smooth_l1_loss),
  binary_cross_entropy_with_logits: loss(ops.binary_cross_entropy_with_logits),
  kl_div: loss(ops.kl_div),
};
