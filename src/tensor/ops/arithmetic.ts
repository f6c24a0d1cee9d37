import { TransformersError } from "../../errors.js";
import { type Algebra, algebra, truncated, widened } from "../../onnx/composed.js";
import type { Value } from "../../onnx/graph.js";
import { type DType, isFloat } from "../../runtime/dtype.js";
import { apply, defineOp, type GradientRule, type Op } from "../node.js";
import type { Operand, Tensor } from "../tensor.js";
import { where } from "./choice.js";
import { logical_and } from "./comparison.js";
import { ones_like, zeros_like } from "./creation.js";
import { asFloat, broadcastShapes, promoted, refuseBool } from "./operands.js";

/** Arithmetic of two operands, which broadcast together and come to one dtype. */

type None = Record<string, never>;
const none: None = {};

function binaryOp(name: string, onnxName: string, gradient: GradientRule<None>): Op<None> {
  return defineOp(name, {
    infer: ([a, b]) => ({ dtype: a!.dtype, shape: broadcastShapes(name, a!.shape, b!.shape) }),
    onnx: (graph, [a, b], _, [out]) => graph.node(onnxName, [a!, b!], { shape: out!.shape }),
    gradient,
  });
}

function binary(name: string, onnxName: string, gradient: GradientRule<None>) {
  const op = binaryOp(name, onnxName, gradient);
  return (a: Operand, b: Operand): Tensor => apply(op, promoted(a, b), none);
}

export interface ScaledOptions {
  /** Factor of the second operand. Default 1. */
  alpha?: number;
}

const plainAdd = binary("add", "Add", ([dy]) => [dy!, dy!]);
const plainSub = binary("sub", "Sub", ([dy]) => [dy!, dy!.neg()]);

/** a + alpha b; of bools, whether one of them is true. */
export function add(a: Operand, b: Operand, options: ScaledOptions = {}): Tensor {
  return plainAdd(a, scaled("add", b, options));
}

/** a - alpha b; not for bools. */
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

export const mul = binary("mul", "Mul", ([dy], [a, b]) => [dy!.mul(b!), dy!.mul(a!)]);

const divOp = binaryOp("div", "Div", ([dy], [, b], [y]) => {
  const da = dy!.div(b!);
  return [da, da.mul(y!).neg()];
});

export interface DivOptions {
  /** Round the quotient toward 0 ("trunc") or down ("floor"), which keeps ints ints. Default null: true division. */
  rounding_mode?: "trunc" | "floor" | null;
}

/** a / b; ints and bools become float32 unless a rounding mode is given. */
export function div(a: Operand, b: Operand, { rounding_mode = null }: DivOptions = {}): Tensor {
  if (rounding_mode === "floor") return floor_divide(a, b);
  if (rounding_mode === "trunc") return whole("div", truncDivideOp, a, b);
  if (rounding_mode !== null) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `div: rounding_mode must be "trunc", "floor" or null, not ${JSON.stringify(rounding_mode)}`,
    );
  }
  const [x, y] = promoted(a, b);
  return apply(divOp, [asFloat(x), asFloat(y)], none);
}

/** The quotient rounded down; ints stay ints. */
export function floor_divide(a: Operand, b: Operand): Tensor {
  return whole("floor_divide", floorDivideOp, a, b);
}

/** What the division rounded down leaves: a - b floor(a / b), with the sign of b. */
export function remainder(a: Operand, b: Operand): Tensor {
  return whole("remainder", remainderOp, a, b);
}

/** What the division rounded toward 0 leaves: a - b trunc(a / b), with the sign of a. */
export function fmod(a: Operand, b: Operand): Tensor {
  return whole("fmod", fmodOp, a, b);
}

interface Division {
  /** Whether the divisor may be -1, by which the processor cannot divide the smallest int without a trap. */
  guarded: boolean;
}

/** A division without a fraction. Dividing ints by 0 is an error: here where the divisor is a number, else when it runs. */
function whole(name: string, op: Op<Division>, a: Operand, b: Operand): Tensor {
  const [x, y] = promoted(a, b);
  refuseBool(name, x);
  if (b === 0 && !isFloat(x.dtype)) {
    throw new TransformersError("INVALID_ARGUMENT", `${name}: ${x} cannot be divided by 0`);
  }
  const guarded = (x.dtype === "int64" || x.dtype === "int32") && (typeof b !== "number" || b === -1);
  return apply(op, [x, y], { guarded });
}

type WriteDivision = (inDtype: Algebra, a: Value, b: Value) => Value;

function division(
  name: string,
  forms: { ints: WriteDivision; floats: WriteDivision; atMinusOne: (inDtype: Algebra, a: Value) => Value },
  gradient: GradientRule<Division>,
): Op<Division> {
  return defineOp(name, {
    infer: ([a, b]) => ({ dtype: a!.dtype, shape: broadcastShapes(name, a!.shape, b!.shape) }),
    onnx: (graph, [a, b], { guarded }) => {
      const inDtype = algebra(graph, a!.dtype);
      if (isFloat(a!.dtype)) {
        return widened(graph, [a!, b!], (x, y) => forms.floats(algebra(graph, x!.dtype), x!, y!));
      }
      if (!guarded) return forms.ints(inDtype, a!, b!);
      const { equal, where } = inDtype;
      const isMinusOne = equal(b!, -1);
      const quotient = forms.ints(inDtype, a!, where(isMinusOne, 1, b!));
      return where(isMinusOne, forms.atMinusOne(inDtype, a!), quotient);
    },
    gradient,
  });
}

/** What is left with the sign of a. ONNX Runtime's Mod would compute that of int64 in floats. */
function writeFmod({ graph, sub, mul, div }: Algebra, a: Value, b: Value): Value {
  if (!isFloat(a.dtype)) return sub(a, mul(div(a, b), b));
  return graph.node("Mod", [a, b], { attributes: { fmod: 1 } });
}

/** Whether the rest of a division toward 0 says that a division rounded down is one less. */
function isBelow(inDtype: Algebra, rest: Value, b: Value): Value {
  const { graph, equal, less } = inDtype;
  const isZero = equal(rest, 0);
  const differ = graph.node("Xor", [less(rest, 0), less(b, 0)]);
  return graph.node("And", [graph.node("Not", [isZero]), differ]);
}

const noSlope: GradientRule<Division> = ([dy]) => [zeros_like(dy!), zeros_like(dy!)];
const negated = (inDtype: Algebra, a: Value) => inDtype.unary("Neg", a);
const nothing = (inDtype: Algebra, a: Value) => inDtype.mul(a, 0);

const truncDivideOp = division(
  "trunc_divide",
  {
    ints: ({ div }, a, b) => div(a, b),
    floats: ({ graph, div }, a, b) => truncated(graph, div(a, b)),
    atMinusOne: negated,
  },
  noSlope,
);

const floorDivideOp = division(
  "floor_divide",
  {
    ints: (inDtype, a, b) => {
      const below = isBelow(inDtype, writeFmod(inDtype, a, b), b);
      return inDtype.sub(inDtype.div(a, b), inDtype.graph.cast(below, a.dtype));
    },
    floats: writeFloorOfFloats,
    atMinusOne: negated,
  },
  noSlope,
);

/** By way of the exact rest, as a / b itself may be rounded up to the next whole number. */
function writeFloorOfFloats(inDtype: Algebra, a: Value, b: Value): Value {
  const { graph, add, sub, div, equal, greater, unary, where } = inDtype;
  const rest = writeFmod(inDtype, a, b);
  const exact = sub(div(sub(a, rest), b), graph.cast(isBelow(inDtype, rest, b), a.dtype));
  const floored = unary("Floor", exact);
  const rounded = add(floored, graph.cast(greater(sub(exact, floored), 0.5), a.dtype));
  return where(equal(b, 0), div(a, b), rounded);
}

const remainderOp = division(
  "remainder",
  {
    ints: ({ graph }, a, b) => graph.node("Mod", [a, b], { attributes: { fmod: 0 } }),
    floats: (inDtype, a, b) => {
      const rest = writeFmod(inDtype, a, b);
      return inDtype.where(isBelow(inDtype, rest, b), inDtype.add(rest, b), rest);
    },
    atMinusOne: nothing,
  },
  ([dy], [a, b]) => [dy!, dy!.mul(floor_divide(a!, b!)).neg()],
);

const fmodOp = division(
  "fmod",
  { ints: writeFmod, floats: writeFmod, atMinusOne: nothing },
  ([dy], [a, b]) => [dy!, dy!.mul(div(a!, b!, { rounding_mode: "trunc" })).neg()],
);

const powOp = binaryOp("pow", "Pow", ([dy], [a, b], [y]) => {
  const byBase = dy!.mul(b!).mul(pow(a!, b!.sub(1)));
  const byExponent = dy!.mul(y!).mul(a!.log());
  // a ** 0 does not depend on a, nor 0 ** b on b.
  const constant = logical_and(a!.eq(0), b!.ge(0));
  return [where(b!.eq(0), 0, byBase), where(constant, 0, byExponent)];
});

/**
 * a to the power of b. Ints stay ints, exactly as far as their width goes; a negative exponent gives 0 unless a is
 * 1 or -1, and is refused as a number.
 */
export function pow(a: Operand, b: Operand): Tensor {
  const [x, y] = promoted(a, b);
  refuseBool("pow", x);
  if (typeof b !== "number")
    return isFloat(x.dtype) ? apply(powOp, [x, y], none) : apply(intPowOp, [x, y], none);
  if (b === 2) return mul(x, x);
  if (isFloat(x.dtype)) return apply(powOp, [x, y], none);
  if (b < 0) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `pow: ints (${x.dtype}) to the negative power ${b}; cast them with .to("float32")`,
    );
  }
  return repeatedProduct(x, b);
}

/** A whole power by squaring. */
function repeatedProduct(x: Tensor, exponent: number): Tensor {
  let power: Tensor | null = null;
  let square = x;
  for (let rest = exponent; rest > 0; ) {
    if (rest % 2 === 1) power = power === null ? square : mul(power, square);
    rest = Math.floor(rest / 2);
    if (rest > 0) square = mul(square, square);
  }
  return power ?? ones_like(x);
}

/** Powers of ints by squaring, one step for each bit that the exponent's dtype can have: ONNX's Pow computes floats. */
const intPowOp = defineOp("int_pow", {
  infer: ([a, b]) => ({ dtype: a!.dtype, shape: broadcastShapes("pow", a!.shape, b!.shape) }),
  onnx: (graph, [a, b], _, [out]) => {
    const { mul, less, equal, value, where } = algebra(graph, "int64");
    const [base, exponent] = [graph.cast(a!, "int64"), graph.cast(b!, "int64")];
    const isEven = (bits: Value, unit: number) =>
      equal(graph.node("BitwiseAnd", [bits, value(unit)], { shape: bits.shape }), 0);
    let square = base;
    let power = where(isEven(exponent, 1), 1, base);
    for (let bit = 1; bit < bitsOf(b!.dtype); bit++) {
      square = mul(square, square);
      power = mul(power, where(isEven(exponent, 2 ** bit), 1, square));
    }
    const inverse = where(equal(base, 1), 1, where(equal(base, -1), where(isEven(exponent, 1), 1, -1), 0));
    const result = where(less(exponent, 0), inverse, power);
    result.shape = out!.shape;
    return graph.cast(result, a!.dtype);
  },
  gradient: "none",
});

/** How many bits the largest value of an int dtype has. */
function bitsOf(dtype: DType): number {
  const widths: Partial<Record<DType, number>> = { int8: 7, uint8: 8, int16: 15, int32: 31, uint32: 32 };
  return widths[dtype] ?? 63;
}

/** Where both are equal each gets half of the gradient. */
function extremum(name: string, onnxName: string, wins: (a: Tensor, b: Tensor) => Tensor) {
  return binary(name, onnxName, ([dy], [a, b]) => {
    const tie = a!.eq(b!).to(dy!.dtype).mul(0.5);
    return [dy!.mul(wins(a!, b!).to(dy!.dtype).add(tie)), dy!.mul(wins(b!, a!).to(dy!.dtype).add(tie))];
  });
}

/** The larger of both; NaN where one is. */
export const maximum = extremum("maximum", "Max", (a, b) => a.gt(b));
/** The smaller of both; NaN where one is. */
export const minimum = extremum("minimum", "Min", (a, b) => a.lt(b));
