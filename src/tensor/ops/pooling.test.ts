import { describe, expect, test } from "vitest";
import { symbol } from "../../onnx/dim.js";
import { createLeaf } from "../node.js";
import { adaptive_avg_pool2d, adaptive_max_pool2d } from "./adaptive-pooling.js";
import { tensor, zeros } from "./creation.js";
import { avg_pool1d, avg_pool2d, max_pool2d } from "./pooling.js";

const images = zeros([2, 3, 8, 8]);
const anySize = createLeaf({ dtype: "float32", shape: [1, 3, symbol("height"), 8] }).outputs[0]!;

const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe("pooling refuses", () => {
  test.each<[string, () => unknown, string]>([
    [
      "a window that does not fit",
      () => max_pool2d(zeros([1, 3, 8, 4]), 3, { dilation: 2 }),
      "max_pool2d: the window of 5 entries does not fit into axis 3 of the input [1, 3, 8, 4] with padding 0 and 0",
    ],
    [
      "an input of another rank",
      () => avg_pool1d(images, 2),
      "avg_pool1d: the input must have 3 axes [batch, channels, ...], or 2 without batch; got float32[2, 3, 8, 8]",
    ],
    [
      "ceil_mode of a symbolic size where its windows depend on that",
      () => max_pool2d(anySize, 2, { stride: 3, ceil_mode: true }),
      "max_pool2d: ceil_mode with a stride 3 beyond the window needs a known size, but an axis has the symbolic size height",
    ],
    [
      "several windows of a symbolic size",
      () => adaptive_avg_pool2d(anySize, [2, 4]),
      "adaptive_avg_pool2d: windows that give 2 entries of axis 2 need its size, but the input is [1, 3, height, 8]",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(refusal("SHAPE_MISMATCH", message));
  });

  test.each<[string, () => unknown, string]>([
    [
      "padding of more than half a window",
      () => max_pool2d(images, 3, { padding: 2 }),
      "max_pool2d: padding 2 is more than half of kernel_size 3",
    ],
    [
      "a window of nothing",
      () => avg_pool2d(images, 0),
      "avg_pool2d: kernel_size is [0]; expected a whole number from 1",
    ],
    [
      "a divisor of 0",
      () => avg_pool2d(images, 2, { divisor_override: 0 }),
      "avg_pool2d: divisor_override is 0; expected a whole number from 1",
    ],
    [
      "a divisor where PyTorch has none",
      () => avg_pool1d(zeros([3, 8]), 2, { divisor_override: 3 } as object),
      "avg_pool1d has no divisor_override; avg_pool2d and avg_pool3d have",
    ],
    [
      "a size of 0",
      () => adaptive_max_pool2d(images, [0, 3]),
      "adaptive_max_pool2d: output_size is [0, 3]; expected a whole number from 1 (or null), or 2 of them",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(refusal("INVALID_ARGUMENT", message));
  });

  test("ints", () => {
    expect(() => max_pool2d(zeros([1, 3, 8, 8], { dtype: "int64" }), 2)).toThrow(
      refusal("DTYPE_MISMATCH", "max_pool2d: expected a floating dtype, got int64"),
    );
  });
});

test("of equal maxima the first gets the gradient, and windows that overlap add up", async () => {
  const x = tensor(Float32Array.of(1, 5, 5, 2, 5, 0), { shape: [1, 1, 1, 6], requires_grad: true });
  max_pool2d(x, [1, 3], { stride: 1 }).sum().backward();
  expect((await x.grad!.realize()).tolist()).toEqual([[[[0, 2, 1, 0, 1, 0]]]]);
});

test("a size that stays need not be known", () => {
  expect(String(adaptive_avg_pool2d(anySize, [null, 4]))).toBe("float32[1, 3, height, 4]");
  expect(String(adaptive_max_pool2d(anySize, [null, 3]))).toBe("float32[1, 3, height, 3]");
});
