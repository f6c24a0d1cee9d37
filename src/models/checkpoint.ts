import { TransformersError } from "../errors.js";
import { hasFile, readJsonObject } from "../hub/files.js";
import { readPytorchCheckpoint, readPytorchTensor } from "../hub/pytorch/index.js";
import { readSafetensorsHeader, readTensorBytes, type SafetensorsDtype } from "../hub/safetensors/index.js";
import type { CheckpointSource } from "../hub/source.js";
import { type StoredFile, storedFile } from "../hub/storage/index.js";
import {
  canonical,
  type DType,
  dtypes,
  type FileArray,
  type HostArray,
  type Tensor,
} from "../tensor/index.js";

/** The tensors of a checkpoint by name: left in their files, or in memory where files are downloaded. */
export type Checkpoint = ReadonlyMap<string, FileArray | HostArray>;

/** Which of a checkpoint's weights are read. */
export interface WeightOptions {
  /** true: safetensors or an error. false: pytorch_model.bin. Default: safetensors, and the other where there is none. */
  use_safetensors?: boolean | undefined;
  /** The variant in the files' names: "fp16" reads model.fp16.safetensors. */
  variant?: string | undefined;
}

const dtypeOfFile: Partial<Record<SafetensorsDtype, DType>> = {
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  F64: "float64",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U8: "uint8",
  BOOL: "bool",
};

/** A checkpoint is in so many files at most. */
const mostShards = 10_000;

/**
 * Reads what weights a checkpoint has, and none of their elements where the files can be mapped. Throws
 * `FILE_NOT_FOUND`, `CORRUPT_FILE`, the codes of the formats, `INVALID_ARGUMENT` for a variant that is no name.
 */
export async function openCheckpoint(
  source: CheckpointSource,
  options: WeightOptions = {},
): Promise<Checkpoint> {
  await source.require();
  const { read, names } = await weightFiles(source, options);
  const arrays = new Map<string, FileArray | HostArray>();
  for (const name of names) {
    const path = await source.find(name);
    if (path === null)
      throw new TransformersError("FILE_NOT_FOUND", `${source.name} has no ${name}, which its index names`);
    for (const [key, array] of await read(storedFile(path))) arrays.set(key, array);
  }
  return arrays;
}

/** Tensors by name as a checkpoint; what is still to be computed is. */
export async function checkpointOf(tensors: ReadonlyMap<string, Tensor>): Promise<Checkpoint> {
  const arrays = new Map<string, FileArray | HostArray>();
  for (const [name, tensor] of tensors) arrays.set(name, await storageArray(tensor));
  return arrays;
}

/** A tensor's elements in memory of their own, or where they lie in a file. */
async function storageArray(tensor: Tensor): Promise<FileArray | HostArray> {
  await tensor.realize();
  const storage = canonical(tensor).storage!;
  if ("data" in storage) return { ...storage, data: storage.data.slice() };
  return "load" in storage ? storage : storage.download();
}

type ReadWeights = (file: StoredFile) => Promise<Map<string, FileArray | HostArray>>;

interface WeightFiles {
  readonly read: ReadWeights;
  readonly names: readonly string[];
}

async function weightFiles(source: CheckpointSource, options: WeightOptions): Promise<WeightFiles> {
  const { use_safetensors, variant } = options;
  if (variant !== undefined && !/^[\w-]+$/.test(variant)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `variant ${JSON.stringify(variant)} is no name, such as "fp16"`,
    );
  }
  const formats: readonly [string, ReadWeights][] = [
    ...(use_safetensors === false ? [] : [["model.safetensors", readSafetensors] as [string, ReadWeights]]),
    ...(use_safetensors === true ? [] : [["pytorch_model.bin", readPytorch] as [string, ReadWeights]]),
  ];
  const tried: string[] = [];
  for (const [name, read] of formats) {
    const [single, index] = [withVariant(name, variant), withVariant(`${name}.index.json`, variant)];
    if (await hasFile(source, single)) return { read, names: [single] };
    if (await hasFile(source, index)) return { read, names: await shards(source, index) };
    tried.push(single, index);
  }
  throw new TransformersError(
    "FILE_NOT_FOUND",
    `${source.name} has none of ${tried.join(", ")}${await advice(source, use_safetensors)}`,
  );
}

/** What else could be read. */
async function advice(source: CheckpointSource, use_safetensors: boolean | undefined): Promise<string> {
  if (use_safetensors === true) return "; leave out use_safetensors to read other formats too";
  if (await hasFile(source, "tf_model.h5")) return ", but tf_model.h5: pass from_tf: true to read it";
  if (await hasFile(source, "flax_model.msgpack")) {
    return ", but flax_model.msgpack: pass from_flax: true to read it";
  }
  return "";
}

/** model.safetensors becomes model.fp16.safetensors. */
export function withVariant(name: string, variant: string | undefined): string {
  if (variant === undefined) return name;
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}.${variant}${name.slice(dot)}`;
}

async function shards(source: CheckpointSource, index: string): Promise<string[]> {
  const { weight_map } = await readJsonObject(source, index);
  if (weight_map === null || typeof weight_map !== "object" || Array.isArray(weight_map)) {
    throw new TransformersError("CORRUPT_FILE", `${source.name}/${index} has no weight_map`);
  }
  const names = new Set(Object.values(weight_map));
  if (names.size > mostShards) {
    throw new TransformersError("CORRUPT_FILE", `${source.name}/${index} names ${names.size} files`);
  }
  for (const name of names) {
    if (typeof name !== "string" || !/^[^./\\][^/\\]*$/.test(name)) {
      throw new TransformersError(
        "CORRUPT_FILE",
        `${source.name}/${index} names ${JSON.stringify(name)} as a shard; expected the name of a file beside it`,
      );
    }
  }
  return [...names].sort() as string[];
}

async function readSafetensors(file: StoredFile): Promise<Map<string, FileArray | HostArray>> {
  const { tensors } = await readSafetensorsHeader(file);
  const arrays = new Map<string, FileArray | HostArray>();
  for (const [name, entry] of tensors) {
    const { shape: dims, offset, length } = entry;
    const dtype = dtypeOf(entry.dtype, name, file.path);
    const load = async () => hostArray(await readTensorBytes(file, entry), dtype, dims);
    arrays.set(name, file.mapped ? { dtype, dims, ...file.mapped, offset, length, load } : await load());
  }
  return arrays;
}

async function readPytorch(file: StoredFile): Promise<Map<string, FileArray | HostArray>> {
  const arrays = new Map<string, FileArray | HostArray>();
  for (const [name, entry] of await readPytorchCheckpoint(file)) {
    const dtype = dtypeOf(entry.dtype, name, file.path);
    const { shape: dims, offset, plain } = entry;
    const load = async () => hostArray(await readPytorchTensor(file, entry), dtype, dims);
    const length = dims.reduce((product, dim) => product * dim, 1) * dtypes[dtype].bytes;
    const isMapped = file.mapped !== null && plain && length > 0;
    arrays.set(name, isMapped ? { dtype, dims, ...file.mapped!, offset, length, load } : await load());
  }
  return arrays;
}

function dtypeOf(stored: SafetensorsDtype, name: string, file: string): DType {
  const dtype = dtypeOfFile[stored];
  if (dtype !== undefined) return dtype;
  throw new TransformersError(
    "UNSUPPORTED",
    `${file}: ${name} has dtype ${stored}, which no tensor here can hold`,
  );
}

function hostArray(bytes: Uint8Array<ArrayBuffer>, dtype: DType, dims: readonly number[]): HostArray {
  const { array } = dtypes[dtype];
  const aligned = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return {
    dtype,
    dims,
    data: new array(aligned.buffer, aligned.byteOffset, bytes.length / array.BYTES_PER_ELEMENT),
  };
}
