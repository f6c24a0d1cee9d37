import { TransformersError } from "../errors.js";
import { publishText } from "../hub/files.js";
import { type SafetensorsDtype, writeSafetensors } from "../hub/safetensors/index.js";
import { join, removeFiles } from "../hub/storage/index.js";
import { type DType, dtypes, type HostArray } from "../tensor/index.js";
import { withVariant } from "./checkpoint.js";

/** A tensor to be saved, whose elements are read when its file is written. */
export interface SavedTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly number[];
  load(): Promise<HostArray>;
}

/** How a checkpoint is laid out in files. */
export interface SaveOptions {
  /** The most that a file holds: a number of bytes, or "200MB", "5GB", "1GiB". Default "5GB". */
  max_shard_size?: number | string;
  /** Stands in the files' names: "fp16" writes model.fp16.safetensors. */
  variant?: string;
}

const fileName = "model.safetensors";
const defaultShardSize = "5GB";
const units: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** A number of bytes: 5e9, "5GB" (a thousand million), "5GiB" (2^30). Throws `INVALID_ARGUMENT`. */
export function parseSize(size: number | string): number {
  const [, count, unit] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?i?B)\s*$/i.exec(String(size)) ?? [];
  const bytes =
    typeof size === "number" ? size : Number(count) * (units[unit?.toUpperCase() ?? ""] ?? Number.NaN);
  if (Number.isFinite(bytes) && bytes >= 1) return Math.floor(bytes);
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `max_shard_size is ${JSON.stringify(size)}; expected a number of bytes, or a text such as "200MB" or "5GB"`,
  );
}

/**
 * Writes tensors as safetensors into a folder: one file, or several and their index where one would be larger than
 * `max_shard_size`. Shards that an earlier save left are removed at the end. Only one file's elements are in memory at a
 * time. Gives the names of the files.
 */
export async function writeCheckpoint(
  folder: string,
  tensors: readonly SavedTensor[],
  { max_shard_size = defaultShardSize, variant }: SaveOptions = {},
): Promise<string[]> {
  const shards = planShards(tensors, parseSize(max_shard_size));
  const names = shards.map((_, i) => withVariant(shardName(i, shards.length), variant));
  for (const [i, shard] of shards.entries()) {
    const entries = await Promise.all(
      shard.map(async ({ name, load }) => {
        const { dtype, dims, data } = await load();
        return [name, { dtype: storedDtype(dtype, name), shape: dims, data }] as const;
      }),
    );
    await writeSafetensors(join(folder, names[i]!), entries, { format: "pt" });
  }
  const index = withVariant(`${fileName}.index.json`, variant);
  if (shards.length > 1) await publishText(folder, index, indexText(shards, names));
  const stem = names[0]!.replace(/(?:-\d{5}-of-\d{5})?(\.[\w-]+)?\.safetensors$/, "");
  const suffix = variant === undefined ? "" : `\\.${variant}`;
  const old = new RegExp(`^${stem}(?:-\\d{5}-of-\\d{5})?${suffix}\\.safetensors$`);
  await removeFiles(
    folder,
    (file) => (old.test(file) && !names.includes(file)) || (file === index && shards.length === 1),
  );
  return shards.length > 1 ? [...names, index] : names;
}

function shardName(index: number, count: number): string {
  if (count === 1) return fileName;
  const number = (value: number) => String(value).padStart(5, "0");
  return fileName.replace(".", `-${number(index + 1)}-of-${number(count)}.`);
}

/** Tensors in their order, as many to a shard as fit; one that is too large has a shard for itself. */
function planShards(tensors: readonly SavedTensor[], limit: number): SavedTensor[][] {
  const shards: SavedTensor[][] = [[]];
  let size = 0;
  for (const tensor of tensors) {
    const bytes = byteLength(tensor);
    if (size + bytes > limit && shards.at(-1)!.length > 0) {
      shards.push([]);
      size = 0;
    }
    shards.at(-1)!.push(tensor);
    size += bytes;
  }
  return shards;
}

function byteLength({ dtype, dims }: SavedTensor): number {
  return dims.reduce((product, dim) => product * dim, dtypes[dtype].bytes);
}

function indexText(shards: readonly SavedTensor[][], names: readonly string[]): string {
  const total_size = shards.flat().reduce((sum, tensor) => sum + byteLength(tensor), 0);
  const entries = shards.flatMap((shard, i) => shard.map(({ name }) => [name, names[i]!] as const));
  const weight_map = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ metadata: { total_size }, weight_map }, null, 2)}\n`;
}

const storedDtypes: Partial<Record<DType, SafetensorsDtype>> = {
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  float64: "F64",
  int64: "I64",
  int32: "I32",
  int16: "I16",
  int8: "I8",
  uint8: "U8",
  uint32: "U32",
  bool: "BOOL",
};

function storedDtype(dtype: DType, name: string): SafetensorsDtype {
  const stored = storedDtypes[dtype];
  if (stored !== undefined) return stored;
  throw new TransformersError(
    "UNSUPPORTED",
    `${name} is ${dtype}, which safetensors files have no name for; cast it with .to("int8") before saving`,
  );
}
