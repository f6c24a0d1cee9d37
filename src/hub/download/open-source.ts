import { stat } from "node:fs/promises";
import path from "node:path";
import { TransformersError } from "../../errors.js";
import type { CheckpointSource, SourceArgument } from "../source.js";
import { hasFile, requireFolder } from "../storage/disk.js";
import { HubAway, hf_hub_download, isCached } from "./download.js";
import { checkRelativeName } from "./names.js";
import type { HubOptions } from "./options.js";

/**
 * Opens a checkpoint by name: a folder where there is one of that name, else a repository of the Hub. An option that
 * means nothing for a folder is refused.
 */
export async function openSource(from: SourceArgument, options: HubOptions = {}): Promise<CheckpointSource> {
  if (typeof from !== "string") return from;
  const found = await stat(from).catch(() => null);
  const isRepository =
    found === null && /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)?$/.test(from) && !from.startsWith(".");
  return isRepository ? repository(from, options) : folder(from, options);
}

function folder(name: string, { revision, subfolder = "" }: HubOptions): CheckpointSource {
  if (revision !== undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${name} is a folder here and has no revisions; leave out revision, or name a repository of the Hub`,
    );
  }
  const place = path.join(name, subfolder);
  return {
    name: place,
    require: () => requireFolder(place),
    async find(file) {
      const full = path.join(place, file);
      return (await hasFile(full)) ? full : null;
    },
  };
}

function repository(name: string, options: HubOptions): CheckpointSource {
  if (options.subfolder) checkRelativeName(options.subfolder, "subfolder");
  let isAway = false;
  return {
    name,
    require: async () => undefined,
    async find(file) {
      try {
        return await hf_hub_download(name, file, isAway ? { ...options, local_files_only: true } : options);
      } catch (error) {
        if (!(error instanceof TransformersError)) throw error;
        if (error.code === "ENTRY_NOT_FOUND") return null;
        // Offline, what is not in the cache is not there, as long as the rest of the repository is. From then on
        // nothing is fetched, so that a server that hides one file cannot make another be taken in its place.
        if ((error.code === "OFFLINE" || error instanceof HubAway) && (await isCached(name, options))) {
          isAway = true;
          return null;
        }
        throw new TransformersError(
          error.code,
          `there is no folder ${JSON.stringify(name)} here, and as a repository of the Hub: ${error.message}`,
          { cause: error },
        );
      }
    },
  };
}
