import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { Graph } from "../onnx/graph.js";
import { getRuntime } from "./node.js";
import type { FileWeight, HostArray, Runtime, Session, SharedWeights } from "./types.js";

const folder = mkdtempSync(path.join(tmpdir(), "weights-"));
afterAll(() => rmSync(folder, { recursive: true }));

const size = 64;
const matrix = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
const x: HostArray = { dtype: "float32", dims: [1, size], data: new Float32Array(size).fill(1) };

/** y = x @ (weights in a file, from an odd offset) @ (weights in memory). */
async function session(runtime: Runtime, shared?: SharedWeights): Promise<Session> {
  const offset = 5;
  const bytes = new Uint8Array(offset + matrix.byteLength);
  bytes.set(new Uint8Array(matrix.buffer), offset);
  writeFileSync(path.join(folder, "weights.bin"), bytes);
  const graph = new Graph();
  const place = { offset, length: matrix.byteLength };
  const inFile = graph.weight("float32", [size, size], { location: "weights.bin", ...place });
  const inMemory = graph.weight(
    "float32",
    [size, size],
    { location: "memory", offset: 0, length: matrix.byteLength },
    "memory",
  );
  const input = graph.input("float32", [1, size]);
  const y = graph.matmul(graph.matmul(input, inFile, { shape: [1, size] }), inMemory, { shape: [1, size] });
  graph.output(y, "float32", [1, size]);
  const fileWeight: FileWeight = { dtype: "float32", dims: [size, size], file: "weights.bin", ...place };
  return runtime.createSession(
    graph.encode(),
    { inputs: [input.name], outputs: [y.name] },
    {
      weightsFolder: folder,
      fileWeights: new Map([[inFile.name, fileWeight]]),
      weights: new Map([["memory", { dtype: "float32", dims: [size, size], data: matrix }]]),
      ...(shared === undefined ? {} : { shared }),
    },
  );
}

async function result(each: Session): Promise<number[]> {
  const [y] = await each.run([x], [null]);
  return Array.from((y as HostArray).data, Number);
}

test("sessions that share their weights compute what one of its own does, also when the others are gone", async () => {
  const runtime = await getRuntime();
  const alone = await session(runtime);
  const expected = await result(alone);
  alone.release();
  const shared = runtime.shareWeights!();
  const [first, second] = [await session(runtime, shared), await session(runtime, shared)];
  expect(await result(first)).toEqual(expected);
  first.release();
  shared.release(); // freed with the second session
  shared.release();
  expect(await result(second)).toEqual(expected);
  second.release();
  await expect(result(second)).rejects.toMatchObject({ code: "RELEASED" });
});
