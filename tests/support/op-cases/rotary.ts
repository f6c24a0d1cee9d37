import * as ops from "../../../src/tensor/index.js";
import { below, caseList, single } from "./case.js";

const { cases, on } = caseList();

for (const interleaved of [false, true]) {
  on(
    `rotary_embedding, interleaved ${interleaved}`,
    [
      ["n", 2, "n", 6],
      ["n", 2],
      ["n", 2],
    ],
    (x, cos, sin) => ops.rotary_embedding(x, cos, sin, { interleaved }),
    single,
  );
}
on(
  "rotary_embedding of positions",
  [["n", 2, 3, 6], [7, 3], [7, 3], below(7, "n", 3)],
  (x, cos, sin, position_ids) => ops.rotary_embedding(x, cos, sin, { position_ids }),
  single,
);
on(
  "rotary_embedding in float64",
  [
    ["n", 3, 4],
    [3, 2],
    [3, 2],
  ],
  (x, cos, sin) => ops.rotary_embedding(x, cos, sin, { interleaved: true }),
);

export const rotaryCases = cases;
