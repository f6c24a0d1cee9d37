import { TransformersError } from "../errors.js";
import type { Device, Runtime, RuntimeSettings } from "./types.js";
import { WebEngine } from "./web-engine.js";

// onnxruntime-web: what index.ts stands for in browsers.

/** The device of host memory. */
export const hostDevice: Device = "wasm";

let settings: RuntimeSettings = {};
/** One for each device, started when it is first needed: they are WebAssembly modules of their own. */
const engines = new Map<WebDevice, Promise<WebEngine>>();

interface PageGlobals {
  readonly crossOriginIsolated: boolean;
  readonly navigator: { readonly hardwareConcurrency: number };
}

type WebDevice = "wasm" | "webgpu";

const runtime: Runtime = {
  name: "onnxruntime-web",
  host: hostDevice,
  get threads() {
    // As onnxruntime-web counts them.
    const { crossOriginIsolated: isShared, navigator } = globalThis as Partial<PageGlobals>;
    const cores = navigator?.hardwareConcurrency ?? 1;
    return settings.threads || (isShared ? Math.min(4, Math.ceil(cores / 2)) : 1);
  },
  async upload(array, device) {
    if (known(device) === "wasm") {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `an array in host memory is on the device "${device}" already; there is nothing to upload`,
      );
    }
    return (await engine(device)).upload(array);
  },
  async createSession(model, signature, options = {}) {
    return (await engine(options.device ?? "wasm")).createSession(model, signature, options);
  },
};

/**
 * Sets how ONNX Runtime is started. Throws `INVALID_ARGUMENT` once it has been, `UNSUPPORTED` for a setting that a
 * browser, or this page, does not have.
 */
export function configureRuntime(next: RuntimeSettings): void {
  if (engines.size > 0) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      "configureRuntime() must come before the first computation",
    );
  }
  if (next.engine !== undefined) {
    throw new TransformersError(
      "UNSUPPORTED",
      "configureRuntime: engine is a setting of Node; in browsers there is onnxruntime-web alone, leave it out",
    );
  }
  if (
    next.threads !== undefined &&
    next.threads > 1 &&
    !(globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated
  ) {
    throw new TransformersError(
      "UNSUPPORTED",
      `configureRuntime: ${next.threads} threads need a page that is cross-origin isolated: serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or leave threads out`,
    );
  }
  settings = { ...settings, ...next };
}

/** ONNX Runtime; each device's engine is loaded when it is first needed. */
export async function getRuntime(): Promise<Runtime> {
  return runtime;
}

function engine(device: Device): Promise<WebEngine> {
  const name = known(device);
  let found = engines.get(name);
  if (found === undefined) {
    found = WebEngine.start(name, settings);
    engines.set(name, found);
    found.catch(() => engines.delete(name));
  }
  return found;
}

function known(device: Device): WebDevice {
  if (device === "cpu" || device === "wasm") return "wasm";
  if (device === "webgpu") return device;
  throw new TransformersError(
    "DEVICE_UNAVAILABLE",
    `device "${device}": there is none in browsers; the devices are "wasm" (which "cpu" means too) and "webgpu"`,
  );
}
