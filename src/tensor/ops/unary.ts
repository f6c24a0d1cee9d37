import { TransformersError } from "../../errors.js";
import { truncated, widened, expm1 as writeExpm1, log1p as writeLog1p } from "../../onnx/composed.js";
import type { Graph, Value } from "../../onnx/graph.js";
import { isFloat } from "../../runtime/dtype.js";
import { apply, defineOp, type GradientRule } from "../node.js";
import type { Tensor } from "../tensor.js";
import { zeros_like } from "./creation.js";
import { asFloat, inFloat32, refuseBool, requireFloat } from "./operands.js";

/** Functions of one element. */

type None = Record<string, never>;
const none: None = {};

/** An ONNX operator's name, or how the function is written in several. */
type Lowering = string | ((graph: Graph, x: Value) => Value);

function lowered(lowering: Lowering) {
  return (graph: Graph, [x]: readonly Value[]): Value =>
    typeof lowering === "string" ? graph.node(lowering, [x!], { shape: x!.shape }) : lowering(graph, x!);
}

/** A function of a real number: ints and bools are cast to float32 first, as in PyTorch. */
export function floatUnary(name: string, lowering: Lowering, gradient: GradientRule<None> | "none") {
  const op = defineOp(name, { infer: ([x]) => x!, onnx: lowered(lowering), gradient });
  return (x: Tensor): Tensor => apply(op, [asFloat(x)], none);
}

/** A function that keeps every dtype of numbers. */
function unary(name: string, lowering: Lowering, gradient: GradientRule<None>) {
  const op = defineOp(name, {
    infer: ([x]) => {
      refuseBool(name, x!);
      return x!;
    },
    onnx: lowered(lowering),
    gradient,
  });
  return (x: Tensor): Tensor => apply(op, [x], none);
}

/** A function that is constant between its steps: its gradient is 0. Ints are whole already. */
function rounding(name: string, lowering: Lowering) {
  const round = unary(name, lowering, flat);
  return (x: Tensor): Tensor => {
    refuseBool(name, x);
    return isFloat(x.dtype) ? round(x) : x;
  };
}

const flat: GradientRule<None> = ([dy]) => [zeros_like(dy!)];

export const neg = unary("neg", "Neg", ([dy]) => [dy!.neg()]);
export const abs = unary("abs", "Abs", ([dy], [x]) => [dy!.mul(x!.sign())]);

const plainSign = unary("sign", writeSign, flat);

/** -1, 0 or 1; what is not a number has sign 0, and a bool is its own. */
export const sign = (x: Tensor): Tensor => (x.dtype === "bool" ? x : plainSign(x));

function writeSign(graph: Graph, x: Value): Value {
  const result = graph.node("Sign", [x], { shape: x.shape });
  if (!isFloat(x.dtype)) return result;
  const undefinedSign = graph.node("IsNaN", [x], { dtype: "bool", shape: x.shape });
  return graph.node("Where", [undefinedSign, graph.scalar(x.dtype, 0), result], { shape: x.shape });
}

export const exp = floatUnary("exp", "Exp", ([dy], _, [y]) => [dy!.mul(y!)]);

/** exp(x) - 1, exact for small x too. */
export const expm1 = floatUnary(
  "expm1",
  (graph, x) => widened(graph, [x], (wide) => writeExpm1(graph, wide)),
  ([dy], _, [y]) => [dy!.mul(y!.add(1))],
);

export const log = floatUnary("log", "Log", ([dy], [x]) => [dy!.div(x!)]);

/** log(1 + x), exact for small x too. */
export const log1p = floatUnary(
  "log1p",
  (graph, x) => widened(graph, [x], (wide) => writeLog1p(graph, wide)),
  ([dy], [x]) => [dy!.div(x!.add(1))],
);

export const sqrt = floatUnary("sqrt", "Sqrt", ([dy], _, [y]) => [dy!.div(y!.mul(2))]);
export const rsqrt = (x: Tensor): Tensor => x.sqrt().reciprocal();
export const reciprocal = floatUnary("reciprocal", "Reciprocal", ([dy], _, [y]) => [
  dy!.mul(y!).mul(y!).neg(),
]);
export const square = (x: Tensor): Tensor => x.pow(2);

export const sin = floatUnary("sin", "Sin", ([dy], [x]) => [dy!.mul(x!.cos())]);
export const cos = floatUnary("cos", "Cos", ([dy], [x]) => [dy!.mul(x!.sin()).neg()]);
export const tan = floatUnary("tan", "Tan", ([dy], _, [y]) => [dy!.mul(y!.mul(y!).add(1))]);
export const tanh = floatUnary("tanh", "Tanh", ([dy], _, [y]) => [dy!.mul(y!.mul(y!).neg().add(1))]);
export const sigmoid = floatUnary("sigmoid", "Sigmoid", ([dy], _, [y]) => [dy!.mul(y!.sub(y!.mul(y!)))]);
export const erf = floatUnary("erf", "Erf", ([dy], [x]) => [
  dy!.mul(x!.mul(x!).neg().exp()).mul(2 / Math.sqrt(Math.PI)),
]);

export const floor = rounding("floor", "Floor");
export const ceil = rounding("ceil", "Ceil");
/** The fraction dropped: rounded toward 0. */
export const trunc = rounding("trunc", truncated);
const roundToWhole = rounding("round", "Round");

export interface RoundOptions {
  /** Digits to keep after the point; negative ones round to tens, hundreds and so on. Default 0. */
  decimals?: number;
}

/** The nearest whole number, halves to the even one. */
export function round(x: Tensor, { decimals = 0 }: RoundOptions = {}): Tensor {
  if (decimals === 0) return roundToWhole(x);
  if (!Number.isInteger(decimals) || !isFloat(x.dtype)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `round: decimals ${decimals} of ${x.dtype}; decimals must be whole, and 0 for ints`,
    );
  }
  const unit = 10 ** Math.abs(decimals);
  return inFloat32(x, (wide) =>
    decimals > 0 ? roundToWhole(wide.mul(unit)).div(unit) : roundToWhole(wide.div(unit)).mul(unit),
  );
}

/** What trunc drops, with the sign of x. */
export function frac(x: Tensor): Tensor {
  requireFloat("frac", x);
  return x.sub(trunc(x));
}

function predicate(name: string, onnxName: string) {
  const op = defineOp(name, {
    infer: ([x]) => ({ dtype: "bool", shape: x!.shape }),
    onnx: (graph, [x]) => graph.node(onnxName, [x!], { dtype: "bool", shape: x!.shape }),
    gradient: "none",
  });
  return (x: Tensor): Tensor => apply(op, [asFloat(x)], none);
}

export const isnan = predicate("isnan", "IsNaN");
/** Of either sign. */
export const isinf = predicate("isinf", "IsInf");
/** Neither infinite nor not a number. */
export const isfinite = (x: Tensor): Tensor => asFloat(x).abs().lt(Number.POSITIVE_INFINITY);

const logicalNotOp = defineOp("logical_not", {
  infer: ([x]) => ({ dtype: "bool", shape: x!.shape }),
  onnx: (graph, [x]) => graph.node("Not", [graph.cast(x!, "bool")], { dtype: "bool", shape: x!.shape }),
  gradient: "none",
});

/** True where x is 0 or false. */
export function logical_not(x: Tensor): Tensor {
  return apply(logicalNotOp, [x], none);
}
