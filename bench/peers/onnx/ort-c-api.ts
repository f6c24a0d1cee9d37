import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import koffi from "koffi";
import type { ElementType } from "./onnx-graph.js";

// ONNX Runtime's C API (onnxruntime_c_api.h) on the library that onnxruntime-node ships. A function is
// found by its place in the table of OrtApi, which never changes.

const API_VERSION = 22;
const LOG_LEVEL_ERROR = 3;
const ELEMENT_TYPES: Readonly<Partial<Record<ElementType, number>>> = { float: 1, int64: 7 };

type Handle = bigint;
type Function = (...args: unknown[]) => unknown;

/** Memory that ONNX Runtime reads or writes in place; it must own an ArrayBuffer and stay alive. */
export interface BoundTensor {
  readonly type: "float" | "int64";
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** A session whose inputs and outputs are bound once; an output may be the very memory of an input. */
export class BoundSession {
  readonly #run: () => Promise<void>;

  constructor(
    model: Uint8Array,
    threads: number,
    inputs: Readonly<Record<string, BoundTensor>>,
    outputs: Readonly<Record<string, BoundTensor>>,
  ) {
    const api = loadApi();
    const status = (error: unknown) => {
      if (error) throw new Error(api.getErrorMessage(error) as string);
    };
    const create = (make: (out: BigUint64Array) => unknown): Handle => {
      const out = new BigUint64Array(new ArrayBuffer(64), 0, 1);
      status(make(out));
      return out[0]!;
    };
    const env = create((out) => api.createEnv(LOG_LEVEL_ERROR, "bench", out));
    const options = create((out) => api.createSessionOptions(out));
    status(api.setIntraOpNumThreads(options, threads));
    const session = create((out) => api.createSessionFromArray(env, model, model.length, options, out));
    const memory = create((out) => api.createCpuMemoryInfo(1, 0, out));

    const bind = ({ type, shape, data }: BoundTensor): Handle => {
      const dims = new BigInt64Array(new ArrayBuffer(64), 0, shape.length);
      for (const [axis, dim] of shape.entries()) dims[axis] = BigInt(dim);
      return create((out) =>
        api.createTensorWithData(memory, data, data.byteLength, dims, shape.length, ELEMENT_TYPES[type], out),
      );
    };
    const inputNames = Object.keys(inputs);
    const outputNames = Object.keys(outputs);
    const inputHandles = BigUint64Array.from(Object.values(inputs), bind);
    const outputHandles = BigUint64Array.from(Object.values(outputs), bind);
    const alive = [inputs, outputs];
    this.#run = () =>
      new Promise<void>((resolve, reject) => {
        api.run.async(
          session,
          null,
          inputNames,
          inputHandles,
          inputNames.length,
          outputNames,
          outputNames.length,
          outputHandles,
          (failure: Error | null, error: unknown) => {
            void alive; // the memory lives as long as the session can run
            if (failure) reject(failure);
            else if (error) reject(new Error(api.getErrorMessage(error) as string));
            else resolve();
          },
        );
      });
  }

  /** One run, on a thread of its own. */
  run(): Promise<void> {
    return this.#run();
  }
}

/** Zeros in memory that never moves, however small. */
export function pinnedFloats(length: number): Float32Array {
  return new Float32Array(new ArrayBuffer(Math.max(64, length * 4)), 0, length);
}

function loadApi() {
  const library = koffi.load(libraryPath());
  const base = library.func("void *OrtGetApiBase()")();
  const table = koffi.call(koffi.decode(base, 0, "void *"), koffi.proto("void *(uint32_t)"), API_VERSION);
  const entry = (index: number, signature: string) =>
    koffi.decode(koffi.decode(table, index * 8, "void *"), koffi.proto(signature)) as Function & {
      async: Function;
    };
  return {
    getErrorMessage: entry(2, "const char *(void *)"),
    createEnv: entry(3, "void *(int, const char *, void *)"),
    createSessionFromArray: entry(8, "void *(void *, void *, size_t, void *, void *)"),
    run: entry(9, "void *(void *, void *, const char **, void *, size_t, const char **, size_t, void *)"),
    createSessionOptions: entry(10, "void *(void *)"),
    setIntraOpNumThreads: entry(24, "void *(void *, int)"),
    createTensorWithData: entry(49, "void *(void *, void *, size_t, void *, size_t, int, void *)"),
    createCpuMemoryInfo: entry(69, "void *(int, int, void *)"),
  };
}

function libraryPath(): string {
  const root = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  const folder = join(root, "bin/napi-v6", process.platform, process.arch);
  const name = readdirSync(folder).find((file) => /^(lib)?onnxruntime\.(.*\.)?(so|dylib|dll)/.test(file));
  if (name === undefined) throw new Error(`no ONNX Runtime library in ${folder}`);
  return join(folder, name);
}
