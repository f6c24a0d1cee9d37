import * as ops from "../../../src/tensor/index.js";
import { below, bool, caseList, constant } from "./case.js";

const { cases, on } = caseList();

// Reductions
on("sum", [["n", 3, 4]], (x) => ops.sum(x, [0, -1]));
on("sum kept", [["n", 3, 4]], (x) => ops.sum(x, 0, true));
on("mean", [["n", 3, 4]], (x) => ops.mean(x, [0, 1]));
on("amax", [["n", 3, 4]], (x) => ops.amax(x, 1));
on("amin", [["n", 3, 4]], (x) => ops.amin(x, [-1], true));
on("prod", [["n", 3]], (x) => ops.prod(x, 1));
on("logsumexp", [["n", 3, 4]], (x) => ops.logsumexp(x, [0, 2]));
on("sum of ints", [below(9, "n", 3, 4)], (x) => ops.sum(x, [0, 2]), constant);
on("prod of ints", [below(9, "n", 3)], (x) => ops.prod(x, 1), constant);
on("count_nonzero", [["n", 3]], (x) => ops.count_nonzero(x, 0), constant);
on("smooth_root", [["n", 3]], (x) => ops.std(x, 1));
on("std_mean", [["n", 3, 4]], (x) => ops.std_mean(x, [0, 2], { correction: 0 }));
on("norm", [["n", 3]], (x) => ops.norm(x, 2, 1));
on("norm of largest", [["n", 3]], (x) => ops.norm(x, Number.POSITIVE_INFINITY, 0));
on("power_norm", [["n", 3]], (x) => ops.norm(x, 2.5, 1, true));
on("power_norm below 1", [["n", 3]], (x) => ops.norm(x, 0.5, 0));
on("max", [["n", 3]], (x) => Object.values(ops.max(x, 1)));
on("min", [["n", 3]], (x) => Object.values(ops.min(x, 0, true)));
on("variance", [["n", 3, 4]], (x) => ops.variance(x, [1, 2]));
on("all", [bool("n", 4)], (x) => ops.all(x, 1), constant);
on("any", [bool("n", 4)], (x) => ops.any(x, 0), constant);
on("argmax", [["n", 4]], (x) => ops.argmax(x, 1), constant);
on("argmin", [["n", 4]], (x) => ops.argmin(x, 1, true), constant);
on("cumsum", [["n", 4]], (x) => ops.cumsum(x, 0));
on("cumprod", [["n", 5]], (x) => ops.cumprod(x, 1));

export const reduceCases = cases;
