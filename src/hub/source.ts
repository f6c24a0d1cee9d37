import type { DownloadProgress, HubOptions, HubSettings } from "./download/options.js";

/** Where the files of a checkpoint are: a folder, or a repository of the Hub whose files are fetched when asked for. */
export interface CheckpointSource {
  /** What messages call it. */
  readonly name: string;
  /** Whether the place itself is there. Throws `FILE_NOT_FOUND` and the like, saying what was expected. */
  require(): Promise<void>;
  /** The path (in browsers the URL) of a file that can be read; null where there is none of that name. */
  find(file: string): Promise<string | null>;
}

/** A folder or repository by name, or one that has been opened. */
export type SourceArgument = string | CheckpointSource;

export type { DownloadProgress, HubOptions, HubSettings };

/** The names of `HubOptions`. */
export const hubOptionNames = [
  "revision",
  "subfolder",
  "cache_dir",
  "token",
  "local_files_only",
  "force_download",
  "progress_callback",
  "signal",
] as const satisfies (keyof HubOptions)[];

/** Splits options into those of the Hub and the others. */
export function splitHubOptions<O extends HubOptions>(options: O): [HubOptions, Omit<O, keyof HubOptions>] {
  const hub: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    ((hubOptionNames as readonly string[]).includes(name) ? hub : rest)[name] = value;
  }
  return [hub as HubOptions, rest as Omit<O, keyof HubOptions>];
}
