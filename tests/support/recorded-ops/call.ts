import type * as ops from "../../../src/tensor/index.js";
import type { Operand, Tensor } from "../../../src/tensor/index.js";

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

export type Call = (inputs: readonly Tensor[], options: Options) => Tensor | Tensor[];

/** An op of one tensor and PyTorch's keywords. */
export const unary =
  (op: (x: Tensor, options: never) => Tensor): Call =>
  ([x], options) =>
    op(x!, options as never);

/** An op of two tensors, one of which may be a number. */
export const binary =
  (op: (a: Operand, b: Operand, options: never) => Tensor): Call =>
  ([x, y], { self, other, ...options }) =>
    self === undefined ? op(x!, other ?? y!, options as never) : op(self, x!, options as never);

export const reduction =
  (op: (x: Tensor, axes: ops.AxesArgument, keepdim?: boolean) => Tensor): Call =>
  ([x], { dim, keepdim }) =>
    op(x!, dim ?? null, keepdim);

export const along =
  (op: (x: Tensor, axis: number, keepdim?: boolean) => Tensor): Call =>
  ([x], { dim, keepdim }) =>
    op(x!, (dim ?? null) as number, keepdim);

/** How the ops of one room are called, by the name that the recordings give them. */
export type Calls = Readonly<Record<string, Call>>;
