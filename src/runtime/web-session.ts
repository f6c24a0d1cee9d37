import type { InferenceSession, Tensor } from "onnxruntime-web";
import { TransformersError } from "../errors.js";
import type { DeviceArray, HostArray, Session, SessionSignature } from "./types.js";
import { hostTensor, readTensor, WebGpuArray } from "./web-array.js";
import { failure, type WebEngine } from "./web-engine.js";

/** A session of onnxruntime-web. */
export class WebSession implements Session {
  readonly #engine: WebEngine;
  readonly #signature: SessionSignature;
  #session: InferenceSession | null;

  constructor(engine: WebEngine, session: InferenceSession, signature: SessionSignature) {
    this.#engine = engine;
    this.#session = session;
    this.#signature = signature;
    leaked.register(this, () => engine.free(() => session.release()), this);
  }

  async run(
    inputs: readonly (HostArray | DeviceArray)[],
    outputs: readonly (HostArray | null)[],
  ): Promise<(HostArray | DeviceArray)[]> {
    const session = this.#session;
    if (session === null) {
      throw new TransformersError(
        "RELEASED",
        "this session was released; a model cannot be called after release()",
      );
    }
    const names = this.#signature.outputs;
    const feeds = Object.fromEntries(
      inputs.map((array, i) => [this.#signature.inputs[i]!, this.#feed(array)]),
    );
    return this.#engine.enqueue(async () => {
      let results: Readonly<Record<string, Tensor>>;
      try {
        results = (await session.run(feeds, names)) as Record<string, Tensor>;
      } catch (reason) {
        throw failure(reason);
      }
      return Promise.all(outputs.map((target, i) => this.#take(results[names[i]!]!, target)));
    });
  }

  #feed(array: HostArray | DeviceArray): Tensor {
    if ("data" in array) return hostTensor(this.#engine, array);
    if (array instanceof WebGpuArray && this.#engine.device === "webgpu") return array.tensor;
    throw new TransformersError(
      "DEVICE_MISMATCH",
      `an input lies on ${array.device}, the session runs on ${this.#engine.device}; download() it first`,
    );
  }

  async #take(result: Tensor, target: HostArray | null): Promise<HostArray | DeviceArray> {
    if (target === null) {
      if (this.#engine.device === "webgpu") return WebGpuArray.of(this.#engine, result);
      return readTensor(this.#engine, result);
    }
    const { data } = await readTensor(this.#engine, result);
    result.dispose();
    if (data.byteLength !== target.data.byteLength) {
      throw new TransformersError(
        "RUNTIME_FAILED",
        `an output has ${data.byteLength} bytes, expected ${target.data.byteLength}`,
      );
    }
    (target.data as Uint8Array).set(data as Uint8Array);
    return target;
  }

  release(): void {
    const session = this.#session;
    if (session === null) return;
    this.#session = null;
    leaked.unregister(this);
    this.#engine.free(() => session.release());
  }
}

/** Releases the session of an object that was collected without `release()`: a safety net. */
const leaked = new FinalizationRegistry<() => void>((release) => release());
