import type { DType } from "../runtime/dtype.js";
import type { Graph, NodeOptions, Value } from "./graph.js";
import type { Float } from "./model-proto.js";

/** Functions written in operators that ONNX Runtime's CPU computes in float32 and in float64 alike. */

export type Algebra = ReturnType<typeof algebra>;

/** Elementwise operators in one dtype, where a number stands for a constant of it. */
export function algebra(graph: Graph, dtype: DType) {
  type Operand = Value | number;
  const value = (operand: Operand) => (typeof operand === "number" ? graph.scalar(dtype, operand) : operand);
  const shapeBeside = (a: Operand, b: Operand) => {
    if (typeof a === "number") return typeof b === "number" ? [] : b.shape;
    return typeof b === "number" ? a.shape : null;
  };
  const operator = (opType: string, result?: DType) => (a: Operand, b: Operand) =>
    graph.node(opType, [value(a), value(b)], { dtype: result, shape: shapeBeside(a, b) });
  const add = operator("Add");
  const mul = operator("Mul");
  return {
    graph,
    value,
    add,
    mul,
    sub: operator("Sub"),
    div: operator("Div"),
    max: operator("Max"),
    min: operator("Min"),
    less: operator("Less", "bool"),
    greater: operator("Greater", "bool"),
    equal: operator("Equal", "bool"),
    unary: (opType: string, x: Value) => graph.node(opType, [x], { shape: x.shape }),
    where: (condition: Value, a: Operand, b: Operand) => graph.node("Where", [condition, value(a), value(b)]),
    /** coefficients[0] x^n + ... + coefficients[n], by Horner's rule. */
    polynomial: (x: Value, coefficients: readonly number[]) => {
      const [first, second, ...rest] = coefficients as [number, number, ...number[]];
      return rest.reduce((sum, coefficient) => add(mul(sum, x), coefficient), add(mul(x, first), second));
    },
  };
}

/** Computes in float32 what float16 and bfloat16 would round at every step; the result has the operands' dtype. */
export function widened(
  graph: Graph,
  operands: readonly Value[],
  compute: (...wide: Value[]) => Value,
): Value {
  const { dtype } = operands[0]!;
  if (dtype !== "float16" && dtype !== "bfloat16") return compute(...operands);
  return graph.cast(compute(...operands.map((operand) => graph.cast(operand, "float32"))), dtype);
}

/** Of a float: the largest whole number not beyond it, seen from 0. */
export function truncated(graph: Graph, x: Value): Value {
  const { less, unary, where } = algebraOf(graph, x);
  return where(less(x, 0), unary("Ceil", x), unary("Floor", x));
}

/** log(1 + x), exact for small x: log(u) plus what rounding took from u = 1 + x. */
export function log1p(graph: Graph, x: Value): Value {
  const { add, sub, div, unary, where } = algebraOf(graph, x);
  const u = add(x, 1);
  const lost = div(sub(sub(u, 1), x), u);
  const isNone = graph.node("IsNaN", [lost], { dtype: "bool", shape: x.shape });
  return sub(unary("Log", u), where(isNone, 0, lost));
}

/** exp(x) - 1, exact for small x: 2 t / (1 - t) with t = tanh(x / 2), where that does not cancel. */
export function expm1(graph: Graph, x: Value): Value {
  const { add, sub, mul, div, greater, unary, where } = algebraOf(graph, x);
  const t = graph.node("Tanh", [mul(x, 0.5)], { shape: x.shape, isPrecise: true });
  return where(greater(x, 0.5), sub(unary("Exp", x), 1), div(add(t, t), sub(1, t)));
}

// |x| <= 0.46875: erf(x) / x as a ratio of polynomials in x^2.
const small = {
  above: [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694],
  below: [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
};
// 0.46875 <= y: erfc(y) / exp(-y^2) as a ratio of polynomials in y.
const large = {
  above: [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
    881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  below: [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
    4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
};

/**
 * The error function to 1e-15. Beyond 6 it is 1 in every bit.
 *
 * Source: Cody, "Rational Chebyshev Approximations for the Error Function", 1969; the coefficients of its first
 * two intervals.
 */
function erf(graph: Graph, x: Value): Value {
  const { sub, mul, div, less, min, polynomial, unary, where } = algebraOf(graph, x);
  const y = min(unary("Abs", x), 6);
  const square = mul(y, y);
  const near = mul(x, div(polynomial(square, small.above), polynomial(square, small.below)));
  const ratio = div(polynomial(y, large.above), polynomial(y, large.below));
  const far = mul(unary("Sign", x), sub(1, mul(unary("Exp", unary("Neg", square)), ratio)));
  return where(less(y, 0.46875), near, far);
}

/** x where it is positive, `negative` elsewhere. */
function whereNegative(graph: Graph, x: Value, negative: Value): Value {
  const { less, where } = algebraOf(graph, x);
  return where(less(x, 0), negative, x);
}

function hardSigmoid(graph: Graph, x: Value, alpha: number, beta: number): Value {
  const { add, mul, max, min } = algebraOf(graph, x);
  return min(max(add(mul(x, alpha), beta), 0), 1);
}

type Written = (graph: Graph, sources: readonly Value[], attribute: (name: string) => number) => Value;

/** What ONNX Runtime's CPU has no float64 kernel for, written in what it has one for. */
const float64Forms: Readonly<Record<string, Written>> = {
  Erf: (graph, [x]) => erf(graph, x!),
  Gelu: (graph, [x]) => {
    const { add, mul } = algebraOf(graph, x!);
    return mul(mul(x!, 0.5), add(erf(graph, mul(x!, Math.SQRT1_2)), 1));
  },
  Tan: (graph, [x]) => {
    const { div, unary } = algebraOf(graph, x!);
    return div(unary("Sin", x!), unary("Cos", x!));
  },
  Softplus: (graph, [x]) => {
    const { add, max, unary } = algebraOf(graph, x!);
    return add(max(x!, 0), log1p(graph, unary("Exp", unary("Neg", unary("Abs", x!)))));
  },
  LeakyRelu: (graph, [x], attribute) =>
    whereNegative(graph, x!, algebraOf(graph, x!).mul(x!, attribute("alpha"))),
  Elu: (graph, [x], attribute) =>
    whereNegative(graph, x!, algebraOf(graph, x!).mul(expm1(graph, x!), attribute("alpha"))),
  HardSigmoid: (graph, [x], attribute) => hardSigmoid(graph, x!, attribute("alpha"), attribute("beta")),
  HardSwish: (graph, [x]) => algebraOf(graph, x!).mul(x!, hardSigmoid(graph, x!, 1 / 6, 0.5)),
  QuickGelu: (graph, [x], attribute) => {
    const { mul, unary } = algebraOf(graph, x!);
    return mul(x!, unary("Sigmoid", mul(x!, attribute("alpha"))));
  },
};

/** An operator in float64, written in others where ONNX Runtime's CPU lacks it; null where it does not. */
export function inFloat64(
  graph: Graph,
  opType: string,
  sources: readonly (Value | null)[],
  { attributes = {}, shape = null }: NodeOptions,
): Value | null {
  const form = Object.hasOwn(float64Forms, opType) ? float64Forms[opType] : undefined;
  if (form === undefined) return null;
  const written = form(graph, sources as readonly Value[], (name) => (attributes[name] as Float).value);
  written.shape ??= shape;
  return written;
}

function algebraOf(graph: Graph, x: Value): Algebra {
  return algebra(graph, x.dtype);
}
