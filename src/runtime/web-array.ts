import type { Tensor } from "onnxruntime-web";
import { TransformersError } from "../errors.js";
import { type DType, dtypes, type TypedArray } from "./dtype.js";
import type { DeviceArray, HostArray } from "./types.js";
import type { WebEngine } from "./web-engine.js";

/** What is used of WebGPU's interfaces. */
export interface GpuDevice {
  readonly lost: Promise<{ readonly message: string }>;
  readonly features: ReadonlySet<string>;
  readonly queue: {
    writeBuffer(buffer: GpuBuffer, offset: number, data: Uint8Array<ArrayBuffer>): void;
    submit(commands: readonly unknown[]): void;
  };
  createBuffer(descriptor: { size: number; usage: number }): GpuBuffer;
  createCommandEncoder(): {
    copyBufferToBuffer(from: GpuBuffer, start: number, to: GpuBuffer, target: number, size: number): void;
    finish(): unknown;
  };
}

interface GpuBuffer {
  readonly size: number;
  readonly mapState: "unmapped" | "pending" | "mapped";
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
  destroy(): void;
}

/** Bits of GPUBufferUsage. */
const usage = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, storage: 0x80 };

/** ONNX Runtime reads buffers in steps of so many bytes. */
const step = 16;

/** Dtypes that ONNX Runtime keeps in a GPU's buffers. */
const onGpu: ReadonlySet<string> = new Set([
  "float32",
  "float16",
  "int32",
  "int64",
  "uint32",
  "uint8",
  "bool",
]);

/**
 * An array of the device "webgpu": a GPU's buffer, or host memory where a buffer cannot hold it (no elements, or a
 * dtype that ONNX Runtime computes on the processor alone).
 */
export class WebGpuArray implements DeviceArray {
  readonly device = "webgpu";
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly #engine: WebEngine;
  #tensor: Tensor | null;

  private constructor(engine: WebEngine, tensor: Tensor, dtype: DType) {
    this.#engine = engine;
    this.dtype = dtype;
    this.dims = tensor.dims;
    this.#tensor = tensor;
    leaked.register(this, () => engine.free(() => tensor.dispose()), this);
  }

  /** Whether a GPU's buffer can hold a dtype. */
  static holds(dtype: string): boolean {
    return onGpu.has(dtype);
  }

  /** An output that a session left on the device. */
  static of(engine: WebEngine, tensor: Tensor): WebGpuArray {
    return new WebGpuArray(engine, tensor, tensor.type as DType);
  }

  static upload(engine: WebEngine, array: HostArray): WebGpuArray {
    const { dtype, dims, data } = array;
    if (!WebGpuArray.holds(dtype) || data.length === 0) {
      return new WebGpuArray(engine, hostTensor(engine, { dtype, dims, data: data.slice() }), dtype);
    }
    const size = Math.ceil(data.byteLength / step) * step;
    const buffer = engine.gpu!.createBuffer({
      size,
      usage: usage.storage | usage.copySource | usage.copyTarget,
    });
    const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    const whole = bytes.byteLength % 4 === 0;
    const padded = whole ? bytes : new Uint8Array(size);
    if (!whole) padded.set(bytes);
    engine.gpu!.queue.writeBuffer(buffer, 0, padded);
    const tensor = engine.ort.Tensor.fromGpuBuffer(buffer, {
      dataType: dtype as "float32",
      dims,
      dispose: () => buffer.destroy(),
    });
    return new WebGpuArray(engine, tensor as Tensor, dtype);
  }

  /** What a session of the engine takes. Throws `RELEASED`. */
  get tensor(): Tensor {
    if (this.#tensor !== null) return this.#tensor;
    throw new TransformersError(
      "RELEASED",
      `this ${this.dtype} array of shape [${this.dims.join(", ")}] on webgpu was released`,
    );
  }

  download(): Promise<HostArray> {
    const { tensor } = this;
    return this.#engine.enqueue(() => readTensor(this.#engine, tensor));
  }

  release(): void {
    const tensor = this.#tensor;
    if (tensor === null) return;
    this.#tensor = null;
    leaked.unregister(this);
    this.#engine.free(() => tensor.dispose());
  }
}

/** Frees the buffer of an array that was collected without `release()`: a safety net. */
const leaked = new FinalizationRegistry<() => void>((release) => release());

/** An array as ONNX Runtime takes it. Throws `UNSUPPORTED` for bfloat16. */
export function hostTensor({ ort }: WebEngine, { dtype, dims, data }: HostArray): Tensor {
  if (dtype === "bfloat16") throw noBfloat16();
  const { buffer, byteOffset, byteLength } = data;
  const elements = dtype === "int4" ? new Int8Array(buffer as ArrayBuffer, byteOffset, byteLength) : data;
  return new ort.Tensor(dtype as "float32", elements as Float32Array, dims);
}

/** onnxruntime-web has no name for bfloat16: there are such weights of a model, but no such inputs and outputs. */
export function noBfloat16(cause?: unknown): TransformersError {
  return new TransformersError(
    "UNSUPPORTED",
    'onnxruntime-web takes and gives no bfloat16 arrays; compute in another dtype, with .to("float32")',
    { cause },
  );
}

/** The elements of what ONNX Runtime gave, in host memory; 16-bit floats as their bits. */
export async function readTensor(engine: WebEngine, tensor: Tensor): Promise<HostArray> {
  const dtype = tensor.type as DType;
  const { array, bytes } = dtypes[dtype];
  const length = Math.ceil(tensor.dims.reduce((product, dim) => product * dim, bytes));
  const count = length / array.BYTES_PER_ELEMENT;
  if (tensor.location !== "gpu-buffer") {
    const data = tensor.data as TypedArray;
    return { dtype, dims: tensor.dims, data: new array(data.buffer, data.byteOffset, count) };
  }
  const gpu = engine.gpu!;
  const size = Math.ceil(length / step) * step;
  const staging = gpu.createBuffer({ size, usage: usage.mapRead | usage.copyTarget });
  try {
    const encoder = gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(tensor.gpuBuffer as GpuBuffer, 0, staging, 0, size);
    gpu.queue.submit([encoder.finish()]);
    await staging.mapAsync(1); // GPUMapMode.READ
    return { dtype, dims: tensor.dims, data: new array(staging.getMappedRange().slice(0, length)) };
  } finally {
    staging.destroy();
  }
}
