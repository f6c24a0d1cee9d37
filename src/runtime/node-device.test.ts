import v8 from "node:v8";
import vm from "node:vm";
import { describe, expect, test, vi } from "vitest";
import { webgpuMissing } from "../../tests/support/software-webgpu.js";
import { encodeModel, type GraphProto } from "../onnx/model-proto.js";
import { type DType, dtypes, isPacked } from "./dtype.js";
import { getRuntime } from "./index.js";
import { loadBindingRuntime } from "./node-binding.js";
import { CApi } from "./node-c-api.js";
import type { Device, DeviceArray, HostArray, Session } from "./types.js";

const missing = await webgpuMissing();
if (missing !== null) console.warn(`Tests on webgpu are skipped: ${missing}`);
const runtime = await getRuntime();

function host(values: readonly number[], dims: readonly number[] = [values.length]): HostArray {
  return { dtype: "float32", dims, data: Float32Array.from(values) };
}

/** y = x * x, for any size. */
async function squares(device: Device): Promise<Session> {
  const type = { dtype: "float32", shape: [] } as const;
  const graph: GraphProto = {
    nodes: [{ opType: "Mul", domain: "", inputs: ["x", "x"], outputs: ["y"], attributes: {} }],
    initializers: [],
    inputs: [{ ...type, name: "x", shape: [3] }],
    outputs: [{ ...type, name: "y", shape: [3] }],
  };
  return runtime.createSession(encodeModel(graph), { inputs: ["x"], outputs: ["y"] }, { device });
}

async function square(session: Session, x: HostArray | DeviceArray): Promise<DeviceArray> {
  const [y] = await session.run([x], [null]);
  return y as DeviceArray;
}

describe.skipIf(missing !== null)("webgpu", () => {
  const unpacked = (Object.keys(dtypes) as DType[]).filter((dtype) => !isPacked(dtype));
  test.each(unpacked)("%s goes to the device and comes back as it was", async (dtype) => {
    const { array } = dtypes[dtype];
    const bytes = Uint8Array.from({ length: 48 }, (_, i) => (dtype === "bool" ? i % 2 : i * 5));
    const data = new array(bytes.buffer);
    const count = 48 / dtypes[dtype].bytes;
    for (const dims of [[count], [2, 1, count / 2]]) {
      const there = await runtime.upload({ dtype, dims, data }, "webgpu");
      expect([there.device, there.dtype, there.dims]).toEqual(["webgpu", dtype, dims]);
      expect(await there.download()).toEqual({ dtype, dims, data });
      there.release();
    }
  });

  test("a packed dtype is refused", async () => {
    const packed: HostArray = { dtype: "int4", dims: [2], data: Uint8Array.of(0x21) };
    await expect(runtime.upload(packed, "webgpu")).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  test("arrays without axes and without elements go as others do", async () => {
    for (const array of [host([7], []), host([], [0, 3])]) {
      const there = await runtime.upload(array, "webgpu");
      expect(await there.download()).toEqual(array);
    }
  });

  test("results stay on the device and feed the next session", async () => {
    const session = await squares("webgpu");
    const first = await square(session, host([1, 2, 3]));
    const second = await square(session, first);
    expect([second.device, second.dtype, second.dims]).toEqual(["webgpu", "float32", [3]]);
    expect((await second.download()).data).toEqual(Float32Array.of(1, 16, 81));
    const target = host([0, 0, 0]);
    const [given] = await session.run([second], [target]);
    expect(given).toBe(target);
    expect(target.data).toEqual(Float32Array.of(1, 256, 6561));
    session.release();
  });

  test("what a session left on the device outlives the session", async () => {
    const session = await squares("webgpu");
    const result = await square(session, host([1, 2, 3]));
    session.release();
    await expect(session.run([result], [null])).rejects.toMatchObject({ code: "RELEASED" });
    expect((await result.download()).data).toEqual(Float32Array.of(1, 4, 9));
    result.release();
  });

  test("a released array says so, and what was asked of it before is done", async () => {
    const session = await squares("webgpu");
    const array = await runtime.upload(host([1, 2, 3]), "webgpu");
    const [squared, copy] = [square(session, array), array.download()];
    array.release();
    array.release();
    expect((await (await squared).download()).data).toEqual(Float32Array.of(1, 4, 9));
    expect((await copy).data).toEqual(Float32Array.of(1, 2, 3));
    await expect(array.download()).rejects.toMatchObject({
      code: "RELEASED",
      message: "this float32[3] on webgpu was released; its elements are gone",
    });
    await expect(session.run([array], [null])).rejects.toMatchObject({ code: "RELEASED" });
    session.release();
  });

  test("runs, uploads and releases may overlap", async () => {
    const [a, b] = await Promise.all([squares("webgpu"), squares("webgpu")]);
    const results = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const x = i % 3 === 0 ? await runtime.upload(host([i, 1, 2]), "webgpu") : host([i, 1, 2]);
        const y = await square(i % 2 === 0 ? a : b, x);
        if ("release" in x) x.release();
        const { data } = await y.download();
        y.release();
        return data[0];
      }),
    );
    expect(results).toEqual(Array.from({ length: 40 }, (_, i) => i * i));
    a.release();
    b.release();
  });

  test("what nobody released is freed when it is collected, and its session then", async () => {
    v8.setFlagsFromString("--expose-gc");
    const collect = vm.runInNewContext("gc") as () => void;
    for (let i = 0; i < 5; i++) {
      collect(); // what earlier tests left
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const free = vi.spyOn(CApi.prototype, "release");
    const freed = (name: string) => free.mock.calls.filter(([called]) => called === name).length;
    const leave = async () => {
      const session = await squares("webgpu");
      await square(session, await runtime.upload(host([1, 2, 3]), "webgpu"));
      session.release();
    };
    for (let i = 0; i < 5; i++) await leave();
    const values = freed("ReleaseValue");
    expect(freed("ReleaseSession")).toBe(0);
    await vi.waitFor(() => {
      collect();
      expect([freed("ReleaseValue") - values, freed("ReleaseSession")]).toEqual([10, 5]);
    });
    free.mockRestore();
  });

  test("a session of the cpu refuses an array of the device", async () => {
    const session = await squares("cpu");
    const array = await runtime.upload(host([1, 2, 3]), "webgpu");
    await expect(session.run([array], [null])).rejects.toMatchObject({ code: "DEVICE_MISMATCH" });
    session.release();
  });
});

test("a device that is missing says what it needs and what was found", async () => {
  await expect(runtime.upload(host([1]), "cuda")).rejects.toMatchObject({
    code: "DEVICE_UNAVAILABLE",
    message: expect.stringMatching(
      /^device "cuda" cannot be used: it needs .*--onnxruntime-node-install=cuda12.* What was found: .*libonnxruntime_providers_cuda/,
    ),
  });
  await expect(squares("wasm")).rejects.toMatchObject({
    code: "DEVICE_UNAVAILABLE",
    message: 'device "wasm": there is none in Node; the devices are "cpu", "webgpu" and "cuda"',
  });
});

test("the fall-back binding has the cpu alone, and says what the others need", async () => {
  const binding = await loadBindingRuntime(1);
  const unavailable = {
    code: "DEVICE_UNAVAILABLE",
    message: expect.stringMatching(/^device "webgpu" needs .*koffi/),
  };
  await expect(binding.upload(host([1]), "webgpu")).rejects.toMatchObject(unavailable);
  const signature = { inputs: [], outputs: [] };
  await expect(
    binding.createSession(new Uint8Array(), signature, { device: "webgpu" }),
  ).rejects.toMatchObject(unavailable);
});
