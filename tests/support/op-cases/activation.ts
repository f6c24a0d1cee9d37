import * as ops from "../../../src/tensor/index.js";
import { caseList, single } from "./case.js";

const { cases, on } = caseList();

on("relu", [["n", 4]], ops.relu);
on("relu6", [["n", 4]], (x) => ops.relu6(x.mul(5)));
on("gelu", [["n", 4]], (x) => ops.gelu(x), single);
on("gelu by tanh", [["n", 4]], (x) => ops.gelu(x, { approximate: "tanh" }));
on("softplus", [["n", 4]], (x) => ops.softplus(x, { beta: 2, threshold: 3 }), single);
on("mish", [["n", 4]], ops.mish, single);
on("leaky_relu", [["n", 4]], (x) => ops.leaky_relu(x, { negative_slope: 0.2 }), single);
on("elu", [["n", 4]], (x) => ops.elu(x, { alpha: 0.5 }), single);

export const activationCases = cases;
