import { Option } from "commander";
import type { HubOptions } from "../hub/source.js";

/** The flags of every command that reads a checkpoint. */
export interface HubFlags {
  readonly revision?: string;
  readonly subfolder?: string;
  readonly cacheDir?: string;
  readonly token?: string;
  readonly localFilesOnly?: boolean;
}

export function hubFlagOptions(): Option[] {
  return [
    new Option("--revision <name>", "a branch, tag or commit of the repository"),
    new Option("--subfolder <name>", "a folder inside the checkpoint"),
    new Option("--cache-dir <folder>", "where downloads are kept (default: HF_HUB_CACHE)"),
    new Option("--token <token>", "a token of the Hub (default: HF_TOKEN)"),
    new Option("--local-files-only", "download nothing"),
  ];
}

/** The same as options of the library. */
export function hubOptions({ revision, subfolder, cacheDir, token, localFilesOnly }: HubFlags): HubOptions {
  return {
    ...(revision === undefined ? {} : { revision }),
    ...(subfolder === undefined ? {} : { subfolder }),
    ...(cacheDir === undefined ? {} : { cache_dir: cacheDir }),
    ...(token === undefined ? {} : { token }),
    ...(localFilesOnly ? { local_files_only: true } : {}),
  };
}
