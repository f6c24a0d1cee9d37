import { describe, expect, test } from "vitest";
import { CompiledFunction } from "../compile.js";
import { Generator } from "../generator.js";
import type { Tensor } from "../tensor.js";
import { arange, ones, zeros } from "./creation.js";
import { rand } from "./random.js";
import { rotary_embedding, rotaryTables } from "./rotary.js";

const numbers = (x: Tensor) => Array.from(x.data as Float32Array);

function furthest(actual: Tensor, expected: Tensor): number {
  const references = numbers(expected);
  return Math.max(...numbers(actual).map((value, i) => Math.abs(value - references[i]!)));
}

test.each([false, true])("heads as a projection leaves them, interleaved %s", async (interleaved) => {
  const x = await rand([2, 5, 3, 8], { generator: new Generator(1) }).realize();
  const { cos, sin } = rotaryTables(arange(5), 6);
  const projected = rotary_embedding(x.transpose(1, 2), cos, sin, { interleaved });
  const copied = await x.transpose(1, 2).realize();
  const separate = rotary_embedding(copied, cos, sin, { interleaved });
  await Promise.all([projected.realize(), separate.realize()]);
  expect(projected.shape).toEqual([2, 3, 5, 8]);
  expect(furthest(projected, separate)).toBe(0);
});

test("one compiled function serves every length and position", async () => {
  const compiled = new CompiledFunction(([x, positions]: readonly Tensor[]) => {
    const { cos, sin } = rotaryTables(positions!, 4);
    return rotary_embedding(x!, cos, sin);
  });
  const whole = await rand([2, 2, 9, 4], { generator: new Generator(2) }).realize();
  const { cos, sin } = rotaryTables(arange(9), 4);
  const expected = await rotary_embedding(whole, cos, sin).realize();
  for (const [from, to] of [
    [0, 9],
    [4, 5],
    [3, 8],
  ] as const) {
    const x = await whole.slice(2, from, to).realize();
    const positions = await arange(from, to)
      .unsqueeze(0)
      .expand([2, to - from])
      .realize();
    const turned = await compiled.call([x, positions], ([input]) =>
      input === "0" ? ["batch", null, "length"] : ["batch", "length"],
    );
    expect(furthest(turned, await expected.slice(2, from, to).realize())).toBeLessThan(1e-6);
  }
  expect(compiled.signatures).toBe(1);
  await compiled.release();
});

test("any number of heads", async () => {
  const { cos, sin } = rotaryTables(arange(3), 4);
  await Promise.all([cos.realize(), sin.realize()]);
  for (const headDim of [4, 6]) {
    const compiled = new CompiledFunction((x: Tensor) => rotary_embedding(x, cos, sin));
    const x = await rand([2, 5, 3, headDim], { generator: new Generator(5) }).realize();
    const expected = await rotary_embedding(x, cos, sin).realize();
    const turned = await compiled.call(x, () => ["batch", "heads"]);
    expect(furthest(turned, expected)).toBeLessThan(1e-6);
    await compiled.release();
  }
});

test.each(["float16", "bfloat16"] as const)("%s is turned in float32 and rounded once", async (dtype) => {
  const x = await rand([1, 2, 3, 4], { generator: new Generator(3) })
    .to(dtype)
    .realize();
  const { cos, sin } = rotaryTables(arange(3), 4);
  const narrow = await rotary_embedding(x, cos, sin).realize();
  const wide = await rotary_embedding(x.to("float32"), cos, sin).to(dtype).realize();
  expect(narrow.dtype).toBe(dtype);
  expect(narrow.tolist()).toEqual(wide.tolist());
});

test("sequences without a batch or heads are turned alike", async () => {
  const x = await rand([3, 4], { generator: new Generator(4) }).realize();
  const { cos, sin } = rotaryTables(arange(3), 4);
  const [flat, batched] = [rotary_embedding(x, cos, sin), rotary_embedding(x.unsqueeze(0), cos, sin)];
  const whole = rotary_embedding(x.unsqueeze(0).unsqueeze(0), cos, sin);
  await Promise.all([flat, batched, whole].map((tensor) => tensor.realize()));
  expect(flat.tolist()).toEqual((whole.tolist() as number[][][][])[0]![0]);
  expect(batched.tolist()).toEqual((whole.tolist() as number[][][][])[0]);
});

describe("refuses", () => {
  const x = zeros([2, 3, 5, 8]);
  test.each([
    ["tables of another length", () => rotary_embedding(x, ones([4, 2]), ones([4, 2])), "tables [4, 2]"],
    ["tables wider than the half", () => rotary_embedding(x, ones([5, 5]), ones([5, 5])), "at most 8"],
    [
      "tables of another batch",
      () => rotary_embedding(x, ones([3, 5, 2]), ones([3, 5, 2])),
      "tables [3, 5, 2]",
    ],
    ["one axis", () => rotary_embedding(zeros([8]), ones([1, 2]), ones([1, 2])), "do not turn [8]"],
    [
      "positions of three axes",
      () =>
        rotary_embedding(x, ones([9, 2]), ones([9, 2]), {
          position_ids: zeros([1, 2, 5], { dtype: "int64" }),
        }),
      "position_ids [length] or [batch, length]",
    ],
  ])("%s", (_, call, words) => {
    expect(call).toThrow(
      expect.objectContaining({ code: "SHAPE_MISMATCH", message: expect.stringContaining(words) }),
    );
  });

  test("whole numbers, and a rotary_dim of odd size", () => {
    expect(() => rotary_embedding(x.to("int64"), ones([5, 2]), ones([5, 2]))).toThrow(
      "expected a floating dtype",
    );
    expect(() => rotaryTables(arange(3), 5)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });
});
