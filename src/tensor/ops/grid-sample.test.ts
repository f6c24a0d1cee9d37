import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readJson, readRecorded } from "../../../tests/support/recorded.js";
import { callRecorded, type RecordedCase } from "../../../tests/support/recorded-ops/index.js";
import { CompiledFunction } from "../compile.js";
import { Generator } from "../generator.js";
import { no_grad } from "../node.js";
import type { Tensor } from "../tensor.js";
import { tensor, zeros } from "./creation.js";
import { affine_grid, grid_sample } from "./grid-sample.js";
import { rand } from "./random.js";

const folder = fileURLToPath(new URL("../fixtures/ops/", import.meta.url));
const numbers = (x: Tensor) => Array.from(x.data as Float32Array);

/** What is computed without a gradient is one operator; recorded.test.ts computes its steps. */
describe("without a gradient, as PyTorch", async () => {
  const tensors = await readRecorded(`${folder}grid_sample.safetensors`);
  const cases = readJson<readonly RecordedCase[]>(folder, "grid_sample.json");

  test.each(cases.map((recorded) => [recorded.name, recorded] as const))("%s", async (_, recorded) => {
    const inputs = recorded.inputs.map((key) => tensors.get(key!)!);
    const output = no_grad(() => callRecorded(recorded, inputs))[0]!;
    await output.realize();
    const expected = numbers(tensors.get(recorded.outputs[0]!)!);
    const apart = numbers(output).map((value, i) => Math.abs(value - expected[i]!));
    expect(apart.every((distance) => distance < 1e-5)).toBe(true);
  });
});

const same = [
  [1, 0, 0],
  [0, 1, 0],
];

test("an affine map that changes nothing samples the image itself, at every size", async () => {
  const compiled = new CompiledFunction(([image, theta]: readonly Tensor[]) =>
    grid_sample(image!, affine_grid(theta!, image!.shape)),
  );
  const theta = tensor([same, same], { dtype: "float32" });
  for (const [height, width] of [
    [3, 4],
    [5, 2],
  ] as const) {
    const image = await rand([2, 3, height, width], { generator: new Generator(1) }).realize();
    const sampled = await compiled.call([image, theta], ([input]) =>
      input === "0" ? ["batch", null, "height", "width"] : ["batch"],
    );
    expect(sampled.shape).toEqual(image.shape);
    const expected = numbers(image);
    expect(Math.max(...numbers(sampled).map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(
      1e-5,
    );
  }
  expect(compiled.signatures).toBe(1);
  await compiled.release();
});

test("no places, and no images, give nothing", async () => {
  const none = await grid_sample(zeros([2, 3, 4, 5]), zeros([2, 0, 3, 2])).realize();
  expect(none.shape).toEqual([2, 3, 0, 3]);
  expect((await grid_sample(zeros([0, 3, 4, 5]), zeros([0, 1, 3, 2])).realize()).shape).toEqual([0, 3, 1, 3]);
});

describe("refuses", () => {
  const [image, grid] = [zeros([2, 3, 4, 5]), zeros([2, 1, 1, 2])];
  const refusals: [string, () => Tensor, string, string][] = [
    [
      "a grid of another batch",
      () => grid_sample(image, zeros([1, 1, 1, 2])),
      "SHAPE_MISMATCH",
      "[1, 1, 1, 2]",
    ],
    [
      "coordinates of another rank",
      () => grid_sample(image, zeros([2, 1, 1, 3])),
      "SHAPE_MISMATCH",
      "columns, 2]",
    ],
    ["a signal", () => grid_sample(zeros([2, 3, 4]), zeros([2, 1, 1])), "SHAPE_MISMATCH", "got [2, 3, 4]"],
    ["an empty image", () => grid_sample(zeros([2, 3, 0, 5]), grid), "SHAPE_MISMATCH", "no values to sample"],
    ["two dtypes", () => grid_sample(image, grid.to("float64")), "DTYPE_MISMATCH", "float32 and float64"],
    ["ints", () => grid_sample(image.to("int64"), grid), "DTYPE_MISMATCH", "floating"],
    [
      "an unknown mode",
      () => grid_sample(image, grid, { mode: "linear" as never }),
      "INVALID_ARGUMENT",
      '"linear"',
    ],
    [
      "an unknown padding",
      () => grid_sample(image, grid, { padding_mode: "wrap" as never }),
      "INVALID_ARGUMENT",
      '"wrap"',
    ],
    [
      "bicubic volumes",
      () => grid_sample(zeros([1, 1, 2, 2, 2]), zeros([1, 1, 1, 1, 3]), { mode: "bicubic" }),
      "INVALID_ARGUMENT",
      "for images",
    ],
    [
      "a map of another rank",
      () => affine_grid(zeros([2, 2, 3]), [2, 1, 3, 4, 5]),
      "SHAPE_MISMATCH",
      "[2, 2, 3]",
    ],
    [
      "maps of another batch",
      () => affine_grid(zeros([2, 2, 3]), [1, 1, 3, 4]),
      "SHAPE_MISMATCH",
      "[1, 1, 3, 4]",
    ],
  ];
  test.each(refusals)("%s", (_, call, code, words) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
  });
});
