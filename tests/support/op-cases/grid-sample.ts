import * as ops from "../../../src/tensor/index.js";
import { caseList } from "./case.js";

const { cases, on } = caseList();

for (const padding_mode of ["zeros", "border", "reflection"] as const) {
  on(
    `grid_sample, ${padding_mode}`,
    [
      ["n", 2, 3, "n"],
      ["n", 2, "n", 2],
    ],
    (x, grid) => ops.grid_sample(x, grid.mul(0.63), { padding_mode }),
  );
}
on(
  "grid_sample, bicubic",
  [
    ["n", 2, 3, 4],
    ["n", 2, 3, 2],
  ],
  (x, grid) => ops.grid_sample(x, grid.mul(0.63), { mode: "bicubic", align_corners: true }),
);
on("affine_grid", [["n", 2, 3]], (theta) => ops.affine_grid(theta, [theta.shape[0]!, 1, theta.shape[0]!, 4]));

export const gridSampleCases = cases;
