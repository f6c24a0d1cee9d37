import { TransformersError } from "../../errors.js";
import type { HubOptions } from "../download/options.js";
import type { CheckpointSource, SourceArgument } from "../source.js";
import { crc32 } from "./crc32.js";
import type { StoredFile } from "./types.js";
import { isHubFile, openRepository, readHubFile } from "./web-hub.js";

export { crc32 } from "./crc32.js";
export { configureHub, uploadAccess } from "./web-hub.js";

// A folder is a URL, absolute or relative to the page ("/models/bert", "./models/bert"), and its files are fetched.
// "name" and "owner/name" are repositories of the Hub.

/** Who wants to know how far a file is, by its URL, from when it was found until it has been read. */
const listeners = new Map<string, Set<(loaded: number, total: number) => void>>();

/** Opens a checkpoint: a repository of the Hub, or the URL of a folder, for which its options are `UNSUPPORTED`. */
export async function openSource(from: SourceArgument, options: HubOptions = {}): Promise<CheckpointSource> {
  if (typeof from !== "string") return from;
  if (/^[\w-][\w.-]*(?:\/[\w-][\w.-]*)?$/.test(from)) return openRepository(from, options);
  const { subfolder = "", progress_callback, ...others } = options;
  const [unsupported] = Object.keys(others);
  if (unsupported !== undefined) {
    throw new TransformersError(
      "UNSUPPORTED",
      `${unsupported} is not supported for the URL ${JSON.stringify(from)}: it names the files themselves`,
    );
  }
  const place = subfolder === "" ? from : join(from, subfolder);
  return {
    name: place,
    require: () => requireFolder(place),
    async find(file) {
      const url = join(place, file);
      if (!(await hasFile(url))) return null;
      if (progress_callback) {
        const tell = (loaded: number, total: number) => progress_callback({ file, loaded, total });
        listeners.set(url, (listeners.get(url) ?? new Set()).add(tell));
      }
      return url;
    },
  };
}

/** The URL of a file in a folder. Throws `INVALID_ARGUMENT` where the folder is no URL. */
export function join(folder: string, name: string): string {
  const base = absolute(folder);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return new URL(name, base).href;
}

function absolute(folder: string): URL {
  try {
    return new URL(folder, (globalThis as { readonly location?: URL }).location);
  } catch (cause) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${JSON.stringify(folder)} is no URL; in browsers a checkpoint is the URL of its folder, such as "/models/bert"`,
      { cause },
    );
  }
}

/** A page has no files of its own: throws `UNSUPPORTED`. */
export function packagedFolder(name: string): never {
  throw new TransformersError(
    "UNSUPPORTED",
    `in browsers the shipped model ${name} has no URL of its own: let your site serve the folder node_modules/transformers-ts/assets/${name} and pass its URL`,
  );
}

/** Whether the server has a file of that URL. Throws `DOWNLOAD_FAILED`. */
export async function hasFile(url: string): Promise<boolean> {
  let response = await request(url, "HEAD");
  if (response.status === 405 || response.status === 501) {
    response = await request(url, "GET"); // a server without HEAD
    await response.body?.cancel();
  }
  return isThere(response, url);
}

/** Servers list no folders: only the form of the URL is checked. Throws `INVALID_ARGUMENT`. */
export async function requireFolder(folder: string): Promise<void> {
  absolute(folder);
}

/** A file's text; null where the server has none. Throws `DOWNLOAD_FAILED`. */
export async function readText(url: string): Promise<string | null> {
  if (isHubFile(url)) return new TextDecoder().decode(await readHubFile(url));
  const response = await request(url, "GET");
  return isThere(response, url) ? new TextDecoder().decode(await readBody(url, response)) : null;
}

/** A file that is downloaded as a whole when it is first read, and kept. */
export function storedFile(url: string): StoredFile {
  let pending: Promise<Uint8Array<ArrayBuffer>> | null = null;
  return {
    path: url,
    mapped: null,
    async use(body) {
      pending ??= download(url);
      const bytes = await pending.catch((reason) => {
        pending = null;
        throw reason;
      });
      const part = (offset: number, length: number) => {
        if (offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
        throw new TransformersError(
          "SAFETENSORS_FILE_SIZE",
          `${url} lacks ${offset + length - bytes.length} bytes that its header announced; the download was cut: load it again`,
        );
      };
      return body({
        size: bytes.length,
        read: async (offset, length) => part(offset, length),
        async *pieces(offset, length) {
          yield part(offset, length);
        },
      });
    },
  };
}

async function download(url: string): Promise<Uint8Array<ArrayBuffer>> {
  if (isHubFile(url)) return readHubFile(url);
  const response = await request(url, "GET");
  if (!isThere(response, url)) throw new TransformersError("FILE_NOT_FOUND", `${url} does not exist`);
  return readBody(url, response);
}

/**
 * What a response holds; whoever listens hears how far it is. The server says how large the file is only where it
 * sends it as it lies: otherwise there is one report, at the end.
 */
async function readBody(url: string, response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const told = listeners.get(url);
  if (told === undefined || response.body === null) {
    return new Uint8Array(await received(url, response.arrayBuffer()));
  }
  listeners.delete(url);
  const tell = (loaded: number, total: number) => {
    for (const listener of told) listener(loaded, total);
  };
  const { headers } = response;
  const total = headers.has("content-encoding") ? 0 : Number(headers.get("content-length"));
  let bytes = new Uint8Array(total);
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await received(url, reader.read());
    if (done) break;
    if (loaded + value.length > bytes.length) {
      const larger = new Uint8Array(Math.max(2 * bytes.length, loaded + value.length));
      larger.set(bytes);
      bytes = larger;
    }
    bytes.set(value, loaded);
    loaded += value.length;
    if (loaded < total) tell(loaded, total);
  }
  tell(loaded, loaded);
  return bytes.subarray(0, loaded);
}

async function request(url: string, method: "GET" | "HEAD"): Promise<Response> {
  return received(url, fetch(url, { method }));
}

async function received<T>(url: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    return ioError(url, error);
  }
}

/** Many servers answer 200 with the site's start page where a file is missing, and a checkpoint has no HTML. */
function isThere(response: Response, url: string): boolean {
  if (response.ok) return !response.headers.get("content-type")?.startsWith("text/html");
  if ([403, 404, 410].includes(response.status)) return false;
  throw new TransformersError(
    "DOWNLOAD_FAILED",
    `${url}: the server answered ${response.status} ${response.statusText}`.trimEnd(),
  );
}

/** Turns an error of a download into one of ours; one that is ours already stays. */
export function ioError(url: string, error: unknown): never {
  if (error instanceof TransformersError) throw error;
  throw new TransformersError(
    "DOWNLOAD_FAILED",
    `${url} could not be downloaded: ${error instanceof Error ? error.message : String(error)}. Is the address right, and does a server elsewhere allow this page to read from it (CORS)?`,
    { cause: error },
  );
}

/** Nothing can be read while a page's thread waits: throws `UNSUPPORTED`. */
export function readSync(url: string): never {
  throw new TransformersError("UNSUPPORTED", `${url} cannot be read synchronously in a browser`);
}

/** A page cannot write into a server's folder: throws `UNSUPPORTED`. */
export async function publish(url: string): Promise<never> {
  throw new TransformersError(
    "UNSUPPORTED",
    `${url}: nothing can be saved by its URL in a browser; save where files can be written, in Node`,
  );
}

/** `crc32` in the thread that calls: a page has no other for it. */
export async function crc32Beside(bytes: Uint8Array, previous = 0): Promise<number> {
  return crc32(bytes, previous);
}

/** Nothing can have been saved there. */
export async function removeFiles(): Promise<void> {}

/** A page has no folders: throws `UNSUPPORTED`. */
export async function withTemporaryFolder(): Promise<never> {
  throw new TransformersError(
    "UNSUPPORTED",
    "push_to_hub: a model's weights cannot be uploaded from a browser; push it in Node",
  );
}
