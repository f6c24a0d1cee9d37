import * as ops from "../../../src/tensor/index.js";
import { below, bool, caseList, constant, gradientOf } from "./case.js";

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

on("embedding of many rows", [[60, 3], below(60, "n", 4)], (w, ids) => ops.embedding(ids, w));
on("embedding of many rows, their number known", [[60, 3], below(60, 4)], (w, ids) => ops.embedding(ids, w));
on("take", [["n", 3], below(3, 4)], (x, at) => ops.take(x, at));
on("take_along_dim", [["n", 1, 5], below(5, "n", 2, 3)], (x, at) => ops.take_along_dim(x, at, -1));

// Scattering
on("scatter", [["n", 5], below(1, "n", 3), ["n", 3]], (x, zeros, source) =>
  ops.scatter(x, 1, zeros.add(ops.arange(3)), source),
);
on("scatter of a number", [["n", 5], below(5, "n", 3)], (x, at) => ops.scatter(x, 1, at, 1.5));
for (const reduce of ["sum", "prod", "mean", "amax", "amin"] as const) {
  for (const include_self of [true, false]) {
    on(
      `scatter_reduce: ${reduce}${include_self ? "" : " without self"}`,
      [["n", 5], below(5, "n", 4), ["n", 4]],
      (x, at, source) => ops.scatter_reduce(x, 1, at, source, reduce, { include_self }),
    );
  }
}
on("index_add", [["n", 5], below(5, 3), ["n", 3]], (x, at, source) =>
  ops.index_add(x, 1, at, source, { alpha: -2 }),
);
on("index_copy", [["n", 5], below(1, 2), ["n", 2]], (x, zeros, source) =>
  ops.index_copy(x, 1, zeros.add(ops.arange(2)), source),
);
on("masked_scatter", [["n", 3], bool(3), ["n", 3]], (x, mask, source) => ops.masked_scatter(x, mask, source));

// Subscripts
on("at", [["n", 3, 4]], (x) => ops.at(x, [{ stop: -1 }, null, "...", { start: 1, step: 2 }]));
on("at two tensors", [["n", 3, 4], below(3, 2), below(4, 2)], (x, a, b) => ops.at(x, [":", a, b]));
on("at two tensors, one for a symbolic size", [["n", 3, 4], below(1, 2), below(4, 2)], (x, a, b) =>
  ops.at(x, [a, ":", b.sub(4)]),
);
on(
  "index_put",
  [
    ["n", 4],
    ["n", 2],
  ],
  (x, values) => ops.index_put(x, [":", { start: 2 }], values),
);
on("index_put, accumulated", [["n", 4], below(4, 3), ["n", 3]], (x, at, values) =>
  ops.index_put(x, ["...", at], values, { accumulate: true }),
);

// Order
on("top_indices", [["n", 6]], (x) => ops.topk(x, 2).values);
on("sort of a symbolic size", [["n", 2]], (x) => ops.sort(x, 0, { descending: true }).values);
on("kthvalue", [["n", 5]], (x) => ops.kthvalue(x, 2).values);
on("median", [["n", 4]], (x) => ops.median(x, 1, { keepdim: true }).values);
on("searchsorted", [["n"], [4]], (x, of) => ops.searchsorted(ops.sort(of).values, x), constant);

export const indexingCases = cases;
