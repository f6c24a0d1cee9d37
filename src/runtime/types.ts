import type { DType, TypedArray } from "./dtype.js";

/** A dense array in host memory: row-major elements and their sizes. */
export interface HostArray {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: TypedArray;
}

/** A weight of a model that the session takes as a constant: bytes in memory under the initializer's name. */
export type MemoryWeights = ReadonlyMap<string, HostArray>;

export interface SessionOptions {
  /** Folder of the files that the model names as external data; they are memory-mapped. */
  readonly weightsFolder?: string;
  /** Weights that the model declares as external data but that live in memory. */
  readonly weights?: MemoryWeights;
  /** false: weights are used as they lie, which loads faster and runs small products slower. Default true. */
  readonly prepack?: boolean;
  /** Writes ONNX Runtime's own profile to a file beginning so. */
  readonly profile?: string;
}

/** One compiled graph on one device. Calls may overlap; `release` waits for nothing, so await calls first. */
export interface Session {
  /**
   * Runs the graph. `outputs[i]` is the array that output i is written to (it may be the very array of an
   * input), or null to have one allocated; the result gives the arrays of all outputs in order.
   */
  run(inputs: readonly HostArray[], outputs: readonly (HostArray | null)[]): Promise<HostArray[]>;
  release(): void;
}

export interface SessionSignature {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface Runtime {
  readonly name: string;
  /** Compiles an ONNX ModelProto. Throws `RUNTIME_FAILED` with ONNX Runtime's own words. */
  createSession(model: Uint8Array, signature: SessionSignature, options?: SessionOptions): Promise<Session>;
}
