import * as ops from "../../../src/tensor/index.js";
import { caseList, constant } from "./case.js";

const { cases, on } = caseList();

// From nothing
on("full", [["n", 4]], (x) => ops.full([x.shape[0]!, 2], 3), constant);
on("arange", [["n", 4]], (x) => ops.arange(1, x.shape[0]), constant);
on("dim", [["n", 4]], (x) => ops.dimTensor(x.shape[0]!), constant);

export const creationCases = cases;
