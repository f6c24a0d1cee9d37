import * as ops from "../../../src/tensor/index.js";
import { caseList } from "./case.js";

const { cases, on } = caseList();

on("relu", [["n", 4]], ops.relu);
on("relu6", [["n", 4]], (x) => ops.relu6(x.mul(5)));
on("gelu", [["n", 4]], (x) => ops.gelu(x));
on("gelu by tanh", [["n", 4]], (x) => ops.gelu(x, { approximate: "tanh" }));
on("softplus", [["n", 4]], (x) => ops.softplus(x, { beta: 2, threshold: 3 }));
on("mish", [["n", 4]], ops.mish);
on("leaky_relu", [["n", 4]], (x) => ops.leaky_relu(x, { negative_slope: 0.2 }));
on("elu", [["n", 4]], (x) => ops.elu(x, { alpha: 0.5 }));
on("hardtanh", [["n", 4]], (x) => ops.hardtanh(x, { max_val: 1.5 }));
on("selu", [["n", 4]], ops.selu);
on("celu", [["n", 4]], (x) => ops.celu(x, { alpha: 0.5 }));
on("silu", [["n", 4]], ops.silu);
on("quick_gelu", [["n", 4]], ops.quick_gelu);
on("logsigmoid", [["n", 4]], ops.logsigmoid);
on("softsign", [["n", 4]], ops.softsign);
on("hardswish", [["n", 4]], (x) => ops.hardswish(x.mul(2)));
on("hardsigmoid", [["n", 4]], (x) => ops.hardsigmoid(x.mul(2)));
on("prelu", [["n", 3, 2], [3]], ops.prelu);
on("glu", [["n", 4]], (x) => ops.glu(x));
on("glu of a symbolic size", [["n", 4]], (x) => ops.glu(ops.cat([x, x.mul(2)]), 0));

export const activationCases = cases;
