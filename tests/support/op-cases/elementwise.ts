import * as ops from "../../../src/tensor/index.js";
import { below, bool, caseList, constant, type InputSpec, positive, single } from "./case.js";

const { cases, on } = caseList();

// One operand
on("neg", [["n", 4]], ops.neg);
on("abs", [["n", 4]], ops.abs);
on("sign", [["n", 4]], ops.sign);
on("exp", [["n", 4]], ops.exp);
on("log", [positive("n", 4)], ops.log);
on("sqrt", [positive("n", 4)], ops.sqrt);
on("reciprocal", [["n", 4]], ops.reciprocal);
on("floor", [["n", 4]], ops.floor);
on("sin", [["n", 4]], ops.sin);
on("cos", [["n", 4]], ops.cos);
on("tanh", [["n", 4]], ops.tanh);
on("sigmoid", [["n", 4]], ops.sigmoid);
on("erf", [["n", 4]], ops.erf, single);
on("to", [["n", 4]], (x) => ops.to(x, "float32"), single);
on("to int64", [["n", 4]], (x) => ops.to(x, "int64"), constant);
on("detach", [["n", 4]], ops.detach, constant);
on("gate", [["n", 4]], (x) => ops.gate(x, 0), constant);
on("logical_not", [bool("n", 4)], ops.logical_not, constant);
on("isnan", [["n", 4]], ops.isnan, constant);
on("clamp", [["n", 4]], (x) => ops.clamp(x, { min: -1, max: 1.5 }));
on("clamp below", [["n", 4]], (x) => ops.clamp(x, { min: 0.1 }));

// Two operands, which broadcast in either direction
const crossed: readonly InputSpec[] = [
  ["n", 1, 4],
  [3, 1],
];
on("add", crossed, (a, b) => ops.add(a, b, { alpha: 2 }));
on("sub", crossed, (a, b) => ops.sub(a, b, { alpha: 2 }));
on("mul", crossed, ops.mul);
on("div", crossed, (a, b) => ops.div(a, b));
on("pow", [positive("n", 1, 4), [3, 1]], ops.pow);
on("pow by a number", [["n", 4]], (x) => ops.pow(x, 3));
on("maximum", crossed, ops.maximum);
on("minimum", crossed, ops.minimum);
on("fmod", [below(9, "n", 4), [4]], (a, b) => ops.div(a, b, { rounding_mode: "floor" }));
on("eq", crossed, ops.eq, constant);
on("ne", crossed, ops.ne, constant);
on("lt", crossed, ops.lt, constant);
on("le", crossed, ops.le, constant);
on("gt", crossed, ops.gt, constant);
on("ge", crossed, ops.ge, constant);
on("logical_and", [bool("n", 1), bool(4)], ops.logical_and, constant);
on("logical_or", [bool("n", 1), bool(4)], ops.logical_or, constant);
on("where", [bool(3, 1), ["n", 1, 4], []], ops.where);

export const elementwiseCases = cases;
