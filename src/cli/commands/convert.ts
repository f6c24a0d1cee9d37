import { cp, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { publishText, readJsonObject } from "../../hub/files.js";
import { openSource } from "../../hub/storage/index.js";
import { openCheckpoint } from "../../models/checkpoint.js";
import { type SavedTensor, type SaveOptions, writeCheckpoint } from "../../models/sharding.js";
import { convert as convertArray, type HostArray, isFloat } from "../../tensor/index.js";
import { CliError } from "../errors.js";
import { type HubFlags, hubOptions } from "../hub-flags.js";

export interface ConvertFlags extends HubFlags {
  readonly dtype?: "float32" | "float16" | "bfloat16";
  readonly maxShardSize?: string;
  readonly variant?: string;
  readonly json?: boolean;
}

/** Files that are copied as they are, beside the weights. */
const kept = /\.(json|txt|model|jinja|md)$/;
const weights = /\.safetensors(\.|$)|pytorch_model|\.index(\.\w+)?\.json$/;

/** Writes a checkpoint's weights anew as safetensors: from pytorch_model.bin, in another dtype, in other shards. */
export async function convert(from: string, to: string, flags: ConvertFlags): Promise<void> {
  const source = await openSource(from, hubOptions(flags));
  const checkpoint = await openCheckpoint(source);
  if (path.resolve(from) === path.resolve(to)) {
    throw new CliError(2, "the checkpoint would be written over itself", "name another folder");
  }
  await mkdir(to, { recursive: true });
  const config = await source.find("config.json");
  if (config !== null) {
    const folder = path.dirname(config);
    for (const name of await readdir(folder)) {
      if (kept.test(name) && !weights.test(name))
        await cp(path.join(folder, name), path.join(to, name), { dereference: true });
    }
  }
  if (config !== null && flags.dtype !== undefined) {
    const fields = await readJsonObject(source, "config.json");
    await publishText(
      to,
      "config.json",
      `${JSON.stringify({ ...fields, torch_dtype: flags.dtype }, null, 2)}\n`,
    );
  }
  const tensors = [...checkpoint].map(([name, array]): SavedTensor => {
    const dtype = isFloat(array.dtype) ? (flags.dtype ?? array.dtype) : array.dtype;
    const load = async () => convertArray("load" in array ? await array.load() : (array as HostArray), dtype);
    return { name, dtype, dims: array.dims, load };
  });
  const layout: SaveOptions = {
    ...(flags.maxShardSize === undefined ? {} : { max_shard_size: flags.maxShardSize }),
    ...(flags.variant === undefined ? {} : { variant: flags.variant }),
  };
  const written = await writeCheckpoint(to, tensors, layout);
  const lines = written.map((name) => path.join(to, name));
  process.stdout.write(flags.json ? `${JSON.stringify({ files: lines })}\n` : `${lines.join("\n")}\n`);
}
