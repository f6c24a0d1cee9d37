import * as ops from "../../../src/tensor/index.js";
import { caseList, single } from "./case.js";

const { cases, on } = caseList();

const image = [["n", 2, 3, 4]] as const;
const any = [["n", 2, "n", 4]] as const;
on("interpolate, nearest", image, (x) => ops.interpolate(x, { size: [5, 2] }));
on("interpolate, nearest, twice any size", any, (x) => ops.interpolate(x, { scale_factor: 2 }), single);
on("interpolate, nearest, half again any size", any, (x) => ops.interpolate(x, { scale_factor: 1.5 }));
on(
  "interpolate, nearest, a gradient by blocks",
  image,
  (x) => ops.interpolate(x, { scale_factor: [2, 3] }),
  single,
);
for (const align_corners of [false, true]) {
  const how = { mode: "bilinear", align_corners } as const;
  on(
    `interpolate, bilinear, corners ${align_corners}`,
    image,
    (x) => ops.interpolate(x, { ...how, size: [5, 2] }),
    single,
  );
  on(
    `interpolate, bilinear, from any size, corners ${align_corners}`,
    any,
    (x) => ops.interpolate(x, { ...how, size: [x.shape[3]!, 7] }),
    single,
  );
  on(`interpolate, bicubic, from and to any size, corners ${align_corners}`, [["n", 1, "n", 3]], (x) =>
    ops.interpolate(x, { mode: "bicubic", align_corners, size: [ops.addDims(x.shape[2]!, 2), 5] }),
  );
}
on("interpolate, bilinear, any size with a factor", any, (x) =>
  ops.interpolate(x, { mode: "bilinear", scale_factor: [1.5, 2] }),
);
on("interpolate, linear", [["n", 2, 5]], (x) => ops.interpolate(x, { mode: "linear", size: 3 }), single);
on(
  "interpolate, trilinear",
  [["n", 1, 2, 3, 2]],
  (x) => ops.interpolate(x, { mode: "trilinear", size: [3, 2, 4] }),
  single,
);
on("interpolate, antialiased", any, (x) =>
  ops.interpolate(x, { mode: "bicubic", antialias: true, size: [2, 2] }),
);
on("interpolate, area", any, (x) => ops.interpolate(x, { mode: "area", size: [2, 3] }));

export const interpolateCases = cases;
