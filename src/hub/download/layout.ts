import { randomBytes } from "node:crypto";
import {
  copyFile,
  lstat,
  mkdir,
  readFile,
  realpath,
  rename,
  stat,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { TransformersError } from "../../errors.js";
import { checkRepositoryId, isCommit } from "./names.js";

// The folder layout of the Hub's cache, shared with the Python library: blobs/<etag>, refs/<revision> with a commit,
// snapshots/<commit>/<file> as relative links to blobs, .no_exist/<commit>/<file> for files that are known to be missing.

/** One repository in a cache folder. */
export class RepositoryCache {
  readonly folder: string;
  readonly #cacheFolder: string;
  readonly #name: string;
  readonly #symlinks: boolean;

  constructor(cacheFolder: string, id: string, symlinks = true) {
    checkRepositoryId(id);
    this.#cacheFolder = cacheFolder;
    this.#name = `models--${id.replace("/", "--")}`;
    this.folder = path.join(cacheFolder, this.#name);
    this.#symlinks = symlinks;
  }

  blob(etag: string): string {
    return path.join(this.folder, "blobs", etag);
  }

  snapshot(commit: string): string {
    return path.join(this.folder, "snapshots", commit);
  }

  lockFile(etag: string): string {
    return path.join(this.#cacheFolder, ".locks", this.#name, `${etag}.lock`);
  }

  /** The commit that a branch or tag had when it was last looked up. */
  async commitOf(revision: string): Promise<string | null> {
    if (isCommit(revision)) return revision;
    const text = await readFile(path.join(this.folder, "refs", revision), "utf8").catch(() => null);
    const commit = text?.trim() ?? "";
    return isCommit(commit) ? commit : null;
  }

  async writeRef(revision: string, commit: string): Promise<void> {
    if (revision === commit || (await this.commitOf(revision)) === commit) return;
    await this.#publish(path.join(this.folder, "refs", revision), commit);
  }

  /** The cached file of a snapshot; null where it is not there. Links that a user made are followed, as in Python. */
  async find(commit: string, filename: string): Promise<string | null> {
    const pointer = path.join(this.snapshot(commit), filename);
    const isThere = await stat(pointer).then(
      (found) => found.isFile(),
      () => false,
    );
    return isThere ? pointer : null;
  }

  /** Whether the Hub has said that the snapshot has no such file. */
  async isKnownMissing(commit: string, filename: string): Promise<boolean> {
    return lstat(path.join(this.folder, ".no_exist", commit, filename)).then(
      () => true,
      () => false,
    );
  }

  async noteMissing(commit: string, filename: string): Promise<void> {
    await this.#publish(path.join(this.folder, ".no_exist", commit, filename), "");
  }

  /** Makes the snapshot's file point to the blob; several may do it at once. Gives its path. */
  async link(commit: string, filename: string, etag: string): Promise<string> {
    const pointer = path.join(this.snapshot(commit), filename);
    await this.#makeFolder(path.dirname(pointer));
    const temporary = besides(pointer);
    const target = path.relative(path.dirname(pointer), this.blob(etag));
    try {
      const linked =
        this.#symlinks &&
        (await symlink(target, temporary).then(
          () => true,
          () => false,
        ));
      if (!linked) await copyFile(this.blob(etag), temporary);
      await rename(temporary, pointer);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    return pointer;
  }

  async #publish(file: string, text: string): Promise<void> {
    await this.#makeFolder(path.dirname(file));
    const temporary = besides(file);
    try {
      await writeFile(temporary, text);
      await rename(temporary, file);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  }

  /** Throws `INVALID_ARGUMENT` where a link in the cache leads the folder out of it. */
  async #makeFolder(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const [real, root] = await Promise.all([realpath(folder), realpath(this.folder)]);
    if (real === root || real.startsWith(root + path.sep)) return;
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${folder} in the cache is a link that leads out of it, to ${real}; remove it`,
    );
  }
}

/** A name of its own in the folder of `file`, short because that of `file` may be as long as names can be. */
function besides(file: string): string {
  return path.join(path.dirname(file), `.${randomBytes(4).toString("hex")}.tmp`);
}
