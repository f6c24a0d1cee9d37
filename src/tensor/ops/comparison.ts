import { apply, defineOp } from "../node.js";
import type { Operand, Tensor } from "../tensor.js";
import { broadcastShapes, promoted } from "./operands.js";
import { logical_not } from "./unary.js";

/** Questions about two operands, answered in bools. */

type None = Record<string, never>;
const none: None = {};

function comparison(name: string, onnxName: string) {
  const op = defineOp(name, {
    infer: ([a, b]) => ({ dtype: "bool", shape: broadcastShapes(name, a!.shape, b!.shape) }),
    onnx: (graph, [a, b], _, [out]) => graph.node(onnxName, [a!, b!], { dtype: "bool", shape: out!.shape }),
    gradient: "none",
  });
  return (a: Operand, b: Operand): Tensor => apply(op, promoted(a, b), none);
}

const equal = comparison("eq", "Equal");
export const eq = equal;
export const lt = comparison("lt", "Less");
export const le = comparison("le", "LessOrEqual");
export const gt = comparison("gt", "Greater");
export const ge = comparison("ge", "GreaterOrEqual");
export const ne = (a: Operand, b: Operand): Tensor => logical_not(equal(a, b));

/** Of truth values: anything but 0 is true. */
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
export const logical_xor = logical("logical_xor", "Xor");
