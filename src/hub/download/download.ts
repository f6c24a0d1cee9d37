import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { TransformersError } from "../../errors.js";
import { terminalBar } from "../progress.js";
import { type FileAddress, MissingEntry, networkError } from "./answers.js";
import { guardDisk, isOfTheDisk } from "./disk-errors.js";
import { type HubEnvironment, readEnvironment } from "./environment.js";
import { RepositoryCache } from "./layout.js";
import { withLock } from "./lock.js";
import { type FileFacts, fetchFacts } from "./metadata.js";
import { checkRelativeName, isCommit } from "./names.js";
import type { HubOptions } from "./options.js";
import { tokenFor } from "./token.js";
import { transfer } from "./transfer.js";

const staleAfter = 24 * 3600 * 1000;
/** Downloads that are under way in this process, by the blob that they make. */
const underWay = new Map<string, Promise<void>>();

/**
 * A file of a repository in the cache, downloaded if need be; gives its path in the snapshot. A download is checked
 * against the hash that the Hub gave and published by renaming, so that no reader sees a part of it.
 *
 * @throws ENTRY_NOT_FOUND, REVISION_NOT_FOUND, REPOSITORY_NOT_FOUND, GATED_REPOSITORY, OFFLINE (not in the cache and
 *   not to be fetched), DOWNLOAD_FAILED, CHECKSUM_MISMATCH, DISK_FULL, ABORTED, INVALID_ARGUMENT.
 */
export async function hf_hub_download(
  repo: string,
  filename: string,
  options: HubOptions = {},
): Promise<string> {
  const environment = readEnvironment();
  const revision = options.revision ?? "main";
  const file = options.subfolder ? `${options.subfolder.replace(/\/+$/, "")}/${filename}` : filename;
  checkRelativeName(file, "file name");
  checkRelativeName(revision, "revision");
  const cache = new RepositoryCache(options.cache_dir ?? environment.cacheFolder, repo, environment.symlinks);
  const address: FileAddress = { repo, filename: file, revision };

  if (isCommit(revision) && !options.force_download) {
    const found = await cache.find(revision, file);
    if (found !== null) return found;
    if (await cache.isKnownMissing(revision, file)) throw missing(address, revision);
  }
  if (options.local_files_only || environment.offline) return fromCache(cache, address, null);

  const token = await tokenFor(environment, options.token);
  let facts: FileFacts;
  try {
    facts = await fetchFacts(environment, address, token, options.signal);
  } catch (error) {
    if (error instanceof MissingEntry && error.commit !== null) {
      const { commit } = error;
      await whereWritable(() => cache.noteMissing(commit, file));
      await whereWritable(() => cache.writeRef(revision, commit));
    }
    const isAnswer =
      error instanceof TransformersError &&
      ["ENTRY_NOT_FOUND", "REVISION_NOT_FOUND", "ABORTED"].includes(error.code);
    if (isAnswer || options.force_download) throw error;
    return fromCache(cache, address, error);
  }
  if (!options.force_download) {
    const found = await cache.find(facts.commit, file);
    if (found !== null) {
      await whereWritable(() => cache.writeRef(revision, facts.commit));
      return found;
    }
  }
  const bar = environment.progressBars && options.progress_callback === undefined ? terminalBar() : null;
  try {
    const progress_callback = options.progress_callback ?? bar?.show;
    await obtain(cache, environment, address, facts, token, {
      ...options,
      ...(progress_callback && { progress_callback }),
    });
  } finally {
    bar?.end();
  }
  const pointer = await guardDisk(() => cache.link(facts.commit, file, facts.etag), file);
  await guardDisk(() => cache.writeRef(revision, facts.commit), file);
  return pointer;
}

/** Whether the cache knows the repository's revision. */
export async function isCached(repo: string, { revision = "main", cache_dir }: HubOptions): Promise<boolean> {
  const cache = new RepositoryCache(cache_dir ?? readEnvironment().cacheFolder, repo);
  return (await cache.commitOf(revision)) !== null;
}

/** Notes something that is good to know in a cache that may be read-only, or full. */
async function whereWritable(note: () => Promise<void>): Promise<void> {
  try {
    await note();
  } catch (error) {
    if (!isOfTheDisk(error)) throw error;
  }
}

function missing({ repo, filename }: FileAddress, commit: string): MissingEntry {
  return new MissingEntry(`${repo} has no file ${filename} at ${commit}`, commit);
}

/** Says that the Hub gave no answer about a file, of which the cache knows nothing either. */
export class HubAway extends TransformersError {}

/** What the cache has; throws `reason`, or `OFFLINE` where there is none. */
async function fromCache(cache: RepositoryCache, address: FileAddress, reason: unknown): Promise<string> {
  const { repo, filename, revision } = address;
  const commit = await cache.commitOf(revision);
  const found = commit === null ? null : await cache.find(commit, filename);
  if (found !== null) return found;
  if (commit !== null && (await cache.isKnownMissing(commit, filename))) throw missing(address, commit);
  if (reason instanceof TransformersError && reason.code === "DOWNLOAD_FAILED") {
    throw new HubAway(reason.code, reason.message, { cause: reason });
  }
  if (reason !== null) throw reason;
  throw new TransformersError(
    "OFFLINE",
    `${filename} of ${repo} (${revision}) is not in the cache ${cache.folder}, and nothing is to be fetched (local_files_only or HF_HUB_OFFLINE)`,
  );
}

/** Has the blob in the cache: found, waited for, or downloaded. */
async function obtain(
  cache: RepositoryCache,
  environment: HubEnvironment,
  address: FileAddress,
  facts: FileFacts,
  token: string | null,
  options: HubOptions,
): Promise<void> {
  const blob = cache.blob(facts.etag);
  const { signal, force_download = false } = options;
  for (let pending = underWay.get(blob); pending && !force_download; pending = underWay.get(blob)) {
    await abortable(pending, signal, address.filename);
    if (await hasSize(blob, facts.size)) {
      options.progress_callback?.({ file: address.filename, loaded: facts.size, total: facts.size });
      return;
    }
  }
  const work = withLock(cache.lockFile(facts.etag), signal, address.filename, async () => {
    if (!force_download && (await hasSize(blob, facts.size))) return;
    await guardDisk(async () => {
      await mkdir(path.dirname(blob), { recursive: true });
      await collectLeftovers(path.dirname(blob));
      const temporary = `${blob}.${randomBytes(4).toString("hex")}.incomplete`;
      try {
        await transfer(temporary, environment, address, facts, token, options);
        await publish(temporary, blob, facts.size);
      } catch (error) {
        await unlink(temporary).catch(() => undefined);
        throw error;
      }
    }, address.filename);
  });
  underWay.set(blob, work);
  try {
    await work;
  } finally {
    if (underWay.get(blob) === work) underWay.delete(blob);
  }
}

/** Waits for what another caller does, whatever comes of it. Throws `ABORTED`. */
async function abortable(
  pending: Promise<void>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<void> {
  let stop: (() => void) | undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
    signal?.addEventListener("abort", resolve as () => void, { once: true });
  });
  if (!signal?.aborted) await Promise.race([pending.catch(() => undefined), stopped]);
  signal?.removeEventListener("abort", stop!);
  if (signal?.aborted) throw networkError(signal.reason, what, signal);
}

/** Renames; Windows refuses where somebody reads the file that is to be replaced, which then has the same bytes. */
async function publish(temporary: string, blob: string, size: number): Promise<void> {
  try {
    await rename(temporary, blob);
  } catch (error) {
    if (!(await hasSize(blob, size))) throw error;
    await unlink(temporary);
  }
}

async function hasSize(file: string, size: number): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile() && found.size === size,
    () => false,
  );
}

/** Removes what downloads left that were killed more than a day ago. */
async function collectLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".incomplete")) continue;
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > staleAfter) await unlink(file).catch(() => undefined);
  }
}
