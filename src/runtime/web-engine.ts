import type { InferenceSession } from "onnxruntime-web";
import { TransformersError } from "../errors.js";
import { transferModel, transferSignature } from "./transfer-model.js";
import type { HostArray, RuntimeSettings, SessionOptions, SessionSignature } from "./types.js";
import { type GpuDevice, noBfloat16, WebGpuArray } from "./web-array.js";
import { WebSession } from "./web-session.js";

type Ort = typeof import("onnxruntime-web/wasm");

/**
 * One of onnxruntime-web's WebAssembly modules. It keeps the state of a call in globals, so that whatever enters it
 * goes through one queue.
 */
export class WebEngine {
  readonly ort: Ort;
  readonly device: "wasm" | "webgpu";
  /** null without WebGPU. */
  gpu: GpuDevice | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  /** Why the browser took the GPU away, which it may do at any time. */
  #lost: string | null = null;

  private constructor(ort: Ort, device: "wasm" | "webgpu") {
    this.ort = ort;
    this.device = device;
  }

  /** Loads a module. Throws `DEVICE_UNAVAILABLE` without WebGPU, `RUNTIME_UNAVAILABLE` where loading fails. */
  static async start(device: "wasm" | "webgpu", settings: RuntimeSettings): Promise<WebEngine> {
    if (device === "webgpu") await requireGpu();
    try {
      const ort = await (device === "wasm"
        ? import("onnxruntime-web/wasm")
        : import("onnxruntime-web/webgpu"));
      ort.env.logLevel = "error";
      ort.env.wasm.numThreads = settings.threads ?? 0;
      if (settings.wasmPaths !== undefined) ort.env.wasm.wasmPaths = settings.wasmPaths;
      const engine = new WebEngine(ort, device);
      firstSessions.add(await engine.createSession(transferModel("float32"), transferSignature, {}));
      if (device === "webgpu") engine.#watch((await ort.env.webgpu.device) as GpuDevice);
      return engine;
    } catch (reason) {
      const words = reason instanceof Error ? reason.message : String(reason);
      throw new TransformersError(
        "RUNTIME_UNAVAILABLE",
        `onnxruntime-web could not be started for the device "${device}" (${words}). Its .wasm and .mjs files are loaded from beside the page's scripts, or from configureRuntime({ wasmPaths })`,
        { cause: reason },
      );
    }
  }

  #watch(gpu: GpuDevice): void {
    this.gpu = gpu;
    void gpu.lost.then(({ message }) => {
      this.#lost = message;
    });
  }

  /** Does `work` when everything asked for before has been done. Throws `DEVICE_UNAVAILABLE` once the GPU is gone. */
  enqueue<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#tail.then(() => {
      if (this.#lost === null) return work();
      throw new TransformersError(
        "DEVICE_UNAVAILABLE",
        `the browser took the graphics processor away (${this.#lost}), with everything in its memory; load the page anew`,
      );
    });
    const forget = () => undefined; // neither the result is kept, nor a failure thrown twice
    this.#tail = done.then(forget, forget);
    return done;
  }

  /** Frees something when everything asked for before has been done. What fails is gone with its device. */
  free(work: () => void | Promise<void>): void {
    this.enqueue(work).catch(() => undefined);
  }

  async upload(array: HostArray): Promise<WebGpuArray> {
    return this.enqueue(() => WebGpuArray.upload(this, array));
  }

  /** Compiles a model. Throws `RUNTIME_FAILED`; `UNSUPPORTED` for options that only Node has. */
  async createSession(
    model: Uint8Array,
    signature: SessionSignature,
    options: SessionOptions,
  ): Promise<WebSession> {
    refuse(options);
    const create = (outputs: InferenceSession.SessionOptions["preferredOutputLocation"]) =>
      this.enqueue(() =>
        this.ort.InferenceSession.create(model, {
          ...this.#settings(options),
          preferredOutputLocation: outputs,
        }),
      );
    try {
      if (this.device === "wasm") return new WebSession(this, await create("cpu"), signature);
      const session = await create("gpu-buffer");
      const locations = outputLocations(session);
      if (!Object.values(locations).includes("cpu")) return new WebSession(this, session, signature);
      this.free(() => session.release());
      return new WebSession(this, await create(locations), signature);
    } catch (reason) {
      throw failure(reason);
    }
  }

  #settings(options: SessionOptions): InferenceSession.SessionOptions {
    const { weights, prepack, optimize, placement } = options;
    return {
      executionProviders: [this.device === "wasm" ? "wasm" : this.#webgpu(placement)],
      logSeverityLevel: 3, // warnings about unused initializers help nobody
      graphOptimizationLevel: optimize === false ? "disabled" : "all",
      externalData: [...(weights ?? [])].map(([path, { data }]) => ({
        path,
        data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
      extra: prepack === false ? { session: { disable_prepacking: "1" } } : {},
    };
  }

  #webgpu(placement: SessionOptions["placement"]): InferenceSession.WebGpuExecutionProviderOption {
    const hasFloat16 = this.gpu?.features.has("shader-f16") ?? false;
    const { onProcessor = [], inFloat16 = [] } = placement ?? {};
    const names = hasFloat16 ? onProcessor : [...onProcessor, ...inFloat16];
    return {
      name: "webgpu",
      // Rearranging for the other layout fails on some graphs, and its transposed depthwise convolution is wrong.
      preferredLayout: "NCHW",
      ...(names.length > 0 ? { forceCpuNodeNames: names } : {}),
    };
  }
}

/** They start the modules and stay: with its last session the provider would end the GPU's device. */
const firstSessions = new Set<WebSession>();

/** Which outputs a GPU's buffer can hold; ONNX Runtime gives the others in host memory. */
function outputLocations(session: InferenceSession): Record<string, "cpu" | "gpu-buffer"> {
  return Object.fromEntries(
    session.outputMetadata.map((output) => [
      output.name,
      output.isTensor && WebGpuArray.holds(output.type) ? "gpu-buffer" : "cpu",
    ]),
  );
}

function refuse({ weightsFolder, profile }: SessionOptions): void {
  if (weightsFolder !== undefined) {
    throw new TransformersError(
      "UNSUPPORTED",
      `${weightsFolder}: no folder can be mapped in a browser; weights are given in memory`,
    );
  }
  if (profile !== undefined) {
    throw new TransformersError(
      "UNSUPPORTED",
      `profile ${JSON.stringify(profile)}: a browser has no file to write a profile to; measure in Node`,
    );
  }
}

/** How ONNX Runtime says that a build, or a graphics processor, has no kernel for a dtype. */
const kernelMissing =
  /not find an implementation for (\w+)|Provider type for (\w+) node|Program (\w+) requires f16 but/;

/** An error of ONNX Runtime as one of ours. */
export function failure(reason: unknown): TransformersError {
  if (reason instanceof TransformersError) return reason;
  const words = reason instanceof Error ? reason.message : String(reason);
  if (/unsupported data type: 16/.test(words)) return noBfloat16(reason);
  const missing = kernelMissing.exec(words);
  if (missing === null) {
    return new TransformersError("RUNTIME_FAILED", `ONNX Runtime: ${words}`, { cause: reason });
  }
  const operator = missing.slice(1).find((name) => name !== undefined);
  return new TransformersError(
    "UNSUPPORTED",
    `onnxruntime-web computes ${operator} in no such dtype on this device (its build with WebGPU lacks float64 and int16, some graphics processors float16); use another dtype, or the device "wasm". Its own words: ${words}`,
    { cause: reason },
  );
}

interface GpuNavigator {
  readonly gpu?: { requestAdapter(): Promise<unknown> };
}

async function requireGpu(): Promise<void> {
  const gpu = (globalThis as unknown as { navigator?: GpuNavigator }).navigator?.gpu;
  const adapter = gpu ? await gpu.requestAdapter() : null;
  if (adapter) return;
  throw new TransformersError(
    "DEVICE_UNAVAILABLE",
    gpu
      ? 'device "webgpu": this browser offers WebGPU but has found no graphics processor for it; use the device "wasm", or see chrome://gpu'
      : 'device "webgpu": this browser has no WebGPU, or the page is not served over https; use the device "wasm"',
  );
}
