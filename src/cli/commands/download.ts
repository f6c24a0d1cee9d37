import { readdir } from "node:fs/promises";
import path from "node:path";
import { TransformersError } from "../../errors.js";
import { hf_hub_download, list_repo_files, snapshot_download } from "../../hub/index.js";
import type { HubOptions } from "../../hub/source.js";
import { CliError } from "../errors.js";
import { type HubFlags, hubOptions } from "../hub-flags.js";

export interface DownloadFlags extends HubFlags {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** What a model needs of a repository where no file is named: everything but other frameworks' weights. */
const leftOut = /\.(h5|msgpack|ot|onnx|tflite|mlmodel|gguf|pth|pt|ckpt)$|(^|\/)(onnx|coreml|flax|tf)\//;

/** Brings files of a repository into the cache and prints their paths; without a network, what is there already. */
export async function download(repo: string, files: readonly string[], flags: DownloadFlags): Promise<void> {
  const options: HubOptions = { ...hubOptions(flags), ...(flags.force && { force_download: true }) };
  const print = (file: string, place: string) =>
    process.stdout.write(flags.json ? `${JSON.stringify({ file, path: place })}\n` : `${place}\n`);
  if (files.length > 0) {
    for (const file of files) print(file, await hf_hub_download(repo, file, options));
    return;
  }
  const { subfolder, ...whole } = options;
  const begin = subfolder === undefined ? "" : `${subfolder.replace(/\/+$/, "")}/`;
  const listed = await list_repo_files(repo, whole).catch((error: unknown) => {
    if (error instanceof TransformersError && error.code === "OFFLINE") return null;
    throw error;
  });
  const wanted = listed && usual(listed.filter((name) => name.startsWith(begin)));
  if (wanted?.length === 0) {
    const place = begin === "" ? repo : `${repo}/${begin}`;
    throw new CliError(1, `${place} has no files that a model needs`, "name the files to download");
  }
  const folder = await snapshot_download(repo, {
    ...whole,
    ...(wanted && { allow_patterns: wanted.map(literally) }),
  });
  for (const file of wanted ?? usual(await filesIn(folder, begin))) print(file, path.join(folder, file));
}

/** Of a list, what is usually wanted: of safetensors and pytorch_model.bin the first where both are there. */
function usual(names: readonly string[]): string[] {
  const folders = names
    .filter((name) => name.endsWith(".safetensors"))
    .map((name) => path.posix.dirname(name));
  return names.filter(
    (name) =>
      !leftOut.test(name) &&
      !(/\.bin(\.index(\.\w+)?\.json)?$/.test(name) && folders.includes(path.posix.dirname(name))),
  );
}

/** A name as a pattern that only fits itself. */
function literally(name: string): string {
  return name.replace(/[[*?]/g, "[$&]");
}

async function filesIn(folder: string, begin: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((name) => name.startsWith(begin))
    .sort();
}
