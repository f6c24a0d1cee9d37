import * as ops from "../../../src/tensor/index.js";
import { multiplyDims } from "../../../src/tensor/index.js";
import { caseList, constant } from "./case.js";

const { cases, on } = caseList();

// From nothing
on("full", [["n", 4]], (x) => ops.full([x.shape[0]!, 2], 3), constant);
on("arange", [["n", 4]], (x) => ops.arange(1, x.shape[0]), constant);
on("arange by a step", [["n", 4]], (x) => ops.arange(0, multiplyDims(x.shape[0]!, 3), 3), constant);
on("arange of fractions", [["n", 4]], (x) => x.detach().add(ops.arange(0.5, 2.5, 0.5)), constant);
on("linspace", [["n", 4]], (x) => x.detach().add(ops.linspace(-1, 1, 4, { dtype: "float64" })), constant);
on("eye", [["n", 4]], (x) => ops.eye(x.shape[0]!, 3), constant);
on("dim", [["n", 4]], (x) => ops.dimTensor(x.shape[0]!), constant);

export const creationCases = cases;
