import * as ops from "../../../src/tensor/index.js";
import { caseList, gradientOf } from "./case.js";

const { cases, on } = caseList();

// Movement
on("reshape", [["n", 2, 6]], (x) => ops.reshape(x, [-1, 3]));
on("reshape beside a symbolic size", [["n", 2, 6]], (x) => ops.reshape(x, [x.shape[0]!, 3, -1]));
on("permute", [["n", 2, 3]], (x) => ops.permute(x, [2, 0, 1]));
on("expand", [["n", 1, 4]], (x) => ops.expand(x, [2, -1, 3, 4]));
on("expand to a symbolic size", [[1, 4], ["n"]], (x, like) => ops.expand(x, [like.shape[0]!, 4]));
on(
  "cat",
  [
    ["n", 2],
    [3, 2],
    ["n", 2],
  ],
  (a, b, c) => ops.cat([a, b, c]),
);
on(
  "stack",
  [
    ["n", 2],
    ["n", 2],
  ],
  (a, b) => ops.stack([a, b], 1),
);
on("slice", [["n", 6]], (x) => ops.slice(x, 1, 1, -1));
on("slice of every second", [["n", 6]], (x) => ops.slice(x, 1, 1, null, 2));
on("slice to a symbolic size", [[7, 2], ["n"]], (x, like) => ops.slice(x, 0, 0, like.shape[0]!));
on(
  "unslice",
  [
    ["n", 6],
    ["n", 4],
  ],
  (x, dy) => gradientOf(ops.slice(x, 1, 1, -1), x, dy),
);
on(
  "unslice of every second",
  [
    ["n", 6],
    ["n", 3],
  ],
  (x, dy) => gradientOf(ops.slice(x, 1, 0, 6, 2), x, dy),
);
on("select", [["n", 3, 4]], (x) => ops.select(x, 1, -1));
on("split", [["n", 6]], (x) => ops.split(x, [1, 2, 3], 1));
on("flip", [["n", 3, 4]], (x) => ops.flip(x, [0, 2]));
on("triangle", [["n", 4]], (x) => [ops.tril(x, -1), ops.triu(x, 1)]);

export const movementCases = cases;
