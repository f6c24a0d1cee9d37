import { TransformersError } from "../../errors.js";
import { networkError, refusal } from "../download/answers.js";
import { defaultEndpoint, endpointOf } from "../download/endpoint.js";
import { checkRelativeName, checkRepositoryId, isCommit } from "../download/names.js";
import type { HubOptions, HubSettings } from "../download/options.js";
import type { CheckpointSource } from "../source.js";

// The Hub in a page: its files by fetch, kept in Cache Storage under their address, which has the commit in it, so that
// what is kept never changes. Which commit a branch is at is asked anew, and the browser's own cache answers where the
// server says that nothing changed.

const defaultCache = "transformers-ts";
let settings: HubSettings = {};

/** Says how the Hub is reached, for the whole page. Throws `INVALID_ARGUMENT`. */
export function configureHub(given: HubSettings): void {
  if (given.endpoint !== undefined) endpointOf(given.endpoint, "endpoint");
  settings = { ...given };
}

/** A file of the Hub as it has been described, and how it is to be fetched. */
interface HubFile {
  readonly name: string;
  readonly repo: string;
  readonly revision: string;
  readonly size: number;
  /** SHA-256 of large files, git's SHA-1 of small ones; null where the Hub gave none. */
  readonly hash: string | null;
  readonly options: HubOptions;
}

/** What is known of addresses that `find` has given. */
const files = new Map<string, HubFile>();

/** Whether an address is one of the Hub's that `find` has given. */
export function isHubFile(url: string): boolean {
  return files.has(url);
}

/** A repository of the Hub. Throws `INVALID_ARGUMENT` for a name that is none. */
export function openRepository(repo: string, options: HubOptions): CheckpointSource {
  checkRepositoryId(repo);
  const { revision = "main", subfolder, cache_dir } = options;
  checkRelativeName(revision, "revision");
  if (subfolder) checkRelativeName(subfolder, "subfolder");
  if (cache_dir !== undefined) {
    throw new TransformersError(
      "UNSUPPORTED",
      'cache_dir: a page has no folders; name a cache with configureHub({ cache: "name" })',
    );
  }
  const endpoint = endpointOf(settings.endpoint ?? defaultEndpoint, "endpoint");
  let pending: Promise<Description> | null = null;
  const describe = () => {
    pending ??= describeRepository(endpoint, repo, revision, options).catch((reason) => {
      pending = null;
      throw reason;
    });
    return pending;
  };
  return {
    name: repo,
    async require() {
      await describe();
    },
    async find(file) {
      const { commit, entries } = await describe();
      const name = subfolder ? `${subfolder.replace(/\/+$/, "")}/${file}` : file;
      checkRelativeName(name, "file name");
      const entry = entries.get(name);
      if (entry === undefined) return null;
      const url = `${endpoint}/${repo}/resolve/${commit}/${name.split("/").map(encodeURIComponent).join("/")}`;
      if (options.local_files_only && (await kept(url)) === null) return null;
      files.set(url, { name, repo, revision, ...entry, options });
      return url;
    },
  };
}

interface Description {
  readonly commit: string;
  readonly entries: ReadonlyMap<string, Pick<HubFile, "size" | "hash">>;
}

async function describeRepository(
  endpoint: string,
  repo: string,
  revision: string,
  options: HubOptions,
): Promise<Description> {
  const url = `${endpoint}/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const before = await kept(url);
  const isFinal = isCommit(revision) && !options.force_download;
  if (before !== null && (options.local_files_only || isFinal)) {
    return readDescription(await before.json(), url);
  }
  if (options.local_files_only) {
    throw new TransformersError(
      "OFFLINE",
      `${repo} (${revision}) is not in this page's cache, and nothing is to be fetched (local_files_only)`,
    );
  }
  const { signal } = options;
  const token = tokenOf(options);
  let response: Response;
  try {
    response = await fetch(url, {
      headers: authorization(token),
      ...({ cache: "no-cache" } as object), // Node's types lack it
      ...(signal && { signal }),
    });
  } catch (error) {
    if (before === null || signal?.aborted || options.force_download) throw networkError(error, url, signal);
    return readDescription(await before.json(), url);
  }
  if (response.status >= 500 && before !== null) return readDescription(await before.json(), url);
  if (!response.ok) throw refusal(response, { repo, revision, filename: "config.json" }, url, token);
  let value: unknown;
  try {
    value = await response.json();
  } catch (error) {
    throw networkError(error, url, signal);
  }
  const description = readDescription(value, url);
  await keep(url, JSON.stringify(value));
  return description;
}

function readDescription(value: unknown, url: string): Description {
  const { sha, siblings } = (value ?? {}) as { sha?: unknown; siblings?: unknown };
  if (typeof sha !== "string" || !isCommit(sha) || !Array.isArray(siblings)) {
    throw new TransformersError("DOWNLOAD_FAILED", `${url}: the server gave no list of files`);
  }
  const entries = new Map<string, Pick<HubFile, "size" | "hash">>();
  for (const sibling of siblings) {
    const { rfilename, size, blobId, lfs } = (sibling ?? {}) as Record<string, unknown>;
    const sha256 = (lfs as { sha256?: unknown } | null | undefined)?.sha256;
    const hash = [sha256, blobId].find((each) => typeof each === "string" && /^[0-9a-f]{40,64}$/.test(each));
    if (
      typeof rfilename !== "string" ||
      typeof size !== "number" ||
      !Number.isSafeInteger(size) ||
      size < 0
    ) {
      throw new TransformersError("DOWNLOAD_FAILED", `${url}: the server gave a list with files of no size`);
    }
    entries.set(rfilename, { size, hash: (hash as string | undefined) ?? null });
  }
  return { commit: sha, entries };
}

/**
 * The bytes of a file whose address `find` gave: kept ones, or downloaded, checked and kept. Throws `DOWNLOAD_FAILED`,
 * `CHECKSUM_MISMATCH`, `ABORTED`, and what a refusal means.
 */
export async function readHubFile(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = files.get(url)!;
  const { options } = file;
  const before = options.force_download ? null : await kept(url);
  if (before !== null) {
    const bytes = new Uint8Array(await before.arrayBuffer());
    if (bytes.length === file.size) return bytes;
  }
  const bytes = await download(url, file);
  await verify(bytes, file, url);
  await keep(url, bytes);
  return bytes;
}

async function download(url: string, file: HubFile): Promise<Uint8Array<ArrayBuffer>> {
  const { name, repo, revision, size, options } = file;
  const { signal, progress_callback } = options;
  const token = tokenOf(options);
  const bytes = new Uint8Array(size);
  let loaded = 0;
  let thrown: { readonly reason: unknown } | null = null;
  try {
    const response = await fetch(url, { headers: authorization(token), ...(signal && { signal }) });
    if (!response.ok) throw refusal(response, { repo, revision, filename: name }, url, token);
    const body = response.body?.getReader();
    for (let piece = await body?.read(); piece && !piece.done; piece = await body!.read()) {
      if (loaded + piece.value.length > size) {
        await body!.cancel();
        throw new TransformersError(
          "DOWNLOAD_FAILED",
          `${url}: the server sends more than the ${size} bytes it announced`,
        );
      }
      bytes.set(piece.value, loaded);
      loaded += piece.value.length;
      try {
        progress_callback?.({ file: name, loaded, total: size });
      } catch (reason) {
        thrown = { reason };
        await body!.cancel();
        throw reason;
      }
    }
  } catch (error) {
    if (thrown !== null) throw error;
    throw networkError(error, url, signal);
  }
  if (loaded === size) return bytes;
  throw new TransformersError(
    "DOWNLOAD_FAILED",
    `${url}: the connection ended after ${loaded} of ${size} bytes`,
  );
}

/** Pages of an http site elsewhere have no crypto.subtle; there the size alone is known to be right. */
async function verify(bytes: Uint8Array<ArrayBuffer>, { hash }: HubFile, url: string): Promise<void> {
  const subtle = globalThis.crypto?.subtle as typeof globalThis.crypto.subtle | undefined;
  if (hash === null || subtle === undefined) return;
  const isLarge = hash.length === 64;
  const content = isLarge ? bytes : withGitHead(bytes);
  const digest = new Uint8Array(await subtle.digest(isLarge ? "SHA-256" : "SHA-1", content));
  const found = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found === hash) return;
  throw new TransformersError(
    "CHECKSUM_MISMATCH",
    `${url}: what was downloaded has the hash ${found}, the Hub said ${hash}; nothing was kept, try again`,
  );
}

function withGitHead(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`blob ${bytes.length}\0`);
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}

/** The token to send; `true` means the page's. Throws `INVALID_ARGUMENT`. */
function tokenOf({ token }: HubOptions): string | null {
  const chosen = typeof token === "string" ? token : token === false ? null : (settings.token ?? null);
  if (chosen === null && token !== true) return null;
  if (chosen !== null && /^[\x21-\x7e]+$/.test(chosen)) return chosen;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    chosen === null
      ? "token: true asks for the page's token, and there is none: configureHub({ token })"
      : "token holds no token: expected letters and digits, without spaces or line breaks between them",
  );
}

/** Where to upload to, and with which token. Throws `INVALID_ARGUMENT` where there is no token. */
export async function uploadAccess(
  given: string | boolean | undefined,
): Promise<{ endpoint: string; token: string }> {
  const endpoint = endpointOf(settings.endpoint ?? defaultEndpoint, "endpoint");
  const token = tokenOf({ token: given ?? true });
  if (token !== null) return { endpoint, token };
  throw new TransformersError(
    "INVALID_ARGUMENT",
    "push_to_hub needs a token that may write; token: false gives none",
  );
}

function authorization(token: string | null): Record<string, string> {
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

/** What is used here of Cache Storage, which Node has no types for. */
interface PageCache {
  match(url: string, options: { ignoreVary: boolean }): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
}

/** Cache Storage; null where there is none, as in pages of an http site elsewhere. */
async function openCache(): Promise<PageCache | null> {
  const storage = (globalThis as { caches?: { open(name: string): Promise<PageCache> } }).caches;
  return storage === undefined ? null : storage.open(settings.cache ?? defaultCache).catch(() => null);
}

async function kept(url: string): Promise<Response | null> {
  const cache = await openCache();
  return (await cache?.match(url, { ignoreVary: true })) ?? null;
}

/** Keeps what has been checked. A full or forbidden cache is no failure: it is downloaded again the next time. */
async function keep(url: string, content: string | Uint8Array<ArrayBuffer>): Promise<void> {
  const cache = await openCache();
  await cache?.put(url, new Response(content)).catch(() => undefined);
}
