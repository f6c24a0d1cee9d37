import * as ops from "../../../src/tensor/index.js";
import { below, caseList, gradientOf, single } from "./case.js";

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

on("slice of every second of a symbolic size", [["n", 2]], (x) => ops.slice(x, 0, 1, null, 2));
on("flatten and unflatten", [["n", 6]], (x) => ops.unflatten(ops.flatten(x), 0, [-1, 3]));
on("squeeze of several axes", [["n", 1, 2, 1]], (x) => ops.squeeze(x, [1, -1]));
on("movedim", [["n", 2, 3]], (x) => ops.movedim(x, [0, 1], [-1, 0]));
on("roll", [["n", 4]], (x) => ops.roll(x, [1, -3], [0, 1]));
on("roll of everything", [[2, 3]], (x) => ops.roll(x, 2));
on("rot90", [["n", 2]], (x) => ops.rot90(x, 3));
on("repeat", [["n", 2]], (x) => ops.repeat(x, [2, 2, 3]));
on("repeat to a symbolic size", [[2, 3], ["n"]], (x, like) => ops.repeat(x, [like.shape[0]!, 1]));
on("repeat_interleave", [["n", 2]], (x) => ops.repeat_interleave(x, 2, 0));
on("repeat_interleave by numbers that are computed", [["n", 3], below(1, 3)], (x, zeros) =>
  ops.repeat_interleave(x, zeros.add(ops.arange(3)), 1, { output_size: 3 }),
);
on("meshgrid", [["n"], [3]], (a, b) => ops.meshgrid([a, b], { indexing: "xy" }));
on("narrow", [["n", 5]], (x) => ops.narrow(x, 1, -3, 2));
on("unbind", [["n", 3]], (x) => ops.unbind(x, -1));
on("diagonal", [["n", 4, 3]], (x) => ops.diagonal(x, { offset: 1, dim1: 2, dim2: 1 }));
on("diagonal of symbolic sizes", [[2, "n", "n"]], (x) => ops.diagonal(x, { dim1: 1, dim2: 2, offset: -1 }));
on("diag_embed", [["n", 3]], (x) => ops.diag_embed(x, { offset: -1 }));
on("diag_embed of a symbolic size", [[2, "n"]], (x) => ops.diag_embed(x, { dim1: 0, dim2: 1 }));
on("trace", [["n", "n"]], (x) => ops.trace(x));

// Padding
on("pad", [["n", 2, 4]], (x) => ops.pad(x, [1, 2, 0, 0, -1, 1], { value: 1.5 }));
on("pad to a symbolic size", [[2], ["n"]], (x, like) => ops.pad(x, [0, like.shape[0]!]));
on("pad, mirrored", [[2, 4, "n"]], (x) => ops.pad(x, [0, 0, 3, 2], { mode: "reflect" }));
on("pad, the edge repeated", [["n", 2, 3]], (x) => ops.pad(x, [2, 0, 0, 1], { mode: "replicate" }));
on("pad, the edge of a symbolic size repeated", [[2, "n"]], (x) => ops.pad(x, [1, 2], { mode: "replicate" }));
on("pad, going round", [["n", 2, 3]], (x) => ops.pad(x, [2, 3, -1, 1], { mode: "circular" }));
on("pad, going round a symbolic size", [[2, "n"]], (x) => ops.pad(x, [1, 1], { mode: "circular" }));

// Windows and blocks
on("unfold of an axis", [["n", 7]], (x) => x.unfold(1, 3, 2));
on("unfold of a symbolic axis", [["n", 2]], (x) => x.unfold(0, 1, 2));
on("unfold of wide windows", [["n", 20]], (x) => x.unfold(1, 18, 1));
on("im2col", [["n", 2, 3, 4]], (x) => ops.unfold(x, [2, 3], { padding: 1, stride: [1, 2] }));
on("col2im", [["n", 8, 6]], (x) => ops.fold(x, [3, 4], 2));
on(
  "col2im in float32",
  [["n", 8, 6]],
  (x) => ops.fold(x, [5, 6], 2, { stride: 2, dilation: [2, 3], padding: [0, 1] }),
  single,
);
on("pixel_shuffle", [["n", 8, 2, 3]], (x) => ops.pixel_shuffle(x, 2));
on("pixel_shuffle of symbolic sizes", [[1, 4, "n", 2]], (x) =>
  ops.pixel_unshuffle(ops.pixel_shuffle(x, 2), 2),
);

export const movementCases = cases;
