import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type Koffi from "koffi";
import { TransformersError } from "../errors.js";
import { allocate, type DType, dtypes } from "./dtype.js";
import type { HostArray, Runtime, Session, SessionOptions, SessionSignature } from "./types.js";

/**
 * ONNX Runtime's C API through an FFI, on the library that onnxruntime-node ships. Unlike that package's own
 * binding it writes outputs straight into given buffers (an output may be an input's buffer) and leaves the
 * event loop free while it runs.
 *
 * `OrtGetApiBase()->GetApi(version)` returns a table of function pointers whose order never changes within a
 * version; `apiTable` lists the few that are used, by their position.
 * Source: onnxruntime_c_api.h, struct OrtApi.
 */
const apiVersion = 22;

const apiTable = {
  GetErrorMessage: [2, "const char *(void *)"],
  CreateSessionFromArray: [8, "void *(void *, void *, size_t, void *, void *)"],
  Run: [9, "void *(void *, void *, void *, void *, size_t, void *, size_t, void *)"],
  CreateSessionOptions: [10, "void *(void *)"],
  EnableProfiling: [14, "void *(void *, const char *)"],
  CreateTensorWithDataAsOrtValue: [49, "void *(void *, void *, size_t, void *, size_t, int, void *)"],
  GetTensorMutableData: [51, "void *(void *, void *)"],
  GetTensorElementType: [60, "void *(void *, void *)"],
  GetDimensionsCount: [61, "void *(void *, void *)"],
  GetDimensions: [62, "void *(void *, void *, size_t)"],
  GetTensorTypeAndShape: [65, "void *(void *, void *)"],
  CreateCpuMemoryInfo: [69, "void *(int, int, void *)"],
  ReleaseStatus: [93, "void(void *)"],
  ReleaseSession: [95, "void(void *)"],
  ReleaseValue: [96, "void(void *)"],
  ReleaseTensorTypeAndShapeInfo: [99, "void(void *)"],
  ReleaseSessionOptions: [100, "void(void *)"],
  CreateEnvWithGlobalThreadPools: [119, "void *(int, const char *, void *, void *)"],
  DisablePerSessionThreads: [120, "void *(void *)"],
  CreateThreadingOptions: [121, "void *(void *)"],
  ReleaseThreadingOptions: [122, "void(void *)"],
  AddSessionConfigEntry: [130, "void *(void *, const char *, const char *)"],
  CreateAndRegisterAllocator: [144, "void *(void *, void *, void *)"],
  SetGlobalIntraOpNumThreads: [147, "void *(void *, int)"],
  AddExternalInitializers: [210, "void *(void *, void *, void *, size_t)"],
} as const;

type Pointer = bigint;
type NativeFunction = ((...args: unknown[]) => unknown) & {
  async: (...args: [...unknown[], (error: Error | null, result: unknown) => void]) => void;
};
type Api = { readonly [F in keyof typeof apiTable]: NativeFunction };

const warningLevel = 3; // ORT_LOGGING_LEVEL_ERROR: warnings about unused initializers help nobody

function libraryPath(): string {
  const require = createRequire(import.meta.url);
  const packageFolder = path.dirname(require.resolve("onnxruntime-node/package.json"));
  const folder = path.join(packageFolder, "bin", "napi-v6", process.platform, process.arch);
  const { version } = require("onnxruntime-node/package.json") as { version: string };
  const candidates =
    process.platform === "win32"
      ? ["onnxruntime.dll"]
      : process.platform === "darwin"
        ? [`libonnxruntime.${version}.dylib`, "libonnxruntime.1.dylib"]
        : ["libonnxruntime.so.1"];
  const found = candidates.map((name) => path.join(folder, name)).find((file) => existsSync(file));
  if (found === undefined) {
    throw new TransformersError(
      "RUNTIME_UNAVAILABLE",
      `onnxruntime-node has no library for ${process.platform}-${process.arch} (looked for ${candidates.join(", ")})`,
    );
  }
  return found;
}

/** Pointers side by side, in memory that does not move. */
function pointerArray(pointers: readonly Pointer[]): BigUint64Array {
  const array = new BigUint64Array(new ArrayBuffer(Math.max(pointers.length, 1) * 8));
  array.set(pointers);
  return array;
}

/** Room for one pointer that the C API writes. */
function pointerSlot(): BigUint64Array {
  return pointerArray([0n]);
}

/** Zero-terminated strings and the array of pointers to them that C functions take as `const char **`. */
class NameArray {
  readonly pointers: BigUint64Array;
  /** Keeps the characters alive as long as the pointers are. */
  readonly #characters: Uint8Array;

  constructor(koffi: typeof Koffi, names: readonly string[]) {
    const encoded = names.map((name) => new TextEncoder().encode(`${name}\0`));
    const total = encoded.reduce((sum, bytes) => sum + bytes.length, 0);
    this.#characters = new Uint8Array(new ArrayBuffer(Math.max(total, 8)));
    const start = koffi.address(this.#characters);
    let offset = 0;
    this.pointers = pointerArray(
      encoded.map((bytes) => {
        this.#characters.set(bytes, offset);
        offset += bytes.length;
        return start + BigInt(offset - bytes.length);
      }),
    );
  }
}

class CApi {
  readonly #functions: Api;
  readonly #environment: Pointer;
  readonly #memoryInfo: Pointer;
  readonly koffi: typeof Koffi;

  constructor(koffi: typeof Koffi, threads: number) {
    this.koffi = koffi;
    const library = koffi.load(libraryPath());
    const base = library.func("void *OrtGetApiBase()")();
    const getApi = koffi.decode(
      koffi.decode(base, 0, "void *"),
      koffi.proto("void *(uint32_t)"),
    ) as NativeFunction;
    const table = getApi(apiVersion);
    this.#functions = Object.fromEntries(
      Object.entries(apiTable).map(([name, [index, signature]]) => [
        name,
        koffi.decode(koffi.decode(table, index * 8, "void *"), koffi.proto(signature)),
      ]),
    ) as unknown as Api;

    const options = this.create("CreateThreadingOptions");
    this.call("SetGlobalIntraOpNumThreads", options, threads);
    this.#environment = this.create(
      "CreateEnvWithGlobalThreadPools",
      warningLevel,
      "transformers-ts",
      options,
    );
    this.#functions.ReleaseThreadingOptions(options);
    this.#memoryInfo = this.create("CreateCpuMemoryInfo", 1, 0); // arena allocator, default memory
    // One arena for all sessions: each would otherwise keep for itself the most that a run of it ever needed.
    this.call("CreateAndRegisterAllocator", this.#environment, this.#memoryInfo, null);
  }

  /** Calls a function that returns a status; throws what the status says. */
  call(name: keyof Api, ...args: unknown[]): void {
    this.check(name, this.#functions[name](...args));
  }

  /** Calls a function whose last argument is where it writes the pointer of what it made. */
  create(name: keyof Api, ...args: unknown[]): Pointer {
    const slot = pointerSlot();
    this.call(name, ...args, slot);
    return slot[0]!;
  }

  release(name: keyof Api, pointer: Pointer): void {
    this.#functions[name](pointer);
  }

  /** The same on a worker of the thread pool. */
  callAsync(name: keyof Api, ...args: unknown[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#functions[name].async(...args, (error, status) => {
        try {
          if (error) throw error;
          this.check(name, status);
          resolve();
        } catch (failure) {
          reject(failure);
        }
      });
    });
  }

  private check(name: string, status: unknown): void {
    if (!status) return;
    const message = this.#functions.GetErrorMessage(status) as string;
    this.#functions.ReleaseStatus(status);
    throw new TransformersError("RUNTIME_FAILED", `ONNX Runtime, ${name}: ${message}`);
  }

  /** An OrtValue over the array's own memory. The array must outlive it. */
  createTensor({ data, dims, dtype }: HostArray): Pointer {
    data.buffer; // moves a small array that still lives on the JavaScript heap to a buffer that stays put
    const shape = new BigInt64Array(new ArrayBuffer(Math.max(dims.length * 8, 8)));
    dims.forEach((dim, i) => {
      shape[i] = BigInt(dim);
    });
    const type = dtypes[dtype].onnx;
    return this.create(
      "CreateTensorWithDataAsOrtValue",
      this.#memoryInfo,
      data,
      data.byteLength,
      shape,
      dims.length,
      type,
    );
  }

  /** Copies an OrtValue that ONNX Runtime allocated, which is the way for shapes known only after the run. */
  readTensor(value: Pointer): HostArray {
    const info = this.create("GetTensorTypeAndShape", value);
    const rank = new BigUint64Array(new ArrayBuffer(8));
    this.call("GetDimensionsCount", info, rank);
    const shape = new BigInt64Array(new ArrayBuffer(Math.max(Number(rank[0]) * 8, 8)));
    this.call("GetDimensions", info, shape, Number(rank[0]));
    const type = new Int32Array(new ArrayBuffer(8));
    this.call("GetTensorElementType", info, type);
    this.release("ReleaseTensorTypeAndShapeInfo", info);
    const dtype = (Object.keys(dtypes) as DType[]).find((name) => dtypes[name].onnx === type[0]);
    if (dtype === undefined) {
      throw new TransformersError(
        "UNSUPPORTED",
        `an output has ONNX element type ${type[0]}, which no dtype stands for`,
      );
    }
    const dims = Array.from(shape.subarray(0, Number(rank[0])), Number);
    const data = allocate(
      dtype,
      dims.reduce((product, dim) => product * dim, 1),
    );
    if (data.byteLength > 0) {
      const source = this.create("GetTensorMutableData", value);
      const bytes = new Uint8Array(this.koffi.view(source, data.byteLength));
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(bytes);
    }
    return { dtype, dims, data };
  }

  async createSession(
    model: Uint8Array,
    signature: SessionSignature,
    options: SessionOptions,
  ): Promise<Session> {
    const sessionOptions = this.create("CreateSessionOptions");
    const kept: HostArray[] = [];
    const values: Pointer[] = [];
    try {
      this.call("DisablePerSessionThreads", sessionOptions);
      const configure = (key: string, value: string) =>
        this.call("AddSessionConfigEntry", sessionOptions, key, value);
      configure("session.use_env_allocators", "1");
      configure("session.use_device_allocator_for_initializers", "1");
      if (options.weightsFolder !== undefined) {
        configure("session.model_external_initializers_file_folder_path", options.weightsFolder);
      }
      if (options.prepack === false) configure("session.disable_prepacking", "1");
      if (options.profile !== undefined) this.call("EnableProfiling", sessionOptions, options.profile);
      const weights = [...(options.weights ?? [])];
      if (weights.length > 0) {
        const names = new NameArray(
          this.koffi,
          weights.map(([name]) => name),
        );
        for (const [, array] of weights) {
          kept.push(array);
          values.push(this.createTensor(array));
        }
        this.call(
          "AddExternalInitializers",
          sessionOptions,
          names.pointers,
          pointerArray(values),
          weights.length,
        );
      }
      const slot = pointerSlot();
      await this.callAsync(
        "CreateSessionFromArray",
        this.#environment,
        model,
        model.byteLength,
        sessionOptions,
        slot,
      );
      return new CApiSession(this, slot[0]!, signature, kept);
    } finally {
      for (const value of values) this.release("ReleaseValue", value);
      this.release("ReleaseSessionOptions", sessionOptions);
    }
  }
}

class CApiSession implements Session {
  readonly #api: CApi;
  readonly #inputNames: NameArray;
  readonly #outputNames: NameArray;
  /** Arrays in memory whose bytes the session uses as its weights: they live as long as it does. */
  readonly weights: HostArray[];
  #pointer: Pointer | null;

  constructor(api: CApi, pointer: Pointer, signature: SessionSignature, weights: readonly HostArray[]) {
    this.#api = api;
    this.#pointer = pointer;
    this.#inputNames = new NameArray(api.koffi, signature.inputs);
    this.#outputNames = new NameArray(api.koffi, signature.outputs);
    this.weights = [...weights];
    leaked.register(this, () => api.release("ReleaseSession", pointer), this);
  }

  async run(inputs: readonly HostArray[], outputs: readonly (HostArray | null)[]): Promise<HostArray[]> {
    if (this.#pointer === null) {
      throw new TransformersError(
        "RELEASED",
        "this session was released; a model cannot be called after release()",
      );
    }
    const api = this.#api;
    const pointers: Pointer[] = [];
    const wrap = (array: HostArray) => {
      const pointer = api.createTensor(array);
      pointers.push(pointer);
      return pointer;
    };
    let outputValues: BigUint64Array | undefined;
    try {
      const inputValues = pointerArray(inputs.map(wrap));
      outputValues = pointerArray(outputs.map((array) => (array === null ? 0n : wrap(array))));
      await api.callAsync(
        "Run",
        this.#pointer,
        null,
        this.#inputNames.pointers,
        inputValues,
        inputs.length,
        this.#outputNames.pointers,
        outputs.length,
        outputValues,
      );
      const allocated = outputValues;
      return outputs.map((array, i) => array ?? api.readTensor(allocated[i]!));
    } finally {
      for (const pointer of pointers) api.release("ReleaseValue", pointer);
      outputs.forEach((array, i) => {
        const value = outputValues?.[i];
        if (array === null && value) api.release("ReleaseValue", value);
      });
    }
  }

  release(): void {
    if (this.#pointer === null) return;
    leaked.unregister(this);
    this.#api.release("ReleaseSession", this.#pointer);
    this.#pointer = null;
    this.weights.length = 0;
  }
}

/** Releases the native session of an object that was collected without `release()`: a safety net. */
const leaked = new FinalizationRegistry<() => void>((release) => release());

/** Loads the FFI and the library. Throws `RUNTIME_UNAVAILABLE` where either is missing. */
export async function loadCApiRuntime(threads: number): Promise<Runtime> {
  const { default: koffi } = await import("koffi");
  const api = new CApi(koffi, threads);
  return {
    name: "onnxruntime C API",
    createSession: (model, signature, options = {}) => api.createSession(model, signature, options),
  };
}
