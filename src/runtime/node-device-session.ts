import { TransformersError } from "../errors.js";
import { type DType, dtypes } from "./dtype.js";
import { type CApi, type Pointer, pointerSlot } from "./node-c-api.js";
import type { NativeDevice } from "./node-device.js";
import { type NativeSession, sessionReleased } from "./node-session.js";
import type { Device, DeviceArray, HostArray, Session, SessionSignature } from "./types.js";

/**
 * Something native that is freed, in the device's queue, once it was released and nobody holds it any more, or once
 * it was collected.
 */
class NativeObject {
  readonly #device: NativeDevice;
  readonly #pointer: Pointer;
  readonly #free: () => void;
  #holders = 0;
  #state: "alive" | "released" | "freed" = "alive";

  constructor(device: NativeDevice, pointer: Pointer, free: () => void) {
    this.#device = device;
    this.#pointer = pointer;
    this.#free = free;
    leaked.register(this, () => void device.enqueue(free), this);
  }

  get isReleased(): boolean {
    return this.#state !== "alive";
  }

  /** Its pointer, which stays valid until `letGo()`. */
  hold(): Pointer {
    this.#holders++;
    return this.#pointer;
  }

  letGo(): void {
    this.#holders--;
    this.#freeIfUnused();
  }

  release(): void {
    if (this.#state === "alive") this.#state = "released";
    this.#freeIfUnused();
  }

  #freeIfUnused(): void {
    if (this.#state !== "released" || this.#holders > 0) return;
    this.#state = "freed";
    leaked.unregister(this);
    void this.#device.enqueue(this.#free);
  }
}

/**
 * The collector does not see what a device's arrays hold, and would let forgotten ones lie. When a good deal more is
 * held than the last time, a buffer that nobody ever touches is made and dropped: it costs no memory, but the
 * collector counts it and soon runs.
 */
const pressure = {
  held: 0,
  before: 0,
  add(bytes: number): void {
    this.held += bytes;
    if (this.held < this.before * 1.5 + pressureStep) return;
    this.before = this.held;
    new ArrayBuffer(pressureStep);
  },
  remove(bytes: number): void {
    this.held -= bytes;
    this.before = Math.min(this.before, this.held);
  },
};
const pressureStep = 2 ** 26;

/** Frees what was collected without `release()`: a safety net. */
const leaked = new FinalizationRegistry<() => void>((free) => free());

/** An array in a device's memory: an OrtValue, and the session whose memory it is in, which it keeps. */
export class NativeArray implements DeviceArray {
  readonly device: Device;
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly #owner: NativeDevice;
  readonly #value: NativeObject;

  constructor(owner: NativeDevice, api: CApi, pointer: Pointer, session: NativeObject) {
    this.#owner = owner;
    this.device = owner.name;
    const { dtype, dims } = api.typeOf(pointer);
    this.dtype = dtype;
    this.dims = dims;
    const bytes = dims.reduce((product, dim) => product * dim, dtypes[dtype].bytes);
    session.hold();
    pressure.add(bytes);
    this.#value = new NativeObject(owner, pointer, () => {
      api.release("ReleaseValue", pointer);
      session.letGo();
      pressure.remove(bytes);
    });
  }

  /** The OrtValue, which stays until `letGo()`. Throws `RELEASED`. */
  hold(): Pointer {
    if (this.#value.isReleased) {
      throw new TransformersError(
        "RELEASED",
        `this ${this.dtype}[${this.dims.join(", ")}] on ${this.device} was released; its elements are gone`,
      );
    }
    return this.#value.hold();
  }

  letGo(): void {
    this.#value.letGo();
  }

  async download(): Promise<HostArray> {
    return this.#owner.download(this);
  }

  release(): void {
    this.#value.release();
  }
}

/** A session of a device. Its results stay there unless they are given a place in host memory. */
export class DeviceSession implements Session {
  readonly #api: CApi;
  readonly #device: NativeDevice;
  readonly #signature: SessionSignature;
  readonly #session: NativeObject;

  constructor(
    api: CApi,
    device: NativeDevice,
    { pointer, weights }: NativeSession,
    signature: SessionSignature,
  ) {
    this.#api = api;
    this.#device = device;
    this.#signature = signature;
    const kept = { weights }; // whose bytes the session uses as long as it lives
    this.#session = new NativeObject(device, pointer, () => {
      api.release("ReleaseSession", pointer);
      kept.weights = [];
    });
  }

  async run(
    inputs: readonly (HostArray | DeviceArray)[],
    outputs: readonly (HostArray | null)[],
  ): Promise<(HostArray | DeviceArray)[]> {
    const held: NativeArray[] = [];
    try {
      const feeds = inputs.map((input) => {
        if ("data" in input) return input;
        const array = this.#own(input);
        const value = array.hold();
        held.push(array);
        return value;
      });
      return await this.execute(feeds, outputs);
    } finally {
      for (const array of held) array.letGo();
    }
  }

  /** The same on OrtValues that somebody holds. */
  async execute(
    feeds: readonly (HostArray | Pointer)[],
    outputs: readonly (HostArray | null)[],
  ): Promise<(HostArray | DeviceArray)[]> {
    if (this.#session.isReleased) throw sessionReleased();
    const session = this.#session.hold();
    try {
      const results = await this.#device.enqueue(() => this.#run(session, feeds, outputs));
      await this.#device.keepPace(outputs.some((target) => target !== null));
      return results;
    } finally {
      this.#session.letGo();
    }
  }

  #own(array: DeviceArray): NativeArray {
    if (array instanceof NativeArray && array.device === this.#device.name) return array;
    throw new TransformersError(
      "DEVICE_MISMATCH",
      `a session of ${this.#device.name} was given an array that lies on ${array.device}; download() it first`,
    );
  }

  async #run(
    session: Pointer,
    feeds: readonly (HostArray | Pointer)[],
    outputs: readonly (HostArray | null)[],
  ): Promise<(HostArray | DeviceArray)[]> {
    const api = this.#api;
    const onHost: Pointer[] = [];
    const binding = api.create("CreateIoBinding", session);
    try {
      for (const [i, feed] of feeds.entries()) {
        const name = this.#signature.inputs[i]!;
        if (typeof feed === "bigint") {
          api.call("BindInput", binding, name, feed);
          continue;
        }
        const value = api.createTensor(feed);
        onHost.push(value);
        await api.callAsync("BindInput", binding, name, value); // copies the elements to the device
      }
      for (const [i, target] of outputs.entries()) {
        const name = this.#signature.outputs[i]!;
        if (target === null) {
          api.call("BindOutputToDevice", binding, name, this.#device.memoryInfo);
          continue;
        }
        const value = api.createTensor(target);
        onHost.push(value);
        api.call("BindOutput", binding, name, value);
      }
      await api.callAsync("RunWithBinding", session, null, binding);
      return this.#results(binding, outputs);
    } finally {
      api.release("ReleaseIoBinding", binding);
      for (const value of onHost) api.release("ReleaseValue", value);
    }
  }

  #results(binding: Pointer, outputs: readonly (HostArray | null)[]): (HostArray | DeviceArray)[] {
    const api = this.#api;
    const allocator = api.create("GetAllocatorWithDefaultOptions");
    const [values, count] = [pointerSlot(), pointerSlot()];
    api.call("GetBoundOutputValues", binding, allocator, values, count);
    const pointers = new BigUint64Array(api.koffi.view(values[0]!, Number(count[0]) * 8)).slice();
    api.call("AllocatorFree", allocator, values[0]!);
    return outputs.map((target, i) => {
      const pointer = pointers[i]!;
      if (target === null) return new NativeArray(this.#device, api, pointer, this.#session);
      api.release("ReleaseValue", pointer);
      return target;
    });
  }

  release(): void {
    this.#session.release();
  }
}
