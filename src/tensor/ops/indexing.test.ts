import { expect, test } from "vitest";
import { grad } from "../gradient.js";
import { tensor, zeros } from "./creation.js";
import { embedding, gather, index_select, scatter_add } from "./indexing.js";

const [updates, width, rows] = [4096, 768, 3];

/** Whole numbers, whose sums are exact in float32. */
const addends = Float32Array.from({ length: updates * width }, (_, i) => ((i * 7919) % 17) - 8);
const targets = BigInt64Array.from({ length: updates }, (_, i) => BigInt((i * 31) % rows));

function expectedSums(): Float32Array {
  const sums = new Float32Array(rows * width);
  for (let i = 0; i < addends.length; i++) {
    sums[Number(targets[Math.floor(i / width)]) * width + (i % width)]! += addends[i]!;
  }
  return sums;
}

test("gradients of rows that are looked up often are exact, every time", async () => {
  const expected = expectedSums();
  for (let run = 0; run < 20; run++) {
    const weight = tensor(new Float32Array(rows * width), { shape: [rows, width] });
    const looked = embedding(tensor(targets), weight);
    const gradOutputs = [tensor(addends, { shape: [updates, width] })];
    const [gradient] = grad(looked, [weight], { gradOutputs });
    await gradient!.realize();
    expect(Buffer.compare(bytes(gradient!.data), bytes(expected))).toBe(0);
  }
});

test("scatter_add at few places is exact, every time", async () => {
  const expected = expectedSums();
  const index = tensor(targets).unsqueeze(1).expand([updates, width]);
  for (let run = 0; run < 5; run++) {
    const source = tensor(addends, { shape: [updates, width] });
    const sums = scatter_add(zeros([rows, width]), 0, index, source);
    await sums.realize();
    expect(Buffer.compare(bytes(sums.data), bytes(expected))).toBe(0);
  }
});

test("negative indices count from the end, in values and gradients", async () => {
  const x = tensor([[1.5], [2.5], [3.5]]);
  const picked = index_select(x, 0, tensor([-1, 0]));
  const [gradient] = grad(picked.sum(), [x]);
  await picked.realize();
  await gradient!.realize();
  expect(picked.tolist()).toEqual([[3.5], [1.5]]);
  expect(gradient!.tolist()).toEqual([[1], [0], [1]]);
});

test("indices beyond a tensor are refused: their sizes at once, their values when they are known", async () => {
  const x = zeros([2, 3]);
  expect(() => gather(x, 1, zeros([3, 1], { dtype: "int64" }))).toThrow("indices [3, 1] reach beyond [2, 3]");
  expect(() => gather(x, 0, tensor([0]))).toThrow("indices [1] reach beyond [2, 3]");
  await expect(index_select(x, 0, tensor([2])).realize()).rejects.toMatchObject({ code: "RUNTIME_FAILED" });
});

function bytes(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
