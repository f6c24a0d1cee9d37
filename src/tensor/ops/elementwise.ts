import { TransformersError } from "../../errors.js";
import { type Dim, dimsEqual, formatShape } from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import { type DType, dtypes, isFloat, promote } from "../../runtime/dtype.js";
import { apply, defineOp, type GradientRule, type Op, type Shape, type TensorType } from "../node.js";
import type { Operand, Tensor } from "../tensor.js";
import { full } from "./creation.js";

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

/** An op that keeps every dtype. */
function unary(name: string, onnxName: string, gradient: GradientRule<None>) {
  const op = defineOp(name, {
    infer: ([x]) => x!,
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
}

function binaryOp(name: string, onnxName: string, { gradient, result }: BinarySettings): Op<None> {
  return defineOp(name, {
    infer: ([a, b]) => ({ dtype: result ?? a!.dtype, shape: broadcastShapes(name, a!.shape, b!.shape) }),
    onnx: (graph, [a, b], _, [out]) =>
      throughSupported(graph, a!, b!, result === undefined, (x, y) =>
        graph.node(onnxName, [x, y], { dtype: result ?? x.dtype, shape: out!.shape }),
      ),
    gradient,
  });
}

/** ONNX Runtime has arithmetic and comparisons for four dtypes; the other ints go through int32. */
function throughSupported(
  graph: Graph,
  a: Value,
  b: Value,
  castBack: boolean,
  build: (a: Value, b: Value) => Value,
): Value {
  if (["float32", "float64", "int32", "int64", "uint32", "float16"].includes(a.dtype)) return build(a, b);
  const result = build(graph.cast(a, "int32"), graph.cast(b, "int32"));
  return castBack ? graph.cast(result, a.dtype) : result;
}

function binary(name: string, onnxName: string, settings: BinarySettings) {
  const op = binaryOp(name, onnxName, settings);
  return (a: Operand, b: Operand): Tensor => apply(op, promoted(a, b), none);
}

function comparison(name: string, onnxName: string) {
  return binary(name, onnxName, { gradient: "none", result: "bool" });
}

export const add = binary("add", "Add", { gradient: ([dy]) => [dy!, dy!] });
export const sub = binary("sub", "Sub", { gradient: ([dy]) => [dy!, dy!.neg()] });
export const mul = binary("mul", "Mul", { gradient: ([dy], [a, b]) => [dy!.mul(b!), dy!.mul(a!)] });

const divOp = binaryOp("div", "Div", {
  gradient: ([dy], [, b], [y]) => {
    const da = dy!.div(b!);
    return [da, da.mul(y!).neg()];
  },
});

/** True division: ints become float32. */
export function div(a: Operand, b: Operand): Tensor {
  const [x, y] = promoted(a, b);
  return apply(divOp, isFloat(x.dtype) ? [x, y] : [to(x, "float32"), to(y, "float32")], none);
}

const powOp = binaryOp("pow", "Pow", {
  gradient: ([dy], [a, b], [y]) => [
    dy!.mul(b!).mul(pow(a!, b!.sub(1))),
    // 0 ** b has no logarithm to multiply with; its derivative by b is 0.
    dy!.mul(y!).mul(where(a!.eq(0), full([], 0, { dtype: a!.dtype }), a!.log())),
  ],
});

export function pow(a: Operand, b: Operand): Tensor {
  if (b === 2 && typeof a !== "number") return a.mul(a);
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
  onnx: (graph, inputs, _, [out]) => graph.node("Where", inputs, { dtype: out!.dtype, shape: out!.shape }),
  gradient: ([dy], [condition]) => {
    const zero = full([], 0, { dtype: dy!.dtype });
    return [null, where(condition!, dy!, zero), where(condition!, zero, dy!)];
  },
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
  return apply(clampOp, [x], { min: min ?? null, max: max ?? null });
}

const clampOp = defineOp<{ min: number | null; max: number | null }>("clamp", {
  infer: ([x]) => x!,
  onnx: (graph, [x], { min, max }) => {
    const bound = (value: number | null) => (value === null ? null : graph.scalar(x!.dtype, value));
    return graph.node("Clip", [x!, bound(min), bound(max)], { shape: x!.shape });
  },
  gradient: ([dy], [x], _, { min, max }) => {
    const inside = [min === null ? null : x!.ge(min), max === null ? null : x!.le(max)].filter(
      (side) => side !== null,
    );
    return [dy!.mul(inside.reduce(logical_and).to(dy!.dtype))];
  },
});

export { floatUnary, requireFloat };
