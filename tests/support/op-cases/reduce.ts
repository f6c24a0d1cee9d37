import * as ops from "../../../src/tensor/index.js";
import { bool, caseList, constant } from "./case.js";

const { cases, on } = caseList();

// Reductions
on("sum", [["n", 3, 4]], (x) => ops.sum(x, [0, -1]));
on("sum kept", [["n", 3, 4]], (x) => ops.sum(x, 0, true));
on("mean", [["n", 3, 4]], (x) => ops.mean(x, [0, 1]));
on("amax", [["n", 3, 4]], (x) => ops.amax(x, 1));
on("amin", [["n", 3, 4]], (x) => ops.amin(x, [-1], true));
on("prod", [["n", 3]], (x) => ops.prod(x, 1));
on("logsumexp", [["n", 3, 4]], (x) => ops.logsumexp(x, [0, 2]));
on("variance", [["n", 3, 4]], (x) => ops.variance(x, [1, 2]));
on("all", [bool("n", 4)], (x) => ops.all(x, 1), constant);
on("any", [bool("n", 4)], (x) => ops.any(x, 0), constant);
on("argmax", [["n", 4]], (x) => ops.argmax(x, 1), constant);
on("argmin", [["n", 4]], (x) => ops.argmin(x, 1, true), constant);
on("cumsum", [["n", 4]], (x) => ops.cumsum(x, 0));

export const reduceCases = cases;
