import { availableParallelism } from "node:os";
import { TransformersError } from "../errors.js";
import type { DType, TypedArray } from "./dtype.js";
import type { Device, DeviceArray, HostArray, Runtime, SessionOptions, SessionSignature } from "./types.js";

function copyInto(target: HostArray, source: ArrayBufferView): void {
  const { data } = target;
  if (data.byteLength !== source.byteLength) {
    throw new TransformersError(
      "RUNTIME_FAILED",
      `an output has ${source.byteLength} bytes, expected ${data.byteLength}`,
    );
  }
  const bytes = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  bytes(data).set(bytes(source));
}

/**
 * onnxruntime-node's own binding: the way where the FFI cannot load. It copies every output and blocks the
 * calling thread while it runs; results are the same.
 */
export async function loadBindingRuntime(threads: number): Promise<Runtime> {
  const { InferenceSession, Tensor } = await import("onnxruntime-node");

  async function createSession(model: Uint8Array, signature: SessionSignature, options: SessionOptions = {}) {
    const { device = "cpu" } = options;
    if (device !== "cpu") throw unavailable(device);
    const sessionConfig: Record<string, string> = {};
    if (options.weightsFolder !== undefined) {
      sessionConfig.model_external_initializers_file_folder_path = options.weightsFolder;
    }
    if (options.prepack === false) sessionConfig.disable_prepacking = "1";
    const session = await InferenceSession.create(model, {
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      extra: { session: sessionConfig },
      graphOptimizationLevel: options.optimize === false ? "disabled" : "all",
      externalData: externalData(options),
    });
    return {
      async run(
        inputs: readonly (HostArray | DeviceArray)[],
        outputs: readonly (HostArray | null)[],
      ): Promise<HostArray[]> {
        const feeds = Object.fromEntries(
          inputs.map((input, i) => {
            if (!("data" in input)) throw unavailable(input.device);
            const { dtype, data, dims } = input;
            const feed = new Tensor(dtype as "float32", data as Float32Array, dims);
            return [signature.inputs[i]!, feed];
          }),
        );
        const results = await session.run(feeds, [...signature.outputs]);
        return outputs.map((target, i) => {
          const result = results[signature.outputs[i]!]!;
          if (target === null) {
            return { dtype: result.type as DType, dims: result.dims, data: result.data as TypedArray };
          }
          copyInto(target, result.data as TypedArray);
          return target;
        });
      },
      release() {
        void session.release();
      },
    };
  }
  return {
    name: "onnxruntime-node",
    host: "cpu",
    threads: threads || availableParallelism(),
    upload: async (_, device) => {
      throw unavailable(device);
    },
    createSession,
  };
}

function unavailable(device: Device): TransformersError {
  return new TransformersError(
    "DEVICE_UNAVAILABLE",
    `device "${device}" needs ONNX Runtime's C API, which is reached through koffi: install koffi (npm install koffi), and leave configureRuntime({ engine: "binding" }) out`,
  );
}

/** Weights in memory become files in memory: one for each weight, named as the model names it. */
function externalData(options: SessionOptions) {
  return [...(options.weights ?? [])].map(([name, { data }]) => ({
    path: name,
    data: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  }));
}
