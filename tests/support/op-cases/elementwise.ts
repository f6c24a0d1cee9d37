import * as ops from "../../../src/tensor/index.js";
import { below, bool, caseList, constant, type InputSpec, positive, single } from "./case.js";

const { cases, on } = caseList();

// One operand
on("neg", [["n", 4]], ops.neg);
on("abs", [["n", 4]], ops.abs);
on("sign", [["n", 4]], ops.sign);
on("exp", [["n", 4]], ops.exp);
on("expm1", [["n", 4]], ops.expm1);
on("log", [positive("n", 4)], ops.log);
on("log1p", [positive("n", 4)], ops.log1p);
on("sqrt", [positive("n", 4)], ops.sqrt);
on("reciprocal", [["n", 4]], ops.reciprocal);
on("floor", [["n", 4]], ops.floor);
on("ceil", [["n", 4]], ops.ceil);
on("trunc", [["n", 4]], ops.trunc);
on("round", [["n", 4]], (x) => ops.round(x, { decimals: 1 }));
on("frac", [["n", 4]], ops.frac);
on("sin", [["n", 4]], ops.sin);
on("cos", [["n", 4]], ops.cos);
on("tan", [["n", 4]], (x) => ops.tan(x.mul(0.7)));
on("tanh", [["n", 4]], ops.tanh);
on("sigmoid", [["n", 4]], ops.sigmoid);
on("erf", [["n", 4]], ops.erf);
on("to", [["n", 4]], (x) => ops.to(x, "float32"), single);
on("to int64", [["n", 4]], (x) => ops.to(x, "int64"), constant);
on("detach", [["n", 4]], ops.detach, constant);
on("gate", [["n", 4]], (x) => ops.gate(x, 0), constant);
on("logical_not", [bool("n", 4)], ops.logical_not, constant);
on("isnan", [["n", 4]], ops.isnan, constant);
on("isinf", [["n", 4]], ops.isinf, constant);
on("bitwise_not", [below(9, "n", 4)], ops.bitwise_not, constant);
on("clamp", [["n", 4]], (x) => ops.clamp(x, { min: -1, max: 1.5 }));
on("clamp below", [["n", 4]], (x) => ops.clamp(x, { min: 0.1 }));
on("clamp below a tensor", [["n", 4], [4]], (x, min) => ops.clamp(x, { min }));
on(
  "clamp above a tensor",
  [
    ["n", 4],
    ["n", 1],
  ],
  (x, max) => ops.clamp(x, { max }),
);
on("clamp between tensors", [["n", 4], [4], positive("n", 1)], (x, min, max) =>
  ops.clamp(x, { min, max: max.add(1) }),
);

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
on("fmod", crossed, ops.fmod);
on("remainder", crossed, ops.remainder);
on("floor_divide", crossed, ops.floor_divide);
on("trunc_divide", crossed, (a, b) => ops.div(a, b, { rounding_mode: "trunc" }));
on("fmod of ints", [below(9, "n", 4), below(3, 4)], (a, b) => ops.fmod(a, b.add(1)), constant);
on("remainder of ints", [below(9, "n", 4), below(3, 4)], (a, b) => ops.remainder(a, b.sub(4)), constant);
on(
  "floor_divide of ints",
  [below(9, "n", 4), below(3, 4)],
  (a, b) => ops.floor_divide(a, b.sub(4)),
  constant,
);
on("int_pow", [below(9, "n", 4), below(5, 4)], ops.pow, constant);
on("int_pow by a number", [below(9, "n", 4)], (x) => ops.pow(x, 5), constant);
on("eq", crossed, ops.eq, constant);
on("ne", crossed, ops.ne, constant);
on("lt", crossed, ops.lt, constant);
on("le", crossed, ops.le, constant);
on("gt", crossed, ops.gt, constant);
on("ge", crossed, ops.ge, constant);
on("logical_and", [bool("n", 1), bool(4)], ops.logical_and, constant);
on("logical_or", [bool("n", 1), bool(4)], ops.logical_or, constant);
on("logical_xor", [bool("n", 1), bool(4)], ops.logical_xor, constant);
on("bitwise_and", [below(9, "n", 1), below(9, 4)], ops.bitwise_and, constant);
on("bitwise_or", [below(9, "n", 1), below(9, 4)], ops.bitwise_or, constant);
on("bitwise_xor", [bool("n", 1), bool(4)], ops.bitwise_xor, constant);
on("shift", [below(9, "n", 1), below(9, 4)], ops.bitwise_left_shift, constant);
on("shift to the right", [below(999, "n", 1), below(9, 4)], ops.bitwise_right_shift, constant);
on("where", [bool(3, 1), ["n", 1, 4], []], ops.where);

export const elementwiseCases = cases;
