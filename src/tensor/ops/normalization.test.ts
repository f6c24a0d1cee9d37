import { describe, expect, test } from "vitest";
import type { Tensor } from "../tensor.js";
import { Variable } from "../variable.js";
import { batch_norm, instance_norm } from "./batch-norm.js";
import { zeros } from "./creation.js";
import { group_norm, local_response_norm } from "./group-norm.js";
import { layer_norm, rms_norm } from "./normalization.js";

const x = zeros([2, 4, 3]);
const four = zeros([4]);

describe("normalisation refuses", () => {
  test.each<[string, string, () => Tensor, string]>([
    [
      "a shape that is not that of the last axes",
      "SHAPE_MISMATCH",
      () => rms_norm(x, [4]),
      "rms_norm: the last axes of [2, 4, 3] are not normalized_shape [4]",
    ],
    [
      "a scale of another shape",
      "SHAPE_MISMATCH",
      () => layer_norm(x, [4, 3], four),
      "layer_norm: weight [4] is not of normalized_shape [4, 3]",
    ],
    [
      "one number too few for the channels",
      "SHAPE_MISMATCH",
      () => group_norm(x, 2, four, zeros([3])),
      "group_norm: bias [3] must be [4], one number for each channel (axis 1) of [2, 4, 3]",
    ],
    [
      "no channels at all",
      "SHAPE_MISMATCH",
      () => instance_norm(four),
      "instance_norm: expected [batch, channels, ...] with a known number of channels, got float32[4]",
    ],
    [
      "one entry for each channel of an example",
      "SHAPE_MISMATCH",
      () => instance_norm(zeros([2, 4, 1])),
      "instance_norm: expected more than one entry for each channel of an example, but the input is [2, 4, 1]",
    ],
    [
      "groups that do not divide the channels",
      "INVALID_ARGUMENT",
      () => group_norm(x, 3),
      "group_norm: num_groups 3 does not divide the 4 channels of [2, 4, 3]",
    ],
    [
      "to normalise by statistics that are not there",
      "INVALID_ARGUMENT",
      () => batch_norm(x, four, null),
      "batch_norm: running_mean and running_var are needed where the batch's own statistics are not to be used",
    ],
    [
      "to give a plain tensor a new value",
      "INVALID_ARGUMENT",
      () => batch_norm(x, four, null, null, null, { training: true }),
      "batch_norm: running_mean takes a new value while training, which only a Variable can; pass null",
    ],
    [
      "a neighbourhood of no channels",
      "INVALID_ARGUMENT",
      () => local_response_norm(x, 0),
      "local_response_norm: size is 0; expected a whole number from 1",
    ],
    [
      "ints",
      "DTYPE_MISMATCH",
      () => batch_norm(zeros([2, 4], { dtype: "int64" }), null, null, null, null, { training: true }),
      "batch_norm: expected a floating dtype, got int64",
    ],
  ])("%s", (_, code, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  test("a deferred value that does not fit", () => {
    const variable = new Variable([4], { dtype: "float32", dims: [4], data: new Float32Array(4) });
    expect(() => variable.defer(zeros([3]), x)).toThrow(
      "a value float32[3] does not fit a variable float32[4]",
    );
  });
});
