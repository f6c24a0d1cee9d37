import { describe, expect, test } from "vitest";
import { symbol } from "../../onnx/dim.js";
import { CompiledFunction } from "../compile.js";
import { Generator } from "../generator.js";
import { grad } from "../gradient.js";
import { createLeaf } from "../node.js";
import type { Tensor } from "../tensor.js";
import { zeros } from "./creation.js";
import { type InterpolateOptions, interpolate } from "./interpolate.js";
import { rand } from "./random.js";

const numbers = (x: Tensor) => Array.from(x.data as Float32Array);
const noise = (seed: number, ...shape: number[]) => rand(shape, { generator: new Generator(seed) }).realize();

/** What goes back is the transpose of what goes forth: dy · A x = Aᵀ dy · x. */
test.each([
  ["nearest", {}],
  ["nearest-exact", {}],
  ["linear", { align_corners: false }],
  ["linear", { align_corners: true }],
] as const)("gradients of long signals, for which no matrix is made: %s %o", async (mode, options) => {
  const x = await noise(1, 1, 2, 6000);
  const dy = await noise(2, 1, 2, 3500);
  const y = interpolate(x, { mode, size: 3500, ...options });
  const [dx] = grad(y, [x], { gradOutputs: [dy] }) as [Tensor];
  await Promise.all([y.realize(), dx.realize()]);
  const dot = (a: Tensor, b: Tensor) => {
    const other = numbers(b);
    return numbers(a).reduce((sum, value, i) => sum + value * other[i]!, 0);
  };
  expect(dot(dx, x) / dot(dy, y)).toBeCloseTo(1, 5);
  expect(dx.shape).toEqual([1, 2, 6000]);
});

test.each(["nearest", "bilinear", "bicubic", "area"] as const)(
  "one compiled function takes images of every size: %s",
  async (mode) => {
    const compiled = new CompiledFunction((image: Tensor) =>
      interpolate(image, { mode, ...(mode === "area" ? { size: [3, 5] } : { scale_factor: [2, 0.5] }) }),
    );
    for (const [height, width] of [
      [4, 6],
      [5, 9],
      [1, 2],
    ] as const) {
      const image = await noise(3, 2, 3, height, width);
      const size = mode === "area" ? [3, 5] : [2 * height, Math.floor(width / 2)];
      const options = mode === "area" ? { size } : { scale_factor: [2, 0.5] };
      const expected = await interpolate(image, { mode, ...options }).realize();
      const actual = await compiled.call(image, () => ["batch", null, "height", "width"]);
      expect(actual.shape).toEqual([2, 3, ...size]);
      const references = numbers(expected);
      expect(Math.max(...numbers(actual).map((value, i) => Math.abs(value - references[i]!)))).toBeLessThan(
        1e-6,
      );
    }
    expect(compiled.signatures).toBe(1);
    await compiled.release();
  },
);

test("nearest values of ints, bools and 16-bit floats are those of floats", async () => {
  const image = await noise(4, 1, 2, 3, 4);
  const expected = numbers(await interpolate(image.mul(100).floor(), { size: [5, 7] }).realize());
  for (const dtype of ["int64", "int16", "uint8", "float64", "bfloat16"] as const) {
    const same = interpolate(image.mul(100).floor().to(dtype), { size: [5, 7] });
    expect(same.dtype).toBe(dtype);
    expect(numbers(await same.to("float32").realize())).toEqual(expected);
  }
  const bits = interpolate(image.gt(0.5), { scale_factor: 2 });
  const ones = interpolate(image.gt(0.5).to("float32"), { scale_factor: 2 });
  expect(numbers(await bits.to("float32").realize())).toEqual(numbers(await ones.realize()));
});

test("a size that stays gives the image itself", () => {
  const image = zeros([1, 2, 3, 4]);
  expect(interpolate(image, { size: [3, 4], mode: "bicubic" })).toBe(image);
  expect(interpolate(image, { scale_factor: 1, mode: "bilinear" })).toBe(image);
});

describe("refuses", () => {
  const image = zeros([1, 2, 3, 4]);
  const anySize = createLeaf({ dtype: "float32", shape: [1, 2, symbol("height"), 4] }).outputs[0]!;
  const refusals: [string, Tensor, InterpolateOptions, string, string][] = [
    ["neither size nor factor", image, {}, "INVALID_ARGUMENT", "either size or scale_factor"],
    ["both", image, { size: 3, scale_factor: 2 }, "INVALID_ARGUMENT", "either size or scale_factor"],
    [
      "sizes for other axes",
      image,
      { size: [3] },
      "INVALID_ARGUMENT",
      "size [3] is not one number for each of 2",
    ],
    [
      "factors for other axes",
      image,
      { scale_factor: [1, 2, 3] },
      "INVALID_ARGUMENT",
      "scale_factor [1, 2, 3]",
    ],
    ["a size of 0", image, { size: [3, 0] }, "INVALID_ARGUMENT", "above 0, not 0"],
    ["a factor that leaves nothing", image, { scale_factor: 0.1 }, "INVALID_ARGUMENT", "above 0, not 0"],
    ["a negative factor", image, { scale_factor: -1 }, "INVALID_ARGUMENT", "scale_factor must be above 0"],
    ["an unknown mode", image, { size: 3, mode: "lanczos" as never }, "INVALID_ARGUMENT", 'not "lanczos"'],
    ["a mode of other rank", image, { size: 3, mode: "linear" }, "SHAPE_MISMATCH", 'mode "linear" takes'],
    ["no spatial axis", zeros([2, 3]), { size: 3 }, "SHAPE_MISMATCH", "got [2, 3]"],
    ["a spatial axis of nothing", zeros([1, 2, 0, 4]), { size: 3 }, "SHAPE_MISMATCH", "no values to sample"],
    [
      "corners of nearest values",
      image,
      { size: 3, align_corners: false },
      "INVALID_ARGUMENT",
      "align_corners",
    ],
    ["antialiased nearest values", image, { size: 3, antialias: true }, "INVALID_ARGUMENT", "antialias"],
    ["recomputed sizes", image, { size: 3, recompute_scale_factor: true }, "INVALID_ARGUMENT", "recompute"],
    ["ints between values", image.to("int64"), { size: 3, mode: "bilinear" }, "DTYPE_MISMATCH", "floating"],
    ["a third of any size", anySize, { scale_factor: 1 / 3 }, "UNSUPPORTED", "pass size"],
  ];
  test.each(refusals)("%s", (_, input, options, code, words) => {
    expect(() => interpolate(input, options)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
  });
});
