import * as ops from "../../../src/tensor/index.js";
import { caseList, type InputSpec, single } from "./case.js";

const { cases, on } = caseList();

const images: InputSpec = ["n", 2, 5, 4];

on("max_pool2d", [images], (x) => ops.max_pool2d(x, 2));
on("max_pool2d with padding", [images], (x) =>
  ops.max_pool2d(x, 3, { stride: 2, padding: 1, ceil_mode: true }),
);
on("max_pool2d with indices", [images], (x) => ops.max_pool2d(x, 3, { stride: 1, return_indices: true }));
on("max_pool2d of images of any size", [[1, 2, "n", "n"]], (x) =>
  ops.max_pool2d(x, 3, { stride: 2, padding: 1, ceil_mode: true, return_indices: true }),
);
on("max_pool1d", [["n", 2, 7]], (x) => ops.max_pool1d(x, 2, { dilation: 2 }));
on("max_pool3d", [["n", 2, 2, 3, 4]], (x) => ops.max_pool3d(x, 2));
on("avg_pool2d", [images], (x) => ops.avg_pool2d(x, 2), single);
on("avg_pool2d with padding", [images], (x) => ops.avg_pool2d(x, 3, { stride: 2, padding: 1 }), single);
on(
  "avg_pool2d of images of any size",
  [["n", 2, "n", "n"]],
  (x) => ops.avg_pool2d(x, 3, { stride: 2, padding: 1, ceil_mode: true, count_include_pad: false }),
  single,
);
on("avg_pool2d in float64", [images], (x) =>
  ops.avg_pool2d(x, 3, { stride: 2, padding: 1, ceil_mode: true, count_include_pad: false }),
);
on("avg_pool1d", [["n", 2, 7]], (x) => ops.avg_pool1d(x, 3, { stride: 2 }), single);
on("avg_pool3d", [["n", 2, 2, 3, 4]], (x) => ops.avg_pool3d(x, 2), single);
on("adaptive_avg_pool2d to one", [["n", 2, "n", 4]], (x) => ops.adaptive_avg_pool2d(x, 1));
on("adaptive_avg_pool2d", [images], (x) => ops.adaptive_avg_pool2d(x, [3, 2]));
on("adaptive_max_pool2d", [images], (x) => ops.adaptive_max_pool2d(x, [3, 2], { return_indices: true }));

export const poolingCases = cases;
