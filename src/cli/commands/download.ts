import { hf_hub_download, list_repo_files } from "../../hub/index.js";
import { CliError } from "../errors.js";

export interface DownloadFlags {
  readonly revision?: string;
  readonly cacheDir?: string;
  readonly token?: string;
  readonly include?: readonly string[];
  readonly force?: boolean;
  readonly json?: boolean;
}

/** What a model needs of a repository where no file is named: everything but other frameworks' weights. */
const leftOut = /\.(h5|msgpack|ot|onnx|tflite|mlmodel|gguf|pth|pt|ckpt)$|^(onnx|coreml|flax|tf)\//;

/** Brings files of a repository into the cache and prints their paths. */
export async function download(repo: string, files: readonly string[], flags: DownloadFlags): Promise<void> {
  const options = {
    ...(flags.revision === undefined ? {} : { revision: flags.revision }),
    ...(flags.cacheDir === undefined ? {} : { cache_dir: flags.cacheDir }),
    ...(flags.token === undefined ? {} : { token: flags.token }),
    ...(flags.force ? { force_download: true } : {}),
  };
  const names = files.length > 0 ? files : usual(await list_repo_files(repo, options));
  if (names.length === 0)
    throw new CliError(1, `${repo} has no files that a model needs`, "name the files to download");
  for (const name of names) {
    const path = await hf_hub_download(repo, name, options);
    process.stdout.write(flags.json ? `${JSON.stringify({ file: name, path })}\n` : `${path}\n`);
  }
}

/** Of a list, what is usually wanted: of safetensors and pytorch_model.bin the first where both are there. */
function usual(names: readonly string[]): string[] {
  const hasSafetensors = names.some((name) => /^[^/]*\.safetensors$/.test(name));
  return names.filter(
    (name) => !leftOut.test(name) && !(hasSafetensors && /\.bin(\.index\.json)?$/.test(name)),
  );
}
