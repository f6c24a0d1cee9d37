import { stat } from "node:fs/promises";
import { TransformersError } from "../../errors.js";
import { guardDisk } from "./disk-errors.js";
import { hf_hub_download } from "./download.js";
import { readEnvironment } from "./environment.js";
import { RepositoryCache } from "./layout.js";
import { listRepository } from "./listing.js";
import type { HubOptions } from "./options.js";

/** Options of `snapshot_download`. A pattern is one of file names: `*` (slashes too), `?`, `[abc]`, `[!abc]`. */
export interface SnapshotOptions extends Omit<HubOptions, "subfolder"> {
  /** Only files that one of these names. A folder's name with a slash at its end means all in it. */
  readonly allow_patterns?: string | readonly string[];
  /** No files that one of these names. */
  readonly ignore_patterns?: string | readonly string[];
  /** How many files are downloaded at once. Default 8. */
  readonly max_workers?: number;
}

/**
 * Brings all files of a repository, or those that patterns name, into the cache at one commit; gives the folder.
 * Nothing is given for a part of them: one that fails fails the whole, and what has come stays for the next attempt.
 * Offline, the folder is what the cache has of the revision.
 *
 * @throws The codes of `hf_hub_download`.
 */
export async function snapshot_download(repo: string, options: SnapshotOptions = {}): Promise<string> {
  const { allow_patterns, ignore_patterns, max_workers = 8, ...hub } = options;
  if (!Number.isInteger(max_workers) || max_workers < 1) {
    throw new TransformersError("INVALID_ARGUMENT", `max_workers is ${max_workers}; expected 1 or more`);
  }
  const environment = readEnvironment();
  const revision = hub.revision ?? "main";
  const cache = new RepositoryCache(hub.cache_dir ?? environment.cacheFolder, repo, environment.symlinks);
  if (hub.local_files_only || environment.offline) return cached(cache, repo, revision, null);

  let listed: Awaited<ReturnType<typeof listRepository>>;
  try {
    listed = await listRepository(repo, hub);
  } catch (error) {
    const isAway = error instanceof TransformersError && error.code === "DOWNLOAD_FAILED";
    if (!isAway || hub.force_download) throw error;
    return cached(cache, repo, revision, error);
  }
  const { commit, names } = listed;
  const isAllowed = matcher(allow_patterns ?? "*");
  const isIgnored = matcher(ignore_patterns ?? []);
  const wanted = names.filter((name) => isAllowed(name) && !isIgnored(name));

  const stop = new AbortController();
  const signal = hub.signal ? AbortSignal.any([hub.signal, stop.signal]) : stop.signal;
  let next = 0;
  const worker = async () => {
    while (next < wanted.length) {
      await hf_hub_download(repo, wanted[next++]!, { ...hub, revision: commit, signal });
    }
  };
  let failure: { readonly reason: unknown } | null = null;
  const workers = Array.from({ length: Math.min(max_workers, wanted.length) }, () =>
    worker().catch((reason: unknown) => {
      failure ??= { reason };
      stop.abort(); // the others end, so that nothing goes on behind the caller's back
    }),
  );
  await Promise.all(workers);
  if (failure !== null) throw (failure as { reason: unknown }).reason;
  await guardDisk(() => cache.writeRef(revision, commit), "the name of the revision");
  return cache.snapshot(commit);
}

async function cached(
  cache: RepositoryCache,
  repo: string,
  revision: string,
  reason: unknown,
): Promise<string> {
  const commit = await cache.commitOf(revision);
  const folder = commit === null ? null : cache.snapshot(commit);
  const found = folder === null ? null : await stat(folder).catch(() => null);
  if (folder !== null && found?.isDirectory()) return folder;
  if (reason !== null) throw reason;
  throw new TransformersError(
    "OFFLINE",
    `${repo} (${revision}) is not in the cache ${cache.folder}, and nothing is to be fetched (local_files_only or HF_HUB_OFFLINE)`,
  );
}

/** Whether a name fits one of the patterns, as Python's fnmatch says. */
function matcher(patterns: string | readonly string[]): (name: string) => boolean {
  const expressions = [patterns].flat().map(expressionOf);
  return (name) => expressions.some((expression) => expression.test(name));
}

function expressionOf(pattern: string): RegExp {
  const whole = pattern.endsWith("/") ? `${pattern}*` : pattern;
  const source = whole.replace(/\*+|\?|\[!?\]?[^\]]*\]|[\\^$.|+(){}[\]]/g, (part) => {
    if (part.startsWith("*")) return "[^]*";
    if (part === "?") return "[^]";
    if (part.length > 1) {
      const isNegated = part.startsWith("[!");
      const members = part.slice(isNegated ? 2 : 1, -1).replace(/[\\\]^[]/g, "\\$&");
      return `[${isNegated ? "^" : ""}${members}]`;
    }
    return `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}
