import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { webgpuMissing } from "../../tests/support/software-webgpu.js";
import {
  arange,
  CompiledFunction,
  canonical,
  type Device,
  grad,
  manual_seed,
  no_grad,
  Parameter,
  rand,
  rand_like,
  realize,
  type Tensor,
  tensor,
  Variable,
  zeros,
  zeros_like,
} from "./index.js";

const missing = await webgpuMissing();
if (missing !== null) console.warn(`Tests on webgpu are skipped: ${missing}`);
const onWebgpu = describe.skipIf(missing !== null);

const floats = (values: number[], shape = [values.length]) => tensor(Float32Array.from(values), { shape });

async function read(x: Tensor): Promise<unknown> {
  return (await x.to("cpu").realize()).tolist();
}

function parameter(values: number[], device: Device = "cpu"): Parameter {
  const data = Float32Array.from(values);
  return new Parameter([values.length], { dtype: "float32", dims: [values.length], data }).move(device);
}

describe("where a tensor lies", () => {
  test("new tensors and parameters lie on the host, results where their inputs do", () => {
    const x = floats([1, 2]);
    const there = x.to("webgpu");
    expect(
      [x, zeros([2]), parameter([1]), there, there.add(1), there.to("cpu")].map((t) => t.device),
    ).toEqual(["cpu", "cpu", "cpu", "webgpu", "webgpu", "cpu"]);
    expect(there.to("webgpu")).toBe(there);
    expect(x.to("cpu")).toBe(x);
    const both = x.to({ dtype: "int32", device: "webgpu" });
    expect([both.dtype, both.device]).toEqual(["int32", "webgpu"]);
  });

  test("is printed with it", () => {
    const there = floats([1, 2]).to("webgpu");
    expect(inspect(there)).toBe("float32[2] on webgpu (not computed)");
    expect(inspect(tensor([1, 2], { device: "webgpu" }))).toBe("tensor([1, 2], device=webgpu)");
  });

  test("two devices in one op are an error that names the op and both", () => {
    const [here, there] = [floats([1, 2]), floats([1, 2]).to("webgpu")];
    expect(() => there.mul(here)).toThrow(
      expect.objectContaining({
        code: "DEVICE_MISMATCH",
        message:
          'mul: its inputs lie on two devices, float32[2] on webgpu and float32[2] on cpu; move one of them with .to("webgpu") or .to("cpu")',
      }),
    );
    expect(() => there.add(floats([1, 2]).to("cuda"))).toThrow(/^add: .* on webgpu and .* on cuda/);
  });

  test("numbers without axes and what ops make go everywhere", () => {
    const there = floats([1, 2]).to("webgpu");
    expect(there.add(tensor(Float32Array.of(1), { shape: [] })).device).toBe("webgpu");
    expect(arange(2).add(there).device).toBe("webgpu");
    expect(zeros([2]).to("webgpu").device).toBe("webgpu");
    expect(there.add(rand([2])).device).toBe("webgpu");
    expect([zeros_like(there), rand_like(there)].map(({ device }) => device)).toEqual(["webgpu", "webgpu"]);
  });

  test("a name that is no device, and an option that there is not, are refused", () => {
    const x = floats([1]);
    expect(() => x.to("gpu" as Device)).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: expect.stringMatching(
          /^to: "gpu" is neither a dtype \(.*float32.*\) nor a device \(cpu, wasm, webgpu, cuda\)$/,
        ),
      }),
    );
    expect(() => x.to({ device: "tpu" as Device })).toThrow(/"tpu" is no device; the devices are/);
    expect(() => parameter([1]).move("tpu" as Device)).toThrow(/"tpu" is no device/);
    expect(() => x.to({ non_blocking: true } as object)).toThrow(/no option non_blocking/);
  });

  test("a device that the machine lacks is an error when something is to be computed there", async () => {
    const x = floats([1, 2]).to("cuda").mul(2);
    await expect(x.realize()).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE" });
    await expect(parameter([1], "cuda").realize()).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE" });
  });
});

describe("release", () => {
  test("a released tensor cannot be read or computed with", async () => {
    const x = await floats([1, 2]).add(1).realize();
    const y = x.mul(2);
    x.release();
    x.release();
    const released = {
      code: "RELEASED",
      message: "the elements of this float32[2] were released with release()",
    };
    expect(() => x.data).toThrow(expect.objectContaining(released));
    await expect(y.realize()).rejects.toMatchObject(released);
    await expect(x.realize()).rejects.toMatchObject(released);
    const double = new CompiledFunction((inputs: { x: Tensor }) => inputs.x.mul(2));
    await expect(double.call({ x })).rejects.toMatchObject(released);
  });

  test("what was split off beside a released part is still there", async () => {
    const [a, b] = floats([1, 2, 3, 4]).chunk(2);
    await realize([a!, b!]);
    a!.release();
    expect((await b!.mul(2).realize()).tolist()).toEqual([6, 8]);
    await expect(a!.mul(2).realize()).rejects.toMatchObject({ code: "RELEASED" });
  });

  test("what was not computed stays to be computed", async () => {
    const x = floats([1, 2]).add(1);
    x.release();
    expect((await x.realize()).tolist()).toEqual([2, 3]);
  });

  test("a released parameter says so until it is given a value", async () => {
    const p = parameter([1, 2]);
    p.release();
    await expect(p.mul(2).realize()).rejects.toMatchObject({ code: "RELEASED" });
    await expect(p.load()).rejects.toMatchObject({ code: "RELEASED" });
    p.assign({ dtype: "float32", dims: [2], data: Float32Array.of(3, 4) });
    expect((await p.mul(2).realize()).tolist()).toEqual([6, 8]);
  });
});

onWebgpu("on webgpu", () => {
  test("values stay there, and come back when asked", async () => {
    const x = await floats([1, 2, 3, 4], [2, 2]).to("webgpu").realize();
    const y = await x.matmul(x).add(arange(2)).realize();
    expect(y.storage).toMatchObject({ device: "webgpu" });
    expect(() => y.data).toThrow(
      expect.objectContaining({
        code: "NOT_ON_HOST",
        message:
          'the elements of this float32[2, 2] lie on a device: await tensor.to("cpu").realize() and read that',
      }),
    );
    expect(() => y.tolist()).toThrow(/lie on a device/);
    expect(inspect(y)).toBe("float32[2, 2] on webgpu");
    expect(await read(y)).toEqual([
      [7, 11],
      [15, 23],
    ]);
  });

  test("a graph may go from device to device and back", async () => {
    const x = floats([1, 2]);
    const y = x.add(1).to("webgpu").mul(2).to("cpu").sub(1).to("webgpu").mul(x.to("webgpu"));
    expect(await read(y)).toEqual([3, 10]);
  });

  test("what lies on two devices is realised together", async () => {
    const x = floats([1, 2]);
    const [here, there, number] = [x.add(1), x.to("webgpu").add(1), x.sum()];
    await realize([here, there, number]);
    expect(here.tolist()).toEqual([2, 3]);
    expect(number.item()).toBe(3);
    expect(await read(there)).toEqual([2, 3]);
  });

  test("gradients go the way back", async () => {
    const x = tensor([1, 2, 3], { dtype: "float32", requires_grad: true });
    const y = x.mul(2).to("webgpu").square().sum().to("cpu");
    const [dx] = grad(y, [x]);
    expect(dx!.device).toBe("cpu");
    expect((await dx!.realize()).tolist()).toEqual([8, 16, 24]);
    const w = parameter([1, 2, 3], "webgpu");
    w.square().sum().backward();
    expect(w.grad!.device).toBe("webgpu");
    expect(await read(w.grad!)).toEqual([2, 4, 6]);
  });

  test("a parameter moves with its value, its gradient, or what it will be filled with", async () => {
    const p = parameter([1, 2]);
    p.square().sum().backward();
    const before = p.mul(2);
    p.move("webgpu");
    expect((await before.realize()).tolist()).toEqual([2, 4]);
    expect([p.device, p.grad!.device]).toEqual(["webgpu", "webgpu"]);
    expect(await read(p.grad!)).toEqual([2, 4]);
    expect(await read(p.mul(2))).toEqual([2, 4]);
    expect(canonical(p).storage).toMatchObject({ device: "webgpu" });
    p.move("cpu");
    expect(() => p.data).toThrow(/await tensor.realize\(\) first/);
    expect((await p.realize()).tolist()).toEqual([1, 2]);
    const recorded = p.mul(2);
    p.move("webgpu").assign({ dtype: "float32", dims: [2], data: Float32Array.of(0, 0) });
    await expect(recorded.realize()).rejects.toMatchObject({ code: "STALE_VALUE" });
    let filled = 0;
    const fresh = new Variable([2], () => {
      filled++;
      return Float32Array.of(5, 6);
    }).move("webgpu");
    expect(filled).toBe(0);
    expect(await read(fresh.add(1))).toEqual([6, 7]);
    expect(filled).toBe(1);
    expect((await fresh.load()).data).toEqual(Float32Array.of(5, 6));
  });

  test("an update leaves the new value there and releases the old one", async () => {
    const p = await parameter([1, 2], "webgpu").realize();
    const old = canonical(p).storage as { download(): Promise<unknown> };
    await realize([], [{ variable: p, value: p.mul(3) }]);
    expect(canonical(p).storage).toMatchObject({ device: "webgpu" });
    expect(await read(p)).toEqual([3, 6]);
    await expect(old.download()).rejects.toMatchObject({ code: "RELEASED" });
  });

  test("two variables that take one value do not share its elements", async () => {
    for (const device of ["cpu", "webgpu"] as const) {
      const [a, b] = [parameter([1, 2], device), parameter([0, 0], device)];
      const value = no_grad(() => a.mul(2));
      await realize(
        [],
        [a, b].map((variable) => ({ variable, value })),
      );
      await realize([], [{ variable: a, value: no_grad(() => a.add(1)) }]);
      expect([await read(a), await read(b)]).toEqual([
        [3, 5],
        [2, 4],
      ]);
    }
  });

  test("a released tensor gives its memory back", async () => {
    await using x = await floats([1, 2]).to("webgpu").add(1).realize();
    const array = canonical(x).storage as { download(): Promise<unknown> };
    x.release();
    await expect(array.download()).rejects.toMatchObject({ code: "RELEASED" });
    expect(() => x.data).toThrow(expect.objectContaining({ code: "RELEASED" }));
    await expect(x.add(1).realize()).rejects.toMatchObject({ code: "RELEASED" });
  });

  test("integers and bools are exact there", async () => {
    const long = tensor(BigInt64Array.of(1n, -(2n ** 40n), 7n)).to("webgpu");
    expect(await read(long.mul(3))).toEqual([3, -3 * 2 ** 40, 21]);
    expect(await read(long.gt(0))).toEqual([true, false, true]);
    expect(await read(tensor([3, -5]).to({ dtype: "int32", device: "webgpu" }).mul(2))).toEqual([6, -10]);
  });

  test("random numbers are the host's", async () => {
    manual_seed(7);
    const here = await rand([3, 5]).realize();
    manual_seed(7);
    expect(await read(rand([3, 5]).to("webgpu"))).toEqual(here.tolist());
  });

  describe("a compiled function", () => {
    const w = () => parameter([1, 2], "webgpu");

    test("runs where its parameters lie, and leaves its results there", async () => {
      const p = w();
      const f = new CompiledFunction(({ x }: { x: Tensor }) => ({ y: x.mul(p), n: x.sum() }));
      const x = floats([3, 4]).to("webgpu");
      await x.realize();
      const { y, n } = await f.call({ x });
      expect([y.device, n.device]).toEqual(["webgpu", "webgpu"]);
      expect(await read(y)).toEqual([3, 8]);
      expect(await read(n)).toBe(7);
      const again = await f.call({ x: y });
      expect(await read(again.y)).toEqual([3, 16]);
      expect(f.signatures).toBe(1);
      await expect(f.call({ x: floats([3, 4]) })).rejects.toMatchObject({ code: "DEVICE_MISMATCH" });
      await f.release();
    });

    test("reads a parameter that training changes from the device, without compiling anew", async () => {
      const p = await w().realize();
      let traced = 0;
      const f = new CompiledFunction(({ x }: { x: Tensor }) => {
        traced++;
        return { y: x.mul(p) };
      });
      const x = await floats([3, 4]).to("webgpu").realize();
      expect(await read((await f.call({ x })).y)).toEqual([3, 8]);
      await realize([], [{ variable: p, value: no_grad(() => p.add(1)) }]);
      expect(await read((await f.call({ x })).y)).toEqual([6, 12]);
      expect(traced).toBe(1);
      p.assign({ dtype: "float32", dims: [2], data: Float32Array.of(0, 1) });
      expect(await read((await f.call({ x })).y)).toEqual([0, 4]);
      await f.release();
    });

    test("that moves from device to device is refused", async () => {
      const f = new CompiledFunction(({ x }: { x: Tensor }) => x.to("webgpu").mul(2));
      await expect(f.call({ x: floats([1]) })).rejects.toMatchObject({
        code: "UNSUPPORTED",
        message: expect.stringContaining("runs on one device"),
      });
    });

    test("may be called many times at once", async () => {
      const p = w();
      const f = new CompiledFunction(({ x }: { x: Tensor }) => x.mul(p));
      const results = await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const x = await floats([i, 1]).to("webgpu").realize();
          const y = await f.call({ x });
          x.release();
          return read(y);
        }),
      );
      expect(results).toEqual(Array.from({ length: 20 }, (_, i) => [i, 2]));
      await f.release();
    });
  });
});
