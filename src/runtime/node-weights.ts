import { closeSync, existsSync, fstatSync, openSync } from "node:fs";
import path from "node:path";
import type Koffi from "koffi";
import { type CApi, type Pointer, pointerSlot } from "./node-c-api.js";
import type { SessionOptions, SharedWeights } from "./types.js";

/**
 * What the sessions of one model have in common: the container in which ONNX Runtime keeps weights rearranged for
 * speed, and the files that they lie in, mapped into memory. Each session would otherwise hold its own copy of both.
 */
export class WeightStore implements SharedWeights {
  readonly container: Pointer;
  readonly #api: CApi;
  readonly #files = new Map<string, MappedFile | null>();
  /** Sessions, and who made the store. */
  #users = 1;
  #released = false;

  constructor(api: CApi) {
    this.#api = api;
    this.container = api.create("CreatePrepackedWeightsContainer");
  }

  /**
   * Lets a session that is made with these options use weights where they lie. Gives what has to be released when it
   * has been made.
   */
  offer(sessionOptions: Pointer, { weights, fileWeights, weightsFolder }: SessionOptions): Pointer[] {
    const api = this.#api;
    const values: Pointer[] = [];
    const add = (name: string, value: Pointer) => {
      values.push(value);
      api.call("AddInitializer", sessionOptions, name, value);
    };
    for (const [name, array] of weights ?? []) add(name, api.createTensor(array));
    for (const [name, { file, dtype, dims, offset, length }] of fileWeights ?? []) {
      const mapped = this.#map(path.join(weightsFolder ?? "", file));
      if (mapped !== null)
        add(name, api.createTensorAt(mapped.address + BigInt(offset), length, { dtype, dims }));
    }
    return values;
  }

  /**
   * Runs what rearranges weights. Where they lie they are not read any more then: those pages may go, and come back if
   * they are needed. They go while it is under way, lest all weights be in memory twice for a moment.
   */
  async droppingPages<T>(rearrange: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => this.#dropPages(), 20);
    try {
      return await rearrange();
    } finally {
      clearInterval(timer);
      this.#dropPages();
    }
  }

  #dropPages(): void {
    for (const file of this.#files.values()) file?.dropPages();
  }

  /** Keeps the store as long as a session uses it. */
  enter(): void {
    this.#users++;
  }

  /** The pages that the session has read may go: those that others read come back. */
  leave(): void {
    if (--this.#users > 0) {
      this.#dropPages();
      return;
    }
    this.#api.release("ReleasePrepackedWeightsContainer", this.container);
    for (const file of this.#files.values()) file?.unmap();
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.leave();
  }

  #map(file: string): MappedFile | null {
    let mapped = this.#files.get(file);
    if (mapped === undefined) {
      mapped = MappedFile.open(this.#api.koffi, file);
      this.#files.set(file, mapped);
    }
    return mapped;
  }
}

// Of <sys/mman.h>, the same on Linux and macOS.
const readable = 1;
const privately = 2;
const notNeeded = 4;
const failed = 2n ** 64n - 1n;

type NativeCall = (...args: unknown[]) => unknown;

interface MemoryMapping {
  readonly mmap: NativeCall;
  readonly munmap: NativeCall;
  readonly madvise: NativeCall;
}

let mapping: MemoryMapping | null | undefined;

/** The C library's calls, or null where it has none such (Windows): sessions then map files by themselves. */
function memoryMapping(koffi: typeof Koffi): MemoryMapping | null {
  if (mapping !== undefined) return mapping;
  try {
    const library = koffi.load(null);
    mapping = {
      mmap: library.func("void *mmap(void *, size_t, int, int, int, int64_t)"),
      munmap: library.func("int munmap(void *, size_t)"),
      madvise: library.func("int madvise(void *, size_t, int)"),
    };
  } catch {
    mapping = null;
  }
  return mapping;
}

/** A file in memory, read by the system where it is touched. */
class MappedFile {
  private constructor(
    readonly address: bigint,
    private readonly length: number,
    private readonly calls: MemoryMapping,
  ) {}

  /** Null where it cannot be mapped; what is wrong with it ONNX Runtime then says, which reads it itself. */
  static open(koffi: typeof Koffi, file: string): MappedFile | null {
    const calls = memoryMapping(koffi);
    if (calls === null || !existsSync(file)) return null;
    const descriptor = openSync(file, "r");
    try {
      const { size } = fstatSync(descriptor);
      const address = BigInt(calls.mmap(null, size, readable, privately, descriptor, 0) as bigint);
      return address === 0n || address === failed ? null : new MappedFile(address, size, calls);
    } finally {
      closeSync(descriptor);
    }
  }

  dropPages(): void {
    this.calls.madvise(this.address, this.length, notNeeded);
  }

  unmap(): void {
    this.calls.munmap(this.address, this.length);
  }
}

/** Compiles a model with options that are ready; `store` is what it shares with others. */
export async function createSessionPointer(
  api: CApi,
  model: Uint8Array,
  sessionOptions: Pointer,
  store: WeightStore | null,
): Promise<Pointer> {
  const slot = pointerSlot();
  const [name, last] =
    store === null
      ? (["CreateSessionFromArray", []] as const)
      : (["CreateSessionFromArrayWithPrepackedWeightsContainer", [store.container]] as const);
  await api.callAsync(name, api.environment, model, model.byteLength, sessionOptions, ...last, slot);
  return slot[0]!;
}
