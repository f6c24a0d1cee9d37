import * as ops from "../../../src/tensor/index.js";
import { caseList, positive, single } from "./case.js";

const { cases, on } = caseList();

on("softmax", [["n", 4]], (x) => ops.softmax(x, 0));
on("log_softmax", [["n", 4]], (x) => ops.log_softmax(x, -1));
on("layer_norm", [["n", 2, 4], positive(2, 4), [2, 4]], (x, w, b) => ops.layer_norm(x, [2, 4], w, b));
on(
  "layer_norm in float32",
  [["n", 2, 4], positive(2, 4), [2, 4]],
  (x, w, b) => ops.layer_norm(x, [2, 4], w, b),
  single,
);
on("layer_norm without bias", [["n", 4], positive(4)], (x, w) => ops.layer_norm(x, [4], w));
on("rms_norm", [["n", 2, 4], positive(2, 4)], (x, w) => ops.rms_norm(x, [2, 4], w, 0.1));
on("rms_norm in float32", [["n", 3, 4], positive(4)], (x, w) => ops.rms_norm(x, [4], w), single);
on("rms_norm of an axis of any size", [[2, "n"], positive("n")], (x, w) =>
  ops.rms_norm(x, [x.shape[1]!], w, 0.1),
);
on("group_norm", [["n", 4, 3], positive(4), [4]], (x, w, b) => ops.group_norm(x, 2, w, b));
on(
  "group_norm in float32 of images of any size",
  [["n", 4, "n", 3], positive(4), [4]],
  (x, w, b) => ops.group_norm(x, 2, w, b).mul(0.3),
  single,
);
on("instance_norm", [["n", 2, 2, 3]], (x) => ops.instance_norm(x));
on("local_response_norm", [["n", 3, 2]], (x) => ops.local_response_norm(x, 2, { alpha: 0.5 }));
on("batch_norm", [["n", 2, 3], positive(2), [2]], (x, w, b) =>
  ops.batch_norm(x, null, null, w, b, { training: true, eps: 0.1 }),
);
on(
  "batch_norm in float32 without bias",
  [["n", 2, 3, 2], positive(2)],
  (x, w) => ops.batch_norm(x, null, null, w, null, { training: true }),
  single,
);
on(
  "batch_norm by given statistics",
  [["n", 2, 3], [2], positive(2), positive(2), [2]],
  (x, mean, variance, w, b) => ops.batch_norm(x, mean, variance, w, b),
);

export const normalizationCases = cases;
