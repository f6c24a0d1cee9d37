import * as ops from "../../../src/tensor/index.js";
import { caseList, gradientOf, type InputSpec, single } from "./case.js";

const { cases, on } = caseList();

const images: InputSpec = ["n", 2, 5, 4];
const filters: InputSpec = [3, 2, 3, 3];
/** In float32 the differences are taken over steps that outputs of many terms would bend too much over. */
const scaled = (x: ops.Tensor) => x.mul(0.2);

on("conv2d", [images, filters, [3]], (x, w, b) => scaled(ops.conv2d(x, w, b, { padding: 1 })), single);
on(
  "conv2d with stride",
  [images, filters],
  (x, w) => ops.conv2d(x, w, null, { stride: 2, padding: 1 }),
  single,
);
on("conv2d of one tap", [images, [3, 2, 1, 1]], (x, w) => ops.conv2d(x, w), single);
on(
  "conv2d with groups and dilation",
  [
    ["n", 4, 5, 6],
    [2, 2, 2, 3],
  ],
  (x, w) => ops.conv2d(x, w, null, { groups: 2, dilation: 2 }),
  single,
);
on(
  "conv2d of images of any size",
  [[2, 2, "n", "n"], filters, [3]],
  (x, w, b) => ops.conv2d(x, w, b, { padding: 1 }),
  single,
);
on(
  "conv2d with stride of images of any size",
  [["n", 2, "n", "n"], filters],
  (x, w) => ops.conv2d(x, w, null, { stride: [2, 3], padding: [1, 2] }),
  single,
);
on(
  "conv2d after conv2d of images of any size",
  [[1, 2, "n", "n"], filters, [2, 3, 1, 1]],
  (x, w, v) => {
    const half = ops.conv2d(x, w, null, { stride: 2, padding: 1 });
    return scaled(ops.conv2d(half, v, null, { stride: 2 }).flatten(1));
  },
  single,
);
on("conv2d in float64", [images, filters, [3]], (x, w, b) => ops.conv2d(x, w, b, { padding: 1 }));
on("conv2d in float64 of images of any size", [[1, 2, "n", "n"], filters], (x, w) =>
  ops.conv2d(x, w, null, { stride: 2, padding: 1 }),
);
on(
  "conv1d",
  [
    ["n", 2, 7],
    [4, 1, 3],
  ],
  (x, w) => ops.conv1d(x, w, null, { groups: 2, stride: 2, padding: 1 }),
  single,
);
on(
  "conv3d",
  [
    ["n", 2, 3, 4, 3],
    [2, 2, 2, 2, 2],
  ],
  (x, w) => scaled(ops.conv3d(x, w)),
  single,
);
on(
  "conv_transpose2d",
  [["n", 3, 4, 3], filters, [2]],
  (x, w, b) => ops.conv_transpose2d(x, w, b, { stride: 2, padding: 1, output_padding: 1 }),
  single,
);
on(
  "conv_transpose2d of images of any size",
  [[2, 3, "n", "n"], filters],
  (x, w) => ops.conv_transpose2d(x, w, null, { stride: 2 }),
  single,
);
on("conv_transpose2d in float64", [["n", 3, 4, 3], filters], (x, w) =>
  ops.conv_transpose2d(x, w, null, { stride: 2, padding: 1 }),
);
on(
  "the gradient of conv2d's weight",
  [images, ["n", 3, 3, 2], filters],
  (x, dy, w) => gradientOf(ops.conv2d(x, w, null, { stride: 2, padding: 1 }), w, dy),
  single,
);
on(
  "the gradient of conv2d's weight of one tap",
  [images, ["n", 3, 5, 4], [3, 2, 1, 1]],
  (x, dy, w) => scaled(gradientOf(ops.conv2d(x, w), w, dy)),
  single,
);
on(
  "the gradient of conv2d's input",
  [images, ["n", 3, 3, 2], filters],
  (x, dy, w) => gradientOf(ops.conv2d(x, w, null, { stride: 2, padding: 1 }), x, dy),
  single,
);

export const convolutionCases = cases;
