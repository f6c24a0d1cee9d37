import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { interceptFileCalls } from "../../../tests/reference/safetensors/file-calls.js";
import { type AxisSlice, openSafetensors } from "./open.js";
import { serializeSafetensors } from "./serialize.js";

let folder: string;
let file: string;
const values = Int32Array.from({ length: 4 * 5 * 6 }, (_, i) => i);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "open-"));
  file = path.join(folder, "model.safetensors");
  const tensors = [
    ["cube", { dtype: "I32", shape: [4, 5, 6], data: values }],
    ["empty", { dtype: "F32", shape: [0, 3], data: new Float32Array(0) }],
    ["number", { dtype: "F64", shape: [], data: Float64Array.of(2.5) }],
    ["packed", { dtype: "F4", shape: [4], data: Uint8Array.of(1, 2) }],
  ] as const;
  await writeFile(file, serializeSafetensors(tensors, { format: "pt" }));
});
afterAll(() => rm(folder, { recursive: true }));

test("names, metadata and whole tensors", async () => {
  const opened = await openSafetensors(file);
  expect(opened.keys().sort()).toEqual(["cube", "empty", "number", "packed"]);
  expect(opened.metadata()).toEqual(new Map([["format", "pt"]]));
  const { dtype, shape, data } = await opened.get_tensor("cube");
  expect({ dtype, shape }).toEqual({ dtype: "I32", shape: [4, 5, 6] });
  expect(new Int32Array(data.buffer)).toEqual(values);
  await expect(opened.get_tensor("none")).rejects.toMatchObject({ code: "SAFETENSORS_TENSOR_NOT_FOUND" });
  expect(() => opened.get_slice("none")).toThrow(
    expect.objectContaining({ code: "SAFETENSORS_TENSOR_NOT_FOUND" }),
  );
  await expect(openSafetensors(path.join(folder, "none"))).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
});

/** What a slice holds, element by element. */
function expected(axes: readonly AxisSlice[]): number[] {
  const chosen = [4, 5, 6].map((size, axis) => {
    const slice = axes[axis] ?? null;
    const all = Array.from({ length: size }, (_, i) => i);
    if (typeof slice === "number") return [all.at(slice)!];
    return all.slice(slice?.[0] ?? 0, slice?.[1] ?? size);
  });
  return chosen[0]!.flatMap((i) => chosen[1]!.flatMap((j) => chosen[2]!.map((k) => i * 30 + j * 6 + k)));
}

describe("a slice", () => {
  test.each<[AxisSlice[], number[]]>([
    [[], [4, 5, 6]],
    [[[1, 3]], [2, 5, 6]],
    [[2], [5, 6]],
    [[-1, -1, -1], []],
    [
      [null, [1, 4]],
      [4, 3, 6],
    ],
    [
      [null, null, [2, 3]],
      [4, 5, 1],
    ],
    [
      [[1, null], 2, [null, -1]],
      [3, 5],
    ],
    [
      [[-2, 100], [0, 5], 0],
      [2, 5],
    ],
    [
      [3, [4, 2]],
      [0, 6],
    ],
    [[[0, 0]], [0, 5, 6]],
  ])("%j has the shape %j", async (axes, shape) => {
    const slice = await (await openSafetensors(file)).get_slice("cube").slice(...axes);
    expect(slice.shape).toEqual(shape);
    expect([...new Int32Array(slice.data.buffer)]).toEqual(expected(axes));
  });

  test("of a tensor without elements or without axes", async () => {
    const opened = await openSafetensors(file);
    expect((await opened.get_slice("empty").slice(null, 1)).shape).toEqual([0]);
    const number = await opened.get_slice("number").slice();
    expect(new Float64Array(number.data.buffer)).toEqual(Float64Array.of(2.5));
  });

  test.each<[AxisSlice[], string]>([
    [[4], "INDEX_OUT_OF_RANGE"],
    [[0, 0, -7], "INDEX_OUT_OF_RANGE"],
    [[0.5], "INVALID_ARGUMENT"],
    [[[Number.NaN, 2]], "INVALID_ARGUMENT"],
    [[null, null, null, null], "INVALID_ARGUMENT"],
  ])("%j is refused: %s", async (axes, code) => {
    const slice = (await openSafetensors(file)).get_slice("cube");
    await expect(slice.slice(...axes)).rejects.toMatchObject({ code });
  });

  test("of elements that are parts of bytes is refused", async () => {
    const packed = (await openSafetensors(file)).get_slice("packed");
    await expect(packed.slice([0, 2])).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  test("of a file of 10 GB reads its own bytes alone", async () => {
    const large = path.join(folder, "large.safetensors");
    const rows = 2_500_000;
    const header = `{"w":{"dtype":"F32","shape":[${rows},1000],"data_offsets":[0,${rows * 4000}]}}`;
    const head = Buffer.alloc(8 + header.length);
    head.writeBigUInt64LE(BigInt(header.length));
    head.write(header, 8);
    const handle = await open(large, "w");
    await handle.write(head);
    await handle.write(Float32Array.of(1, 2), 0, 8, head.length + (rows - 1) * 4000 + 12);
    await handle.truncate(head.length + rows * 4000);
    await handle.close();
    const opened = await openSafetensors(large);
    let reads = 0;
    const restore = await interceptFileCalls(
      ({ name }) => {
        if (name === "open") reads++;
      },
      ["open"],
    );
    const before = process.memoryUsage().arrayBuffers;
    const { shape, data } = await opened.get_slice("w").slice([-1, null], [3, 5]);
    restore();
    expect(shape).toEqual([1, 2]);
    expect([...new Float32Array(data.buffer)]).toEqual([1, 2]);
    expect(reads).toBe(1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});
