import { expect, test } from "vitest";
import { celu, gelu, glu, hardtanh, prelu, relu, softplus } from "./activation.js";
import { ones, tensor } from "./creation.js";

test.each<[string, string, () => unknown]>([
  ["SHAPE_MISMATCH", "glu: axis 0 of [3] must be even to be halved", () => glu(ones([3]))],
  [
    "SHAPE_MISMATCH",
    "prelu: the weight must be float32 of one element or of one for each of 3 channels",
    () => prelu(ones([2, 3]), ones([2])),
  ],
  [
    "DTYPE_MISMATCH",
    "prelu: the weight must be float32",
    () => prelu(ones([2, 3]), ones([3], { dtype: "float64" })),
  ],
  [
    "INVALID_ARGUMENT",
    "hardtanh: min_val 1 must be below max_val 0",
    () => hardtanh(ones([2]), { min_val: 1, max_val: 0 }),
  ],
  ["DTYPE_MISMATCH", "softplus: expected a floating dtype, got int64", () => softplus(tensor([1]))],
  ["DTYPE_MISMATCH", "relu: not for bool", () => relu(tensor([true]))],
  ["INVALID_ARGUMENT", "celu: alpha must not be 0", () => celu(ones([1]), { alpha: 0 })],
  [
    "INVALID_ARGUMENT",
    'gelu: approximate must be "none" or "tanh"',
    () => gelu(ones([1]), { approximate: "fast" as never }),
  ],
])("what is refused: %s: %s", (code, message, call) => {
  expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
});
