import { describe, expect, test } from "vitest";
import { symbol } from "../../onnx/dim.js";
import { CompiledFunction } from "../compile.js";
import { Generator, hostUniform } from "../generator.js";
import { grad } from "../gradient.js";
import { createLeaf } from "../node.js";
import { realize } from "../realize.js";
import type { Tensor } from "../tensor.js";
import {
  type ConvOptions,
  conv_transpose1d,
  conv_transpose2d,
  conv1d,
  conv2d,
  conv3d,
} from "./convolution.js";
import { ones, tensor, zeros } from "./creation.js";

const images = zeros([2, 3, 8, 8]);
const filters = zeros([4, 3, 3, 3]);

const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe("a convolution refuses", () => {
  test.each<[string, () => Tensor, string]>([
    [
      "other channels than its weight reads",
      () => conv2d(zeros([2, 6, 8, 8]), filters),
      "conv2d: the input [2, 6, 8, 8] has 6 channels (axis 1), but the weight [4, 3, 3, 3] with groups 1 reads 3",
    ],
    [
      "groups that do not divide the filters",
      () => conv2d(zeros([2, 9, 8, 8]), filters, null, { groups: 3 }),
      "conv2d: groups 3 do not divide the 4 filters of the weight [4, 3, 3, 3]",
    ],
    [
      "a kernel larger than the image",
      () => conv2d(zeros([1, 3, 8, 4]), filters, null, { dilation: 2 }),
      "conv2d: the kernel covers 5 entries of axis 3, but the input [1, 3, 8, 4] has only 4 there with padding 0 and 0",
    ],
    [
      "a bias of another length",
      () => conv2d(images, filters, zeros([3])),
      "conv2d: the bias [3] must be [4], one number for each output channel",
    ],
    [
      "an input of another rank",
      () => conv1d(zeros([2, 3, 8, 8]), zeros([4, 3, 3])),
      "conv1d: the input must have 3 axes [batch, channels, ...], or 2 without batch; got float32[2, 3, 8, 8]",
    ],
    [
      "a weight of another rank",
      () => conv3d(zeros([2, 3, 8, 8, 8]), filters),
      "conv3d: the weight must have 5 axes of known sizes, got float32[4, 3, 3, 3]",
    ],
    [
      "other channels than its transposed weight reads",
      () => conv_transpose2d(images, filters),
      "conv_transpose2d: the input [2, 3, 8, 8] has 3 channels (axis 1), but the weight [4, 3, 3, 3] reads 4",
    ],
    [
      "padding that takes all of a transposed output",
      () => conv_transpose1d(zeros([1, 1, 2]), zeros([1, 1, 2]), null, { padding: 2 }),
      "conv_transpose1d: padding takes all of the output, whose sizes would be [-1]",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(refusal("SHAPE_MISMATCH", message));
  });

  test.each<[string, () => Tensor, string]>([
    [
      "a stride of 0",
      () => conv2d(images, filters, null, { stride: 0 }),
      "conv2d: stride is [0]; expected a whole number from 1, or 2 of them",
    ],
    [
      "three strides for two axes",
      () => conv2d(images, filters, null, { stride: [1, 1, 1] }),
      "conv2d: stride is [1, 1, 1]; expected a whole number from 1, or 2 of them",
    ],
    [
      "negative padding",
      () => conv2d(images, filters, null, { padding: -1 }),
      "conv2d: padding is [-1]; expected a whole number from 0",
    ],
    [
      "a padding that has no meaning",
      () => conv2d(images, filters, null, { padding: "full" as "same" }),
      'conv2d: padding is "full"; expected a number, one for each axis, "same" or "valid"',
    ],
    [
      "same padding with a stride",
      () => conv2d(images, filters, null, { padding: "same", stride: 2 }),
      'conv2d: padding "same" goes with a stride of 1, not [2, 2]',
    ],
    [
      "half a group",
      () => conv2d(images, filters, null, { groups: 0.5 }),
      "conv2d: groups is 0.5; expected a whole number from 1",
    ],
    [
      "an output_padding as large as the stride",
      () => conv_transpose2d(images, zeros([3, 4, 3, 3]), null, { stride: 2, output_padding: 2 }),
      "conv_transpose2d: output_padding 2 must be less than the stride 2 or the dilation 1",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(refusal("INVALID_ARGUMENT", message));
  });

  test("bools", () => {
    expect(() => conv2d(zeros([1, 3, 8, 8], { dtype: "bool" }), filters)).toThrow(
      refusal(
        "DTYPE_MISMATCH",
        'conv2d: input is bool and weight float32; bools cannot be convolved, cast them with .to("float32")',
      ),
    );
  });
});

test("dtypes are promoted to one", () => {
  expect(String(conv2d(images, filters.to("float64"), zeros([4])))).toBe("float64[2, 4, 6, 6]");
  expect(String(conv2d(images.to("int64"), filters))).toBe("float32[2, 4, 6, 6]");
});

test("sizes of symbolic images are written down, and equal where they are reached in different ways", () => {
  const shape = [symbol("batch"), 3, symbol("height"), symbol("width")];
  const x = createLeaf({ dtype: "float32", shape }).outputs[0]!;
  const stem = conv2d(x, zeros([4, 3, 7, 7]), null, { stride: 2, padding: 3 });
  expect(String(stem)).toBe("float32[batch, 4, floor((height + 1)/2), floor((width + 1)/2)]");
  const middle = conv2d(stem, zeros([4, 4, 3, 3]), null, { stride: 2, padding: 1 });
  const shortcut = conv2d(stem, zeros([4, 4, 1, 1]), null, { stride: 2 });
  expect(String(middle.add(shortcut))).toBe("float32[batch, 4, floor((height + 3)/4), floor((width + 3)/4)]");
});

test("one session serves images of all sizes", async () => {
  const weights = [ones([2, 1, 3, 3]), ones([1, 2, 1, 1])] as const;
  const compiled = new CompiledFunction(({ x }: { x: Tensor }) => {
    const strided = conv2d(x, weights[0], null, { stride: 2, padding: 1 });
    const rows = conv2d(strided, weights[1], null, { stride: 2 }).flatten(2);
    return rows.sum(2);
  });
  for (const [height, width] of [
    [4, 4],
    [5, 9],
    [1, 2],
  ] as const) {
    const sum = await compiled.call({ x: await ones([1, 1, height, width]).realize() }, () => [
      null,
      null,
      "height",
      "width",
    ]);
    // Every fourth row and column is the centre of a window: of 9 entries, fewer at the edges.
    const along = (size: number) =>
      Array.from({ length: Math.ceil(size / 4) }, (_, i) => (i === 0 ? 1 : 2) + (4 * i + 1 < size ? 1 : 0));
    const expected = along(height).flatMap((a) => along(width).map((b) => 2 * a * b));
    expect(sum.tolist()).toEqual([[expected.reduce((a, b) => a + b, 0)]]);
  }
  expect(compiled.signatures).toBe(1);
  await compiled.release();
});

/** Numbers between -1 and 1 without a pattern. */
function noise(seed: number, ...shape: number[]): Tensor {
  const uniform = hostUniform(new Generator(seed).nextKey());
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(
    Float32Array.from({ length: count }, (_, i) => 2 * uniform(i) - 1),
    { shape },
  );
}

// Where images are large ONNX Runtime computes in another layout; float64 takes another way altogether.
test.each<[string, number[], number[], ConvOptions]>([
  ["padding", [2, 32, 32, 32], [64, 32, 3, 3], { padding: 1 }],
  ["a stride and padding by axis", [2, 32, 60, 64], [64, 32, 3, 3], { stride: 2, padding: [0, 2] }],
  ["a kernel and dilation by axis", [1, 48, 44, 52], [32, 48, 2, 3], { dilation: [3, 1] }],
  ["few channels", [2, 3, 96, 96], [64, 3, 7, 7], { stride: 2, padding: 3 }],
  ["one tap", [2, 128, 64, 48], [64, 128, 1, 1], {}],
  ["few filters", [4, 64, 48, 48], [8, 64, 3, 3], { padding: 1 }],
  ["channels that fill no block", [2, 20, 40, 40], [36, 20, 3, 3], { padding: 2 }],
  ["groups", [2, 32, 48, 48], [32, 16, 3, 3], { groups: 2, padding: 1 }],
])("a large image with %s gives what float64 gives, and its gradients", async (_, size, kernel, options) => {
  const values = [noise(1, ...size), noise(2, ...kernel), noise(3, kernel[0]!)];
  const results = (["float32", "float64"] as const).map((dtype) => {
    const inputs = values.map((value) => value.to(dtype));
    const y = conv2d(inputs[0]!, inputs[1]!, inputs[2]!, options);
    return [y, ...grad(y.sin().sum(), inputs)];
  });
  await realize(results.flat());
  results[0]!.forEach((actual, i) => {
    const expected = results[1]![i]!.data as Float64Array;
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const worst = (actual.data as Float32Array).reduce(
      (most, value, at) => Math.max(most, Math.abs(value - expected[at]!)),
      0,
    );
    expect(worst / largest).toBeLessThan(1e-5);
  });
});
