import { TransformersError } from "../../errors.js";
import { type Dim, dimsEqual, formatShape } from "../../onnx/dim.js";
import { type DType, dtypes, isFloat, promote } from "../../runtime/dtype.js";
import { apply, defineOp, type GradientRule, type Op, type Shape, type TensorType } from "../node.js";
import type { Operand, Tensor } from "../tensor.js";
import { full, scalarText } from "./creation.js";

type None = Record<string, never>;
const none: None = {};

/** The shape of two broadcast together. Throws `SHAPE_MISMATCH` naming the op, the axis and the sizes. */
export function broadcastShapes(op: string, a: Shape, b: Shape): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (dimsEqual(left, right) || dimsEqual(right, 1)) return left;
    if (dimsEqual(left, 1)) return right;
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `${op}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: axis ${i - rank} has sizes ${left} and ${right}`,
    );
  });
}

function requireFloat(op: string, { dtype }: TensorType): void {
  if (!isFloat(dtype)) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: expected a floating dtype, got ${dtype}; cast it with .to("float32")`,
    );
  }
}

function refuseBool(op: string, { dtype }: TensorType): void {
  if (dtype === "bool") {
    throw new TransformersError("DTYPE_MISMATCH", `${op}: not for bool; use logical_not() or .to("int64")`);
  }
}

// Casts

const castOp = defineOp<{ dtype: DType }>("to", {
  infer: ([x], { dtype }) => ({ dtype, shape: x!.shape }),
  onnx: (graph, [x], { dtype }) => graph.cast(x!, dtype),
  gradient: ([dy], [x]) => [isFloat(x!.dtype) ? to(dy!, x!.dtype) : null],
});

/** The same values in another dtype; floats become ints by dropping the fraction, anything but 0 is true. */
export function to(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : apply(castOp, [x], { dtype });
}

const detachOp = defineOp("detach", { infer: ([x]) => x!, onnx: (_graph, [x]) => x!, gradient: "none" });

export function detach(x: Tensor): Tensor {
  return apply(detachOp, [x], none);
}

// One operand

/** An op on floats (ints are cast to float32, as in PyTorch) that ONNX has under one name. */
function floatUnary(name: string, onnxName: string, gradient: GradientRule<None> | "none") {
  const op = defineOp(name, {
    infer: ([x]) => x!,
    onnx: (graph, [x]) => graph.node(onnxName, [x!], { shape: x!.shape }),
    gradient,
  });
  return (x: Tensor): Tensor => apply(op, [isFloat(x.dtype) ? x : to(x, "float32")], none);
}

/** An op that keeps every dtype of numbers. */
function unary(name: string, onnxName: string, gradient: GradientRule<None>) {
  const op = defineOp(name, {
    infer: ([x]) => {
      refuseBool(name, x!);
      return x!;
    },
    onnx: (graph, [x]) => graph.node(onnxName, [x!], { shape: x!.shape }),
    gradient,
  });
  return (x: Tensor): Tensor => apply(op, [x], none);
}

export const neg = unary("neg", "Neg", ([dy]) => [dy!.neg()]);
export const abs = unary("abs", "Abs", ([dy], [x]) => [dy!.mul(x!.sign())]);
export const sign = unary("sign", "Sign", ([dy]) => [dy!.mul(0)]);
export const exp = floatUnary("exp", "Exp", ([dy], _, [y]) => [dy!.mul(y!)]);
export const log = floatUnary("log", "Log", ([dy], [x]) => [dy!.div(x!)]);
export const sqrt = floatUnary("sqrt", "Sqrt", ([dy], _, [y]) => [dy!.div(y!.mul(2))]);
export const reciprocal = floatUnary("reciprocal", "Reciprocal", ([dy], _, [y]) => [
  dy!.mul(y!).mul(y!).neg(),
]);
export const floor = floatUnary("floor", "Floor", ([dy]) => [dy!.mul(0)]);
export const sin = floatUnary("sin", "Sin", ([dy], [x]) => [dy!.mul(x!.cos())]);
export const cos = floatUnary("cos", "Cos", ([dy], [x]) => [dy!.mul(x!.sin()).neg()]);
export const tanh = floatUnary("tanh", "Tanh", ([dy], _, [y]) => [dy!.mul(y!.mul(y!).neg().add(1))]);
export const sigmoid = floatUnary("sigmoid", "Sigmoid", ([dy], _, [y]) => [dy!.mul(y!.sub(y!.mul(y!)))]);
export const erf = floatUnary("erf", "Erf", ([dy], [x]) => [
  dy!.mul(x!.mul(x!).neg().exp()).mul(2 / Math.sqrt(Math.PI)),
]);

export const square = (x: Tensor): Tensor => x.mul(x);
export const rsqrt = (x: Tensor): Tensor => x.sqrt().reciprocal();

const logicalNotOp = defineOp("logical_not", {
  infer: ([x]) => ({ dtype: "bool", shape: x!.shape }),
  onnx: (graph, [x]) => graph.node("Not", [graph.cast(x!, "bool")], { dtype: "bool", shape: x!.shape }),
  gradient: "none",
});

export function logical_not(x: Tensor): Tensor {
  return apply(logicalNotOp, [x], none);
}

const isnanOp = defineOp("isnan", {
  infer: ([x]) => ({ dtype: "bool", shape: x!.shape }),
  onnx: (graph, [x]) => graph.node("IsNaN", [x!], { dtype: "bool", shape: x!.shape }),
  gradient: "none",
});

export function isnan(x: Tensor): Tensor {
  return apply(isnanOp, [isFloat(x.dtype) ? x : to(x, "float32")], none);
}

// Two operands

/** Both operands as tensors of their common dtype. A number is weak: it is a float only where it must be. */
export function promoted(a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a === "number" && typeof b === "number") return [full([], a), full([], b)];
  if (typeof a === "number") return promoted(b, a).reverse() as [Tensor, Tensor];
  if (typeof b === "number") {
    const dtype = isFloat(a.dtype)
      ? a.dtype
      : Number.isInteger(b)
        ? a.dtype === "bool"
          ? "int64"
          : a.dtype
        : "float32";
    return [to(a, dtype), full([], b, { dtype })];
  }
  const dtype = promote(weakDtype(a, b), weakDtype(b, a));
  return [to(a, dtype), to(b, dtype)];
}

/** A tensor without axes gives way to one with axes of the same kind, as in PyTorch. */
function weakDtype(x: Tensor, other: Tensor): DType {
  const weak = x.rank === 0 && other.rank > 0 && dtypes[x.dtype].kind === dtypes[other.dtype].kind;
  return weak ? other.dtype : x.dtype;
}

interface BinarySettings {
  gradient: GradientRule<None> | "none";
  /** dtype of the result; the operands' common one unless given. */
  result?: DType;
  attributes?: Record<string, number>;
}

function binaryOp(
  name: string,
  onnxName: string,
  { gradient, result, attributes }: BinarySettings,
): Op<None> {
  return defineOp(name, {
    infer: ([a, b]) => ({ dtype: result ?? a!.dtype, shape: broadcastShapes(name, a!.shape, b!.shape) }),
    onnx: (graph, [a, b], _, [out]) =>
      graph.node(onnxName, [a!, b!], { attributes, dtype: result, shape: out!.shape }),
    gradient,
  });
}

function binary(name: string, onnxName: string, settings: BinarySettings) {
  const op = binaryOp(name, onnxName, settings);
  return (a: Operand, b: Operand): Tensor => apply(op, promoted(a, b), none);
}

function comparison(name: string, onnxName: string) {
  return binary(name, onnxName, { gradient: "none", result: "bool" });
}

export interface ScaledOptions {
  /** Factor of the second operand. Default 1. */
  alpha?: number;
}

const plainAdd = binary("add", "Add", { gradient: ([dy]) => [dy!, dy!] });
const plainSub = binary("sub", "Sub", { gradient: ([dy]) => [dy!, dy!.neg()] });

/** a + alpha b. */
export function add(a: Operand, b: Operand, options: ScaledOptions = {}): Tensor {
  return plainAdd(a, scaled("add", b, options));
}

/** a - alpha b. */
export function sub(a: Operand, b: Operand, options: ScaledOptions = {}): Tensor {
  for (const operand of [a, b]) if (typeof operand !== "number") refuseBool("sub", operand);
  return plainSub(a, scaled("sub", b, options));
}

function scaled(op: string, b: Operand, { alpha = 1 }: ScaledOptions): Operand {
  if (alpha === 1) return b;
  if (typeof b === "number") return b * alpha;
  if (!isFloat(b.dtype) && !Number.isInteger(alpha)) {
    throw new TransformersError(
      "DTYPE_MISMATCH",
      `${op}: alpha ${alpha} must be whole for ${b.dtype} tensors`,
    );
  }
  return mul(b, alpha);
}

export const mul = binary("mul", "Mul", { gradient: ([dy], [a, b]) => [dy!.mul(b!), dy!.mul(a!)] });

const divOp = binaryOp("div", "Div", {
  gradient: ([dy], [, b], [y]) => {
    const da = dy!.div(b!);
    return [da, da.mul(y!).neg()];
  },
});

export interface DivOptions {
  /** Round the quotient toward 0 ("trunc") or down ("floor"), which keeps ints ints. Default null: true division. */
  rounding_mode?: "trunc" | "floor" | null;
}

/** a / b; ints become float32 unless a rounding mode is given. */
export function div(a: Operand, b: Operand, { rounding_mode = null }: DivOptions = {}): Tensor {
  const [x, y] = promoted(a, b);
  if (rounding_mode !== null) return roundedQuotient(x, y, rounding_mode);
  return apply(divOp, isFloat(x.dtype) ? [x, y] : [to(x, "float32"), to(y, "float32")], none);
}

/** What a division leaves, with the sign of `a`. */
const remainderOp = binaryOp("fmod", "Mod", { gradient: "none", attributes: { fmod: 1 } });

function roundedQuotient(a: Tensor, b: Tensor, mode: "trunc" | "floor"): Tensor {
  if (isFloat(a.dtype) && mode === "trunc") {
    const quotient = apply(divOp, [a, b], none);
    return floor(quotient.abs()).mul(quotient.sign());
  }
  const rest = apply(remainderOp, [a, b], none);
  const exact = apply(divOp, [a.sub(rest), b], none);
  if (mode === "trunc") return exact;
  const below = logical_and(rest.ne(0), rest.lt(0).ne(b.lt(0)));
  const lower = exact.sub(below.to(exact.dtype));
  if (!isFloat(a.dtype)) return lower;
  return floor(where(b.eq(0), apply(divOp, [a, b], none), lower.add(0.5)));
}

const powOp = binaryOp("pow", "Pow", {
  gradient: ([dy], [a, b], [y]) => {
    const byBase = dy!.mul(b!).mul(pow(a!, b!.sub(1)));
    const byExponent = dy!.mul(y!).mul(a!.log());
    // a ** 0 does not depend on a, nor 0 ** b on b.
    const constant = logical_and(a!.eq(0), b!.ge(0));
    return [where(b!.eq(0), 0, byBase), where(constant, 0, byExponent)];
  },
});

export function pow(a: Operand, b: Operand): Tensor {
  if (b === 2 && typeof a !== "number" && a.dtype !== "bool") return a.mul(a);
  return apply(powOp, promoted(a, b), none);
}

/** Where both are equal each gets half of the gradient. */
function extremum(name: string, onnxName: string, wins: (a: Tensor, b: Tensor) => Tensor) {
  return binary(name, onnxName, {
    gradient: ([dy], [a, b]) => {
      const tie = a!.eq(b!).to(dy!.dtype).mul(0.5);
      return [dy!.mul(wins(a!, b!).to(dy!.dtype).add(tie)), dy!.mul(wins(b!, a!).to(dy!.dtype).add(tie))];
    },
  });
}

export const maximum = extremum("maximum", "Max", (a, b) => a.gt(b));
export const minimum = extremum("minimum", "Min", (a, b) => a.lt(b));

const equal = comparison("eq", "Equal");
export const eq = equal;
export const lt = comparison("lt", "Less");
export const le = comparison("le", "LessOrEqual");
export const gt = comparison("gt", "Greater");
export const ge = comparison("ge", "GreaterOrEqual");
export const ne = (a: Operand, b: Operand): Tensor => logical_not(equal(a, b));

function logical(name: string, onnxName: string) {
  const op = defineOp(name, {
    infer: ([a, b]) => ({ dtype: "bool", shape: broadcastShapes(name, a!.shape, b!.shape) }),
    onnx: (graph, [a, b], _, [out]) =>
      graph.node(onnxName, [graph.cast(a!, "bool"), graph.cast(b!, "bool")], {
        dtype: "bool",
        shape: out!.shape,
      }),
    gradient: "none",
  });
  return (a: Tensor, b: Tensor): Tensor => apply(op, [a, b], none);
}

export const logical_and = logical("logical_and", "And");
export const logical_or = logical("logical_or", "Or");

// Choices

const whereOp = defineOp("where", {
  infer: ([condition, a, b]) => ({
    dtype: a!.dtype,
    shape: broadcastShapes("where", condition!.shape, broadcastShapes("where", a!.shape, b!.shape)),
  }),
  onnx: (graph, inputs, _, [out]) => graph.node("Where", inputs, { shape: out!.shape }),
  gradient: ([dy], [condition]) => [null, where(condition!, dy!, 0), where(condition!, 0, dy!)],
});

/** `a` where the condition holds, `b` elsewhere; the three broadcast together. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  return apply(whereOp, [to(condition, "bool"), ...promoted(a, b)], none);
}

export function masked_fill(x: Tensor, mask: Tensor, value: number): Tensor {
  return where(mask, full([], value, { dtype: x.dtype }), x);
}

/** Values below `min` become it, values above `max` become it; the gradient is 0 outside, 1 on the bounds. */
export function clamp(x: Tensor, options: { min?: number; max?: number }): Tensor {
  const { min, max } = options;
  if (min === undefined && max === undefined) {
    throw new TransformersError("INVALID_ARGUMENT", "clamp: give min, max or both");
  }
  // Ints stay ints between whole bounds.
  const whole = [min, max].every((bound) => bound === undefined || Number.isInteger(bound));
  const operand = isFloat(x.dtype) || whole ? x : to(x, "float32");
  return apply(clampOp, [operand], { min: scalarText(min ?? null), max: scalarText(max ?? null) });
}

const clampOp = defineOp<{ min: number | string | null; max: number | string | null }>("clamp", {
  infer: ([x]) => {
    refuseBool("clamp", x!);
    return x!;
  },
  onnx: (graph, [x], { min, max }) => {
    const bound = (value: number | string | null) =>
      value === null ? null : graph.scalar(x!.dtype, Number(value));
    return graph.node("Clip", [x!, bound(min), bound(max)], { shape: x!.shape });
  },
  gradient: ([dy], [x], _, { min, max }) => {
    const inside = [
      min === null ? null : x!.ge(Number(min)),
      max === null ? null : x!.le(Number(max)),
    ].filter((side) => side !== null);
    return [dy!.mul(inside.reduce(logical_and).to(dy!.dtype))];
  },
});

export { floatUnary, requireFloat };
