import { TransformersError } from "../errors.js";
import { loadBindingRuntime } from "./node-binding.js";
import { loadCApiRuntime } from "./node-c-runtime.js";
import type { Device, Runtime, RuntimeSettings } from "./types.js";

/** The device of host memory. */
export const hostDevice: Device = "cpu";

let settings: RuntimeSettings = {};
let loading: Promise<Runtime> | null = null;

/**
 * Sets how ONNX Runtime is started. Throws `INVALID_ARGUMENT` once it has been, `UNSUPPORTED` for a setting of
 * browsers.
 */
export function configureRuntime(next: RuntimeSettings): void {
  if (next.wasmPaths !== undefined) {
    throw new TransformersError(
      "UNSUPPORTED",
      "configureRuntime: wasmPaths is a setting of browsers; in Node ONNX Runtime is a native library, leave it out",
    );
  }
  if (loading !== null) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      "configureRuntime() must come before the first computation",
    );
  }
  settings = { ...settings, ...next };
}

/** ONNX Runtime, loaded when first needed. Throws `RUNTIME_UNAVAILABLE` where it is not installed. */
export function getRuntime(): Promise<Runtime> {
  loading ??= load(settings);
  return loading;
}

async function load({ engine, threads = 0 }: RuntimeSettings): Promise<Runtime> {
  try {
    if (engine !== "binding") return await loadCApiRuntime(threads);
  } catch (reason) {
    if (engine === "c-api") throw unavailable(reason);
  }
  try {
    return await loadBindingRuntime(threads);
  } catch (reason) {
    throw unavailable(reason);
  }
}

function unavailable(reason: unknown): TransformersError {
  const words = reason instanceof Error ? reason.message : String(reason);
  return new TransformersError(
    "RUNTIME_UNAVAILABLE",
    `ONNX Runtime could not be loaded (${words}). Install it with: npm install onnxruntime-node koffi`,
    { cause: reason },
  );
}
