import { dtypes } from "../../runtime/dtype.js";
import { apply, defineOp } from "../node.js";
import type { Operand, Tensor } from "../tensor.js";
import { broadcastShapes, promoted, refuseBool, refuseFloat } from "./operands.js";
import { logical_not } from "./unary.js";

/** Bits of ints; for bools, which have one, the logical operators. */

type None = Record<string, never>;
const none: None = {};

const bitwiseNotOp = defineOp("bitwise_not", {
  infer: ([x]) => x!,
  onnx: (graph, [x]) => graph.node("BitwiseNot", [x!], { shape: x!.shape }),
  gradient: "none",
});

/** Every bit of an int turned over; a bool the other way round. */
export function bitwise_not(x: Tensor): Tensor {
  refuseFloat("bitwise_not", x);
  return x.dtype === "bool" ? logical_not(x) : apply(bitwiseNotOp, [x], none);
}

function bitwise(name: string, onnxName: string) {
  const op = defineOp(name, {
    infer: ([a, b]) => {
      refuseFloat(name, a!);
      return { dtype: a!.dtype, shape: broadcastShapes(name, a!.shape, b!.shape) };
    },
    onnx: (graph, [a, b], _, [out]) =>
      graph.node(a!.dtype === "bool" ? onnxName : `Bitwise${onnxName}`, [a!, b!], { shape: out!.shape }),
    gradient: "none",
  });
  return (a: Operand, b: Operand): Tensor => apply(op, promoted(a, b), none);
}

export const bitwise_and = bitwise("bitwise_and", "And");
export const bitwise_or = bitwise("bitwise_or", "Or");
export const bitwise_xor = bitwise("bitwise_xor", "Xor");

/** 1, 2, 4 ... 2^63, which as int64 is the smallest number. */
const powersOfTwo = BigInt64Array.from({ length: 64 }, (_, i) => BigInt.asIntN(64, 1n << BigInt(i)));

/**
 * Shifts in int64: to the left a product with a power of two, whose high bits fall away; to the right a quotient,
 * rounded down by way of the complement of what is negative. ONNX's own BitShift takes unsigned ints alone.
 */
const shiftOp = defineOp<{ left: boolean }>("shift", {
  infer: ([x, distance], { left }) => {
    const name = left ? "bitwise_left_shift" : "bitwise_right_shift";
    refuseFloat(name, x!);
    refuseBool(name, x!);
    return { dtype: x!.dtype, shape: broadcastShapes(name, x!.shape, distance!.shape) };
  },
  onnx: (graph, [x, distance], { left }, [out]) => {
    const { shape } = out!;
    const value = graph.cast(x!, "int64");
    const bits = graph.cast(distance!, "int64");
    const int = (number: number) => graph.scalar("int64", number);
    const compare = (opType: string, operand: typeof value, number: number) =>
      graph.node(opType, [operand, int(number)], { dtype: "bool", shape: operand.shape });
    const width = dtypes[x!.dtype].bytes * 8;
    // An int64 shifted right by 63 is its sign, as by more.
    const end = left ? width : Math.min(width, 63);
    const within = graph.node("And", [compare("GreaterOrEqual", bits, 0), compare("Less", bits, end)], {
      shape: bits.shape,
    });
    const safe = graph.node("Where", [within, bits, int(0)], { shape: bits.shape });
    const table = graph.constant("int64", [64], powersOfTwo);
    const power = graph.node("Gather", [table, safe], { attributes: { axis: 0 }, shape: bits.shape });
    const choose = (inside: typeof value, outside: typeof value) =>
      graph.cast(graph.node("Where", [within, inside, outside], { shape }), x!.dtype);
    if (left) return choose(graph.node("Mul", [value, power], { shape }), int(0));
    const isNegative = compare("Less", value, 0);
    const complemented = (operand: typeof value) =>
      graph.node("Where", [isNegative, graph.node("BitwiseNot", [operand]), operand], {
        shape: operand.shape,
      });
    const quotient = graph.node("Div", [complemented(value), power], { shape });
    const sign = graph.node("Where", [isNegative, int(-1), int(0)], { shape: value.shape });
    return choose(complemented(quotient), sign);
  },
  gradient: "none",
});

/** a * 2^b in a's width: bits that leave it are lost. A distance that is negative or not below the width gives 0. */
export function bitwise_left_shift(a: Operand, b: Operand): Tensor {
  return apply(shiftOp, promoted(a, b), { left: true });
}

/**
 * a / 2^b rounded down, which keeps the sign. A distance that is negative or not below the width leaves the sign
 * alone: -1 or 0.
 */
export function bitwise_right_shift(a: Operand, b: Operand): Tensor {
  return apply(shiftOp, promoted(a, b), { left: false });
}
