import * as ops from "../../../src/tensor/index.js";
import { below, caseList, constant, gradientOf } from "./case.js";

const { cases, on } = caseList();

// Indexing
on("index_select", [[5, 3], below(5, "n", 2)], (x, at) => ops.index_select(x, 0, at));
on("index_select along a middle axis", [["n", 5, 2], below(5, 4)], (x, at) => ops.index_select(x, 1, at));
on("embedding", [[5, 3], below(4, "n", 4)], (w, ids) => ops.embedding(ids, w, { padding_idx: 4 }));
on("add_rows", [[5, 3], below(5, "n"), ["n", 3]], (x, at, dy) =>
  gradientOf(ops.index_select(x, 0, at), x, dy),
);
on("gather", [["n", 5], below(5, "n", 3)], (x, at) => ops.gather(x, 1, at));
on("scatter_add", [["n", 5], below(5, "n", 3), ["n", 3]], (x, at, source) =>
  ops.scatter_add(x, 1, at, source),
);
on("one_hot", [below(5, "n")], (at) => ops.one_hot(at, 5), constant);

export const indexingCases = cases;
