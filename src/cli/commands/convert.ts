import { copyFile, mkdir, readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { TransformersError } from "../../errors.js";
import { publishText, readJsonObject } from "../../hub/files.js";
import { list_repo_files } from "../../hub/index.js";
import type { CheckpointSource, HubOptions } from "../../hub/source.js";
import { openSource } from "../../hub/storage/index.js";
import type { WeightOptions } from "../../models/checkpoint.js";
import { readWeights } from "../../models/load-options.js";
import { type SavedTensor, type SaveOptions, writeCheckpoint } from "../../models/sharding.js";
import { convert as convertArray, isFloat } from "../../tensor/index.js";
import { CliError } from "../errors.js";
import { type HubFlags, hubOptions } from "../hub-flags.js";

export interface ConvertFlags extends HubFlags {
  readonly dtype?: "float32" | "float16" | "bfloat16";
  readonly fromFlax?: boolean;
  readonly fromTf?: boolean;
  readonly json?: boolean;
  readonly maxShardSize?: string;
  /** Of the files that are read, and of those that are written. */
  readonly variant?: string;
  readonly asVariant?: string;
}

/** Files that are copied as they are, beside the weights. */
const kept = /\.(json|txt|model|jinja|md)$/;
const weights = /\.safetensors(\.|$)|pytorch_model|\.index(\.\w+)?\.json$/;

/**
 * Writes a checkpoint's weights anew as safetensors: from pytorch_model.bin, TensorFlow or Flax, in another dtype, in
 * other shards. What lies beside them comes along.
 */
export async function convert(from: string, to: string, flags: ConvertFlags): Promise<void> {
  const hub = hubOptions(flags);
  const source = await openSource(from, hub);
  await source.require();
  if (await isSamePlace(source.name, to)) {
    throw new CliError(2, "the checkpoint would be written over itself", "name another folder");
  }
  const wanted: WeightOptions & { from_tf?: boolean; from_flax?: boolean } = {
    ...(flags.variant !== undefined && { variant: flags.variant }),
    ...(flags.fromTf && { from_tf: true }),
    ...(flags.fromFlax && { from_flax: true }),
  };
  const checkpoint = await readWeights(source, wanted);
  await mkdir(to, { recursive: true });
  for (const name of await companions(from, source, hub)) {
    const file = await source.find(name);
    if (file !== null) await copyFile(file, path.join(to, name));
  }
  if (flags.dtype !== undefined && (await source.find("config.json")) !== null) {
    const fields = { ...(await readJsonObject(source, "config.json")), torch_dtype: flags.dtype };
    await publishText(to, "config.json", `${JSON.stringify(fields, null, 2)}\n`);
  }
  const tensors = [...checkpoint].map(([name, array]): SavedTensor => {
    const dtype = isFloat(array.dtype) ? (flags.dtype ?? array.dtype) : array.dtype;
    const load = async () => convertArray("load" in array ? await array.load() : array, dtype);
    return { name, dtype, dims: array.dims, load };
  });
  const layout: SaveOptions = {
    ...(flags.maxShardSize !== undefined && { max_shard_size: flags.maxShardSize }),
    ...(flags.asVariant !== undefined && { variant: flags.asVariant }),
  };
  const written = await writeCheckpoint(to, tensors, layout);
  const lines = written.map((name) => path.join(to, name));
  process.stdout.write(flags.json ? `${JSON.stringify({ files: lines })}\n` : `${lines.join("\n")}\n`);
}

/** Whether two names mean one folder, by way of links too. */
async function isSamePlace(one: string, other: string): Promise<boolean> {
  const real = (name: string) => realpath(name).catch(() => path.resolve(name));
  return (await real(one)) === (await real(other));
}

/** The names of the files beside the weights: in a folder, in a repository, or offline in what the cache has of it. */
async function companions(from: string, source: CheckpointSource, hub: HubOptions): Promise<string[]> {
  const isWanted = (name: string) => kept.test(name) && !weights.test(name) && !name.includes("/");
  const isFolder = await stat(source.name).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return (await readdir(source.name)).filter(isWanted);
  const { subfolder, ...whole } = hub;
  const begin = subfolder === undefined ? "" : `${subfolder.replace(/\/+$/, "")}/`;
  try {
    const names = await list_repo_files(from, whole);
    return names
      .filter((name) => name.startsWith(begin))
      .map((name) => name.slice(begin.length))
      .filter(isWanted);
  } catch (error) {
    if (!(error instanceof TransformersError && error.code === "OFFLINE")) throw error;
    const config = await source.find("config.json");
    return config === null ? [] : (await readdir(path.dirname(config))).filter(isWanted);
  }
}
