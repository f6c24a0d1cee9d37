import { TransformersError } from "../errors.js";
import { allocate, type DType, isPacked } from "./dtype.js";
import { type CApi, hasLibrary, type Pointer, pointerArray, workerStack } from "./node-c-api.js";
import { DeviceSession, type NativeArray } from "./node-device-session.js";
import { createNativeSession } from "./node-session.js";
import { transferModel, transferSignature } from "./transfer-model.js";
import type { Device, DeviceArray, HostArray, Placement, SessionOptions, SessionSignature } from "./types.js";

/** How ONNX Runtime reaches a device, and what to say where it cannot. */
interface Provider {
  /** The name of the device's memory in ONNX Runtime. */
  readonly memory: string;
  append(api: CApi, sessionOptions: Pointer): void;
  readonly needs: string;
}

const providers: Partial<Readonly<Record<Device, Provider>>> = {
  webgpu: {
    memory: "WebGPU_Buf",
    append: (api, sessionOptions) =>
      api.call(
        "SessionOptionsAppendExecutionProvider",
        sessionOptions,
        "WebGPU",
        pointerArray([]),
        pointerArray([]),
        0,
      ),
    needs:
      "it needs a graphics processor with its driver: Vulkan on Linux, Metal on macOS, Direct3D 12 on Windows",
  },
  cuda: {
    memory: "Cuda",
    append: appendCuda,
    needs:
      "it needs an NVIDIA graphics processor, CUDA 12, cuDNN 9 and onnxruntime-node's CUDA libraries, which `npm install onnxruntime-node --onnxruntime-node-install=cuda12` brings (Linux x64)",
  },
};

function appendCuda(api: CApi, sessionOptions: Pointer): void {
  const library =
    process.platform === "win32" ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
  if (!hasLibrary(library)) {
    throw new TransformersError("RUNTIME_FAILED", `there is no ${library} beside onnxruntime-node's library`);
  }
  const options = api.create("CreateCUDAProviderOptions");
  try {
    api.call("SessionOptionsAppendExecutionProvider_CUDA_V2", sessionOptions, options);
  } finally {
    api.release("ReleaseCUDAProviderOptions", options);
  }
}

const nothingPlaced: Placement = { onProcessor: [], inFloat16: [] };

/** How many runs may be under way on the device before somebody waits for it. */
const mostAhead = 16;

/**
 * A device with memory of its own, reached through one of ONNX Runtime's execution providers. Whatever touches it
 * goes through one queue: providers do not let sessions of one device run, or memory be freed, side by side.
 */
export class NativeDevice {
  readonly name: Device;
  readonly #api: CApi;
  readonly #provider: Provider;
  readonly memoryInfo: Pointer;
  readonly #transfers = new Map<DType, Promise<DeviceSession>>();
  #tail: Promise<unknown> = Promise.resolve();
  #hasFloat16 = true;
  #ahead = 0;
  #probe: Promise<DeviceArray> | null = null;

  private constructor(api: CApi, name: Device, provider: Provider) {
    this.#api = api;
    this.name = name;
    this.#provider = provider;
    const [deviceAllocator, firstDevice, defaultMemory] = [0, 0, 0];
    this.memoryInfo = api.create(
      "CreateMemoryInfo",
      provider.memory,
      deviceAllocator,
      firstDevice,
      defaultMemory,
    );
  }

  /** Starts a device. Throws `DEVICE_UNAVAILABLE` with the provider's own words where there is none. */
  static async open(api: CApi, name: Device): Promise<NativeDevice> {
    const provider = providers[name];
    if (provider === undefined) {
      throw new TransformersError(
        "DEVICE_UNAVAILABLE",
        `device "${name}": there is none in Node; the devices are "cpu", ${Object.keys(providers)
          .map((known) => `"${known}"`)
          .join(" and ")}`,
      );
    }
    if (!api.hasDeepStack) {
      throw new TransformersError(
        "DEVICE_UNAVAILABLE",
        `device "${name}": koffi was used before transformers-ts and its worker stacks are too small; call koffi.config({ async_stack_size: ${workerStack} }) before the first koffi.load()`,
      );
    }
    const device = new NativeDevice(api, name, provider);
    try {
      // This session lives as long as the process: with the last session the provider would end the device.
      await device.#transfer("float32");
      await device.#probeFloat16();
    } catch (reason) {
      const words = reason instanceof Error ? reason.message : String(reason);
      throw new TransformersError(
        "DEVICE_UNAVAILABLE",
        `device "${name}" cannot be used: ${provider.needs}. What was found: ${words}`,
        { cause: reason },
      );
    }
    return device;
  }

  /** Has sessions that are made with these options run on this device, but for what `placement` leaves to the host. */
  append(sessionOptions: Pointer, { onProcessor, inFloat16 }: Placement = nothingPlaced): void {
    const names = this.#hasFloat16 ? onProcessor : [...onProcessor, ...inFloat16];
    const configure = (option: string, value: string) =>
      this.#api.call("AddSessionConfigEntry", sessionOptions, `ep.webgpuexecutionprovider.${option}`, value);
    if (this.name === "webgpu") {
      // Rearranging for the other layout fails on some graphs, and its transposed depthwise convolution is wrong.
      configure("preferredLayout", "NCHW");
      if (names.length > 0) configure("forceCpuNodeNames", names.join("\n"));
    }
    this.#provider.append(this.#api, sessionOptions); // which reads the options that are there
  }

  /** Finds out whether its shaders compute float16, which is left to some graphics processors. */
  async #probeFloat16(): Promise<void> {
    if (this.name !== "webgpu") return;
    const one: HostArray = { dtype: "float16", dims: [1], data: Uint16Array.of(0x3c00) };
    const session = await this.createSession(transferModel("float16", "Neg"), transferSignature, {});
    try {
      await session.run([one], [{ ...one, data: allocate("float16", 1) }]);
    } catch {
      this.#hasFloat16 = false;
    }
    session.release();
  }

  /** Does `work` when everything asked for before has been done. */
  enqueue<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined); // who asked for it hears of its failure
    return done;
  }

  /**
   * Waits for the device now and then: a run that leaves its results there is only handed over to it, and with it
   * the memory of its inputs. `waited` tells that this run had a result to wait for.
   */
  async keepPace(waited: boolean): Promise<void> {
    this.#ahead = waited ? 0 : this.#ahead + 1;
    if (this.#ahead < mostAhead) return;
    this.#ahead = 0;
    this.#probe ??= this.upload({ dtype: "float32", dims: [], data: allocate("float32", 1) });
    await (await this.#probe).download();
  }

  async createSession(
    model: Uint8Array,
    signature: SessionSignature,
    options: SessionOptions,
  ): Promise<DeviceSession> {
    const native = await this.enqueue(() => createNativeSession(this.#api, model, options, this));
    return new DeviceSession(this.#api, this, native, signature);
  }

  /** Copies an array to the device. Throws `UNSUPPORTED` for packed dtypes, which the copying operator lacks. */
  async upload(array: HostArray): Promise<DeviceArray> {
    if (isPacked(array.dtype)) {
      throw new TransformersError(
        "UNSUPPORTED",
        `an array of ${array.dtype} cannot be copied to ${this.name}: keep it on the cpu, or cast it to int8 or uint8 first`,
      );
    }
    const session = await this.#transfer(array.dtype);
    const [uploaded] = await session.run([array], [null]);
    return uploaded as DeviceArray;
  }

  async download(array: NativeArray): Promise<HostArray> {
    const { dtype, dims } = array;
    const count = dims.reduce((product, dim) => product * dim, 1);
    const target: HostArray = { dtype, dims, data: allocate(dtype, count) };
    const value = array.hold();
    try {
      const session = await this.#transfer(dtype);
      await session.execute([value], [target]);
    } finally {
      array.letGo();
    }
    return target;
  }

  #transfer(dtype: DType): Promise<DeviceSession> {
    let session = this.#transfers.get(dtype);
    if (session === undefined) {
      session = this.createSession(transferModel(dtype), transferSignature, {});
      this.#transfers.set(dtype, session);
      session.catch(() => this.#transfers.delete(dtype));
    }
    return session;
  }
}
