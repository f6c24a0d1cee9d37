import type { DType, TypedArray } from "./dtype.js";

/** A dense array in host memory: row-major elements and their sizes. */
export interface HostArray {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: TypedArray;
}

/**
 * Where tensors lie and are computed: "cpu" is the processor and its memory, which in browsers goes by the name
 * "wasm" (there "cpu" means the same); "webgpu" and "cuda" have memory of their own.
 */
export type Device = "cpu" | "wasm" | "webgpu" | "cuda";

/** A dense array in the memory of a device of its own, as an upload or a session left it there. */
export interface DeviceArray {
  readonly device: Device;
  readonly dtype: DType;
  readonly dims: readonly number[];
  /** Copies the elements to host memory. Throws `RELEASED` after `release()`. */
  download(): Promise<HostArray>;
  /** Frees the memory; a second call does nothing. A finalizer frees what is forgotten. */
  release(): void;
}

/** A weight of a model that the session takes as a constant: bytes in memory under the initializer's name. */
export type MemoryWeights = ReadonlyMap<string, HostArray>;

/** Nodes of a model, by name, that a device may have to leave to the processor. */
export interface Placement {
  /** Those that the device's kernels cannot compute. */
  readonly onProcessor: readonly string[];
  /** Those that read or give float16, which some graphics processors lack. */
  readonly inFloat16: readonly string[];
}

/** A weight of a model that lies in a file of the session's `weightsFolder`. */
export interface FileWeight {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** What the sessions of one model have in common, so that weights are in memory once. */
export interface SharedWeights {
  /** Gives it up; it is freed with the last session that was made with it. */
  release(): void;
}

export interface SessionOptions {
  /** Where the session runs. Default: the host's processor. Throws `DEVICE_UNAVAILABLE` where it is missing. */
  readonly device?: Device;
  /** Folder of the files that the model names as external data; they are memory-mapped. */
  readonly weightsFolder?: string;
  /** Weights that the model declares as external data but that live in memory. */
  readonly weights?: MemoryWeights;
  /** The weights that the model declares as external data in files, by the initializers' names. */
  readonly fileWeights?: ReadonlyMap<string, FileWeight>;
  /**
   * What it shares with other sessions of the same weights, made by `Runtime.shareWeights`. Weights in memory are then
   * read where they lie, not copied: they must not change while the session runs.
   */
  readonly shared?: SharedWeights;
  /** false: weights are used as they lie, which loads faster and runs small products slower. Default true. */
  readonly prepack?: boolean;
  /**
   * false: the graph is run as it is written. The session is then made in a sixth of the time and takes a fifth of
   * the memory, which pays where weights are inputs: there is little that ONNX Runtime could work out beforehand.
   * Default true.
   */
  readonly optimize?: boolean;
  /** For a device of its own: what the processor computes in its stead. Default: what the device refuses. */
  readonly placement?: Placement;
  /** Writes ONNX Runtime's own profile to a file beginning so. */
  readonly profile?: string;
}

/** One compiled graph on one device. Calls may overlap; `release` waits for nothing, so await calls first. */
export interface Session {
  /**
   * Runs the graph. `outputs[i]` is the array that output i is written to (it may be the very array of an
   * input), or null to have one allocated: in host memory by a session of the host's processor, in the device's
   * memory by one of a device. The result gives the arrays of all outputs in order. Inputs in host memory are
   * copied to the session's device; one that lies on another device is an error.
   */
  run(
    inputs: readonly (HostArray | DeviceArray)[],
    outputs: readonly (HostArray | null)[],
  ): Promise<(HostArray | DeviceArray)[]>;
  release(): void;
}

export interface SessionSignature {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** How long a node took in one run. A node goes by the name of its first result. */
export interface ProfileEvent {
  readonly node: string;
  readonly opType: string;
  readonly microseconds: number;
}

/** How ONNX Runtime is started. A setting that the platform does not have is refused. */
export interface RuntimeSettings {
  /**
   * Threads that one operator may use. Default 0: in Node one for each physical core, in browsers half of the
   * processors and at most four. A page that is not cross-origin isolated has one.
   */
  threads?: number;
  /** In Node: "c-api" through the FFI, "binding" of onnxruntime-node. Default: the first, else the second. */
  engine?: "c-api" | "binding";
  /**
   * In browsers: the URL of the folder that onnxruntime-web's .wasm and .mjs files are loaded from. Default: where
   * the bundler put them.
   */
  wasmPaths?: string;
}

export interface Runtime {
  readonly name: string;
  /** The device of host memory: "cpu" in Node, "wasm" in browsers. */
  readonly host: Device;
  /** How many threads one operator may use on the host's processor. */
  readonly threads: number;
  /** Copies an array into a device's memory. Throws `DEVICE_UNAVAILABLE`, saying why, where there is no such device. */
  upload(array: HostArray, device: Device): Promise<DeviceArray>;
  /** Compiles an ONNX ModelProto. Throws `RUNTIME_FAILED` with ONNX Runtime's own words. */
  createSession(model: Uint8Array, signature: SessionSignature, options?: SessionOptions): Promise<Session>;
  /** What sessions of the host's processor may share. Absent where each keeps its own. */
  shareWeights?(): SharedWeights;
  /** Runs `body` with a session whose nodes are timed, and gives the times of all its runs. Absent where none are had. */
  profile?(
    model: Uint8Array,
    signature: SessionSignature,
    options: SessionOptions,
    body: (session: Session) => Promise<void>,
  ): Promise<readonly ProfileEvent[]>;
}
