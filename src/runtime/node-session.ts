import { setImmediate } from "node:timers/promises";
import { TransformersError } from "../errors.js";
import { type CApi, NameArray, type Pointer, pointerArray, sessionLogLevel } from "./node-c-api.js";
import type { NativeDevice } from "./node-device.js";
import { createSessionPointer, WeightStore } from "./node-weights.js";
import type { DeviceArray, HostArray, Session, SessionOptions, SessionSignature } from "./types.js";

/** A session as the C API made it, and the arrays in memory whose bytes it uses as its weights. */
export interface NativeSession {
  readonly pointer: Pointer;
  readonly weights: readonly HostArray[];
  readonly store: WeightStore | null;
}

/** Compiles a model, on the host's processor unless a device is given. */
export async function createNativeSession(
  api: CApi,
  model: Uint8Array,
  options: SessionOptions,
  device: NativeDevice | null,
): Promise<NativeSession> {
  const sessionOptions = api.create("CreateSessionOptions");
  const store = options.shared instanceof WeightStore ? options.shared : null;
  const kept: HostArray[] = [];
  const values: Pointer[] = [];
  try {
    api.call("DisablePerSessionThreads", sessionOptions);
    api.call("SetSessionLogSeverityLevel", sessionOptions, sessionLogLevel);
    const configure = (key: string, value: string) =>
      api.call("AddSessionConfigEntry", sessionOptions, key, value);
    configure("session.use_env_allocators", "1");
    configure("session.use_device_allocator_for_initializers", "1");
    if (options.weightsFolder !== undefined) {
      configure("session.model_external_initializers_file_folder_path", options.weightsFolder);
    }
    if (options.prepack === false) configure("session.disable_prepacking", "1");
    if (options.optimize === false) api.call("SetSessionGraphOptimizationLevel", sessionOptions, 0);
    if (options.profile !== undefined) api.call("EnableProfiling", sessionOptions, options.profile);
    device?.append(sessionOptions, options.placement);
    const weights = [...(options.weights ?? [])];
    if (weights.length > 0) {
      const names = new NameArray(
        api.koffi,
        weights.map(([name]) => name),
      );
      for (const [, array] of weights) {
        kept.push(array);
        values.push(api.createTensor(array));
      }
      api.call(
        "AddExternalInitializers",
        sessionOptions,
        names.pointers,
        pointerArray(values),
        weights.length,
      );
    }
    if (store !== null) values.push(...store.offer(sessionOptions, options));
    store?.enter();
    try {
      const create = () => createSessionPointer(api, model, sessionOptions, store);
      const pointer = await (options.prepack === false || store === null
        ? create()
        : store.droppingPages(create));
      return { pointer, weights: kept, store };
    } catch (reason) {
      store?.leave();
      throw reason;
    }
  } finally {
    for (const value of values) api.release("ReleaseValue", value);
    api.release("ReleaseSessionOptions", sessionOptions);
  }
}

export function sessionReleased(): TransformersError {
  return new TransformersError(
    "RELEASED",
    "this session was released; a model cannot be called after release()",
  );
}

/**
 * A run is made where it is called, and not on a worker, if one that was as large took less than this. In milliseconds.
 * The way to a worker and back takes a tenth; and where the processor has no core to spare for one more thread beside
 * those that compute, which wait for work at full speed, it often takes the system's share of time for a thread, 4.
 */
const shortRun = 2;

/** For how many milliseconds such runs, one after the other, may keep the program's other events waiting. */
const longestHold = 4;

/** Since when they do; null where the program has seen to its other events after the last of them. */
let heldSince: number | null = null;

/** Waits until one more may be made. */
async function hold(): Promise<void> {
  if (heldSince !== null && performance.now() - heldSince > longestHold) await setImmediate();
  if (heldSince !== null) return;
  heldSince = performance.now();
  void setImmediate().then(() => {
    heldSince = null;
  });
}

/** A session of the host's processor: it reads and writes the very arrays that it is given. */
export class HostSession implements Session {
  readonly #api: CApi;
  readonly #inputNames: NameArray;
  readonly #outputNames: NameArray;
  /** They live as long as the session does. */
  readonly weights: HostArray[];
  readonly #store: WeightStore | null;
  #pointer: Pointer | null;
  /** Bytes that went through the last run, and how long it took in milliseconds. */
  #last = { bytes: 0, took: Number.POSITIVE_INFINITY };

  constructor(api: CApi, { pointer, weights, store }: NativeSession, signature: SessionSignature) {
    this.#api = api;
    this.#pointer = pointer;
    this.#store = store;
    this.#inputNames = new NameArray(api.koffi, signature.inputs);
    this.#outputNames = new NameArray(api.koffi, signature.outputs);
    this.weights = [...weights];
    const free = () => {
      api.release("ReleaseSession", pointer);
      store?.leave();
    };
    leaked.register(this, free, this);
  }

  async run(
    inputs: readonly (HostArray | DeviceArray)[],
    outputs: readonly (HostArray | null)[],
  ): Promise<HostArray[]> {
    if (this.#pointer === null) throw sessionReleased();
    const api = this.#api;
    const pointers: Pointer[] = [];
    let bytes = 0;
    const wrap = (array: HostArray | DeviceArray) => {
      if (!("data" in array)) {
        throw new TransformersError(
          "DEVICE_MISMATCH",
          `a session of the cpu was given an array that lies on ${array.device}; download() it first`,
        );
      }
      bytes += array.data.byteLength;
      const pointer = api.createTensor(array);
      pointers.push(pointer);
      return pointer;
    };
    let outputValues: BigUint64Array | undefined;
    running.add(inputs);
    try {
      const inputValues = pointerArray(inputs.map(wrap));
      outputValues = pointerArray(outputs.map((array) => (array === null ? 0n : wrap(array))));
      const isShort = this.#last.took < shortRun && bytes <= this.#last.bytes;
      if (isShort) await hold();
      if (this.#pointer === null) throw sessionReleased(); // while it waited
      const begin = performance.now();
      const args = [
        this.#pointer,
        null,
        this.#inputNames.pointers,
        inputValues,
        inputs.length,
        this.#outputNames.pointers,
        outputs.length,
        outputValues,
      ];
      if (isShort) api.call("Run", ...args);
      else await api.callAsync("Run", ...args);
      this.#last = { bytes, took: performance.now() - begin };
      const allocated = outputValues;
      return outputs.map((array, i) => array ?? api.readTensor(allocated[i]!));
    } finally {
      running.delete(inputs);
      for (const pointer of pointers) api.release("ReleaseValue", pointer);
      outputs.forEach((array, i) => {
        const value = outputValues?.[i];
        if (array === null && value) api.release("ReleaseValue", value);
      });
    }
  }

  release(): void {
    if (this.#pointer === null) return;
    leaked.unregister(this);
    this.#api.release("ReleaseSession", this.#pointer);
    this.#store?.leave();
    this.#pointer = null;
    this.weights.length = 0;
  }
}

/** The inputs of runs under way: nothing else may hold on to them while native code reads their memory. */
const running = new Set<readonly (HostArray | DeviceArray)[]>();

/** Releases the native session of an object that was collected without `release()`: a safety net. */
const leaked = new FinalizationRegistry<() => void>((release) => release());
