import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { type DType, dtypes, isPacked } from "../runtime/dtype.js";
import { getRuntime } from "../runtime/node.js";
import type { HostArray, SessionOptions } from "../runtime/types.js";
import { symbol } from "./dim.js";
import { encodeModel, float, type GraphProto, type NodeProto } from "./model-proto.js";

const x = { name: "x", dtype: "float32", shape: [symbol("n"), 2] } as const;
const y = { ...x, name: "y" };
const empty: GraphProto = { nodes: [], initializers: [], inputs: [x], outputs: [y] };
const feed: HostArray = { dtype: "float32", dims: [2, 2], data: Float32Array.of(1, -2, 3, -4) };

function node(opType: string, inputs: string[], attributes: NodeProto["attributes"] = {}): NodeProto {
  return { opType, domain: "", inputs, outputs: ["y"], attributes };
}

async function run(graph: GraphProto, options?: SessionOptions): Promise<HostArray> {
  const runtime = await getRuntime();
  const names = { inputs: ["x"], outputs: ["y"] };
  const session = await runtime.createSession(encodeModel(graph), names, options);
  const [result] = await session.run([feed], [null]);
  session.release();
  return result as HostArray;
}

test("float, int, ints and string attributes arrive", async () => {
  const slope = node("LeakyRelu", ["x"], { alpha: float(0.5) });
  expect(await run({ ...empty, nodes: [slope] })).toEqual({ ...feed, data: Float32Array.of(1, -1, 3, -2) });

  const swapped = node("Transpose", ["x"], { perm: [1, 0] });
  expect(await run({ ...empty, nodes: [swapped] })).toEqual({ ...feed, data: Float32Array.of(1, 3, -2, -4) });

  const padding = node("Pad", ["x", "pads"], { mode: "edge" });
  const pads = { name: "pads", dtype: "int64", dims: [4], content: int64(0, 0, 0, 1) } as const;
  const padded = await run({ ...empty, nodes: [padding], initializers: [pads] });
  expect(padded).toEqual({ ...feed, dims: [2, 3], data: Float32Array.of(1, -2, -2, 3, -4, -4) });

  const largest = node("ArgMax", ["x"], { axis: 1, keepdims: 0 });
  const output = { name: "y", dtype: "int64", shape: [symbol("n")] } as const;
  const positions = await run({ ...empty, nodes: [largest], outputs: [output] });
  expect(positions).toEqual({ dtype: "int64", dims: [2], data: BigInt64Array.of(0n, 0n) });
});

test("negative ints and empty input names arrive", async () => {
  const clip = node("Clip", ["x", "", "most"]);
  const most = { name: "most", dtype: "float32", dims: [], content: bytes(Float32Array.of(2)) } as const;
  const clipped = await run({ ...empty, nodes: [clip], initializers: [most] });
  expect(clipped.data).toEqual(Float32Array.of(1, -2, 2, -4));
  const softmax = node("ReduceSum", ["x", "axes"], { keepdims: 1 });
  const axes = { name: "axes", dtype: "int64", dims: [1], content: int64(-1) } as const;
  const sums = await run({ ...empty, nodes: [softmax], initializers: [axes] });
  expect(sums.data).toEqual(Float32Array.of(-1, -1));
});

test("a constant of two elements a byte arrives", async () => {
  const packed = { name: "c", dtype: "int4", dims: [3], content: Uint8Array.of(0x71, 0x0f) } as const;
  const widen = node("Cast", ["c"], { to: dtypes.int8.onnx });
  const output = { name: "y", dtype: "int8", shape: [3] } as const;
  const widened = await run({ ...empty, nodes: [widen], initializers: [packed], outputs: [output] });
  expect(widened.data).toEqual(Int8Array.of(1, 7, -1));
});

test.each((Object.keys(dtypes) as DType[]).filter((dtype) => !isPacked(dtype)))(
  "a %s constant arrives",
  async (dtype) => {
    const content = Uint8Array.from({ length: 2 * dtypes[dtype].bytes }, () => 1);
    const graph: GraphProto = {
      nodes: [node("Identity", ["w"])],
      initializers: [{ name: "w", dtype, dims: [2], content }],
      inputs: [x],
      outputs: [{ name: "y", dtype, shape: [2] }],
    };
    const result = await run(graph);
    expect(result.dtype).toBe(dtype);
    expect(bytes(result.data)).toEqual(content);
  },
);

test("external data arrives from a file, at its offset", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "model-proto-"));
  try {
    const weight = Float32Array.of(10, 20);
    writeFileSync(path.join(folder, "weights.bin"), Buffer.concat([Buffer.from("abc"), bytes(weight)]));
    const content = { location: "weights.bin", offset: 3, length: 8 };
    const initializers = [{ name: "w", dtype: "float32", dims: [2], content }] as const;
    const sum = await run(
      { ...empty, nodes: [node("Add", ["x", "w"])], initializers },
      { weightsFolder: folder },
    );
    expect(sum.data).toEqual(Float32Array.of(11, 18, 13, 16));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a model that ONNX Runtime does not take is refused in its words", async () => {
  const failing = run({ ...empty, nodes: [node("NoSuchOperator", ["x"])] });
  await expect(failing).rejects.toMatchObject({
    code: "RUNTIME_FAILED",
    message: expect.stringContaining("NoSuchOperator"),
  });
});

function bytes(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function int64(...values: number[]): Uint8Array {
  return bytes(BigInt64Array.from(values, BigInt));
}
