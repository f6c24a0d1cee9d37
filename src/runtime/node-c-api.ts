import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type Koffi from "koffi";
import { TransformersError } from "../errors.js";
import { allocate, type DType, dtypes, type TypedArray } from "./dtype.js";
import type { HostArray } from "./types.js";

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
  SetSessionLogSeverityLevel: [22, "void *(void *, int)"],
  SetSessionGraphOptimizationLevel: [23, "void *(void *, int)"],
  CreateTensorWithDataAsOrtValue: [49, "void *(void *, void *, size_t, void *, size_t, int, void *)"],
  GetTensorMutableData: [51, "void *(void *, void *)"],
  GetTensorElementType: [60, "void *(void *, void *)"],
  GetDimensionsCount: [61, "void *(void *, void *)"],
  GetDimensions: [62, "void *(void *, void *, size_t)"],
  GetTensorTypeAndShape: [65, "void *(void *, void *)"],
  CreateMemoryInfo: [68, "void *(const char *, int, int, int, void *)"],
  CreateCpuMemoryInfo: [69, "void *(int, int, void *)"],
  AllocatorFree: [76, "void *(void *, void *)"],
  GetAllocatorWithDefaultOptions: [78, "void *(void *)"],
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
  RunWithBinding: [133, "void *(void *, void *, void *)"],
  CreateIoBinding: [134, "void *(void *, void *)"],
  ReleaseIoBinding: [135, "void(void *)"],
  BindInput: [136, "void *(void *, const char *, void *)"],
  BindOutput: [137, "void *(void *, const char *, void *)"],
  BindOutputToDevice: [138, "void *(void *, const char *, void *)"],
  GetBoundOutputValues: [140, "void *(void *, void *, void *, void *)"],
  AddInitializer: [150, "void *(void *, const char *, void *)"],
  CreatePrepackedWeightsContainer: [166, "void *(void *)"],
  ReleasePrepackedWeightsContainer: [167, "void(void *)"],
  CreateSessionFromArrayWithPrepackedWeightsContainer: [
    169,
    "void *(void *, void *, size_t, void *, void *, void *)",
  ],
  CreateAndRegisterAllocator: [144, "void *(void *, void *, void *)"],
  SetGlobalIntraOpNumThreads: [147, "void *(void *, int)"],
  SessionOptionsAppendExecutionProvider_CUDA_V2: [204, "void *(void *, void *)"],
  CreateCUDAProviderOptions: [205, "void *(void *)"],
  ReleaseCUDAProviderOptions: [208, "void(void *)"],
  AddExternalInitializers: [210, "void *(void *, void *, void *, size_t)"],
  SessionOptionsAppendExecutionProvider: [216, "void *(void *, const char *, void *, void *, size_t)"],
} as const;

export type Pointer = bigint;
type NativeFunction = ((...args: unknown[]) => unknown) & {
  async: (...args: [...unknown[], (error: Error | null, result: unknown) => void]) => void;
};
type Api = { readonly [F in keyof typeof apiTable]: NativeFunction };

const warningLevel = 3; // ORT_LOGGING_LEVEL_ERROR: warnings about unused initializers help nobody
/** ORT_LOGGING_LEVEL_FATAL: what fails in a session is thrown, and need not be printed too. */
export const sessionLogLevel = 4;

const require = createRequire(import.meta.url);

/** Where onnxruntime-node keeps the libraries of this platform. */
function libraryFolder(): string {
  const packageFolder = path.dirname(require.resolve("onnxruntime-node/package.json"));
  return path.join(packageFolder, "bin", "napi-v6", process.platform, process.arch);
}

/** Whether a library lies beside ONNX Runtime's own, where it looks for those of its providers. */
export function hasLibrary(name: string): boolean {
  return existsSync(path.join(libraryFolder(), name));
}

function libraryPath(): string {
  const folder = libraryFolder();
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

/**
 * Stack of a call on a worker, as large as a thread's usually is. Shaders are compiled on it; koffi's own 128 KiB
 * overflow.
 */
export const workerStack = 8 * 2 ** 20;

/** Pointers side by side, in memory that does not move. */
export function pointerArray(pointers: readonly Pointer[]): BigUint64Array {
  const array = new BigUint64Array(new ArrayBuffer(Math.max(pointers.length, 1) * 8));
  array.set(pointers);
  return array;
}

/** Room for one pointer that the C API writes. */
export function pointerSlot(): BigUint64Array {
  return pointerArray([0n]);
}

/** Zero-terminated strings and the array of pointers to them that C functions take as `const char **`. */
export class NameArray {
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

/** Calls that run or wait for a worker at a time; koffi throws where they are more than 256. */
const mostCalls = 128;

/** The functions of the table, with their errors as exceptions, and what all sessions share. */
export class CApi {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #functions: Api;
  readonly environment: Pointer;
  readonly #memoryInfo: Pointer;
  readonly koffi: typeof Koffi;
  /** koffi unloads a library that nobody holds on to, and functions that were read from a table do not. */
  readonly library: ReturnType<typeof Koffi.load>;

  constructor(koffi: typeof Koffi, threads: number) {
    this.koffi = koffi;
    try {
      koffi.config({ ...koffi.config(), async_stack_size: workerStack });
    } catch {
      // Somebody loaded a library before: the stack keeps its size, which `hasDeepStack` tells.
    }
    this.library = koffi.load(libraryPath());
    const base = this.library.func("void *OrtGetApiBase()")();
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
    this.environment = this.create(
      "CreateEnvWithGlobalThreadPools",
      warningLevel,
      "transformers-ts",
      options,
    );
    this.#functions.ReleaseThreadingOptions(options);
    this.#memoryInfo = this.create("CreateCpuMemoryInfo", 1, 0); // arena allocator, default memory
    // One arena for all sessions: each would otherwise keep for itself the most that a run of it ever needed.
    this.call("CreateAndRegisterAllocator", this.environment, this.#memoryInfo, null);
  }

  /** Whether calls on a worker have the stack that compiling shaders takes. */
  get hasDeepStack(): boolean {
    return (this.koffi.config().async_stack_size ?? 0) >= workerStack;
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
  async callAsync(name: keyof Api, ...args: unknown[]): Promise<void> {
    if (this.#running === mostCalls) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      await new Promise<void>((resolve, reject) => {
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
    } finally {
      // Who waits takes this one's place.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
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
    return this.createTensorAt(data, data.byteLength, { dtype, dims });
  }

  /** An OrtValue over memory that outlives it. */
  createTensorAt(
    place: Pointer | TypedArray,
    byteLength: number,
    { dtype, dims }: Pick<HostArray, "dtype" | "dims">,
  ): Pointer {
    const shape = new BigInt64Array(new ArrayBuffer(Math.max(dims.length * 8, 8)));
    dims.forEach((dim, i) => {
      shape[i] = BigInt(dim);
    });
    const type = dtypes[dtype].onnx;
    return this.create(
      "CreateTensorWithDataAsOrtValue",
      this.#memoryInfo,
      place,
      byteLength,
      shape,
      dims.length,
      type,
    );
  }

  /** Copies an OrtValue that ONNX Runtime allocated, which is the way for shapes known only after the run. */
  readTensor(value: Pointer): HostArray {
    const { dtype, dims } = this.typeOf(value);
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

  /** The dtype and the sizes of an OrtValue. Throws `UNSUPPORTED` for an element type that no dtype stands for. */
  typeOf(value: Pointer): { dtype: DType; dims: number[] } {
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
    return { dtype, dims: Array.from(shape.subarray(0, Number(rank[0])), Number) };
  }
}
