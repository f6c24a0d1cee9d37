import { availableParallelism } from "node:os";
import { TransformersError } from "../errors.js";
import { CApi } from "./node-c-api.js";
import { NativeDevice } from "./node-device.js";
import { profileSession } from "./node-profile.js";
import { createNativeSession, HostSession } from "./node-session.js";
import { WeightStore } from "./node-weights.js";
import type { Device, Runtime } from "./types.js";

/** Loads the FFI and the library. Throws `RUNTIME_UNAVAILABLE` where either is missing. */
export async function loadCApiRuntime(threads: number): Promise<Runtime> {
  const { default: koffi } = await import("koffi");
  const api = new CApi(koffi, threads);
  const devices = new Map<Device, Promise<NativeDevice>>();

  function deviceOf(name: Device): Promise<NativeDevice> {
    let device = devices.get(name);
    if (device === undefined) {
      device = NativeDevice.open(api, name);
      devices.set(name, device);
      device.catch(() => devices.delete(name));
    }
    return device;
  }

  const createSession: Runtime["createSession"] = async (model, signature, options = {}) => {
    const { device = "cpu" } = options;
    if (device !== "cpu") return (await deviceOf(device)).createSession(model, signature, options);
    return new HostSession(api, await createNativeSession(api, model, options, null), signature);
  };

  return {
    name: "onnxruntime C API",
    host: "cpu",
    threads: threads || availableParallelism(),
    upload: async (array, device) => {
      if (device === "cpu") {
        throw new TransformersError("INVALID_ARGUMENT", "upload: host memory is the cpu's own already");
      }
      return (await deviceOf(device)).upload(array);
    },
    createSession,
    shareWeights: () => new WeightStore(api),
    profile: (model, signature, options, body) =>
      profileSession((profile) => createSession(model, signature, { ...options, profile }), body),
  };
}
