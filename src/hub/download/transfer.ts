import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { TransformersError } from "../../errors.js";
import { type FileAddress, networkError, refusal } from "./answers.js";
import { isOfTheDisk } from "./disk-errors.js";
import type { HubEnvironment } from "./environment.js";
import { type FileFacts, urlOf } from "./metadata.js";
import type { HubOptions } from "./options.js";
import { deadline, request } from "./request.js";

/** How many attempts in a row may fail until the file has come on by `leastProgress`. */
const tries = 5;
/**
 * In bytes beyond the furthest that any attempt has reached. Less does not count: a server that cuts every connection
 * after its first bytes, or that begins anew each time, would keep a download going for ever.
 */
const leastProgress = 2 ** 20;
/** Seconds that a server's Retry-After is obeyed for at most. */
const longestWait = 60;

/**
 * Downloads into a new file, going on where a connection was cut, and checks size and hash. Whoever calls removes the
 * file after a failure.
 *
 * @throws DOWNLOAD_FAILED, CHECKSUM_MISMATCH, ABORTED, what `refusal` says; errors of the file system as they are, and
 *   what `progress_callback` throws.
 */
export async function transfer(
  temporary: string,
  environment: HubEnvironment,
  address: FileAddress,
  facts: FileFacts,
  token: string | null,
  options: HubOptions,
): Promise<void> {
  const url = urlOf(environment, { ...address, revision: facts.commit });
  const target = new Target(await open(temporary, "wx"), facts);
  let failures = 0;
  let furthest = 0;
  try {
    do {
      const before = target.loaded;
      const limit = deadline(options.signal, environment.downloadTimeout);
      let isOurs = false;
      try {
        const headers: Record<string, string> = before > 0 ? { Range: `bytes=${before}-` } : {};
        const { response } = await request(url, {
          method: "GET",
          token,
          headers,
          signal: limit.signal,
          follow: "all",
        });
        if (response.status >= 400) throw await badAnswer(response, target, address, url, token);
        if (before > 0 && !goesOnAt(before, response)) {
          await target.startOver();
          if (response.status === 206) {
            await response.body?.cancel();
            throw new Passing(`${url}: the server answered with another range than the one asked for`);
          }
        }
        for await (const chunk of response.body ?? []) {
          limit.touch();
          await target.write(chunk, url);
          isOurs = true;
          options.progress_callback?.({ file: address.filename, loaded: target.loaded, total: facts.size });
          isOurs = false;
        }
        if (target.loaded < facts.size) {
          throw new Passing(`${url}: the connection ended after ${target.loaded} of ${facts.size} bytes`);
        }
      } catch (error) {
        if (isOurs) throw error;
        const failure = passing(error, limit.signal, options.signal, url);
        if (target.loaded >= furthest + leastProgress) {
          furthest = target.loaded;
          failures = 0;
        }
        failures++;
        if (!(failure instanceof Passing) || failures >= tries) throw failure;
        await pause(failure.seconds ?? Math.min(0.1 * 2 ** failures, 8), options.signal, url);
      } finally {
        limit.end();
      }
    } while (target.loaded < facts.size);
    await target.finish(url);
  } finally {
    await target.close();
  }
}

/** Whether an answer to a range is the rest from there on. */
function goesOnAt(position: number, response: Response): boolean {
  if (response.status !== 206) return false;
  const range = response.headers.get("content-range");
  return range === null || new RegExp(`^bytes ${position}-`).test(range);
}

/** The file that a download is written to, and the hash of what is there. */
class Target {
  loaded = 0;
  #hash: Hash | null;

  constructor(
    readonly file: FileHandle,
    readonly facts: FileFacts,
  ) {
    this.#hash = startHash(facts);
  }

  async write(chunk: Uint8Array, url: string): Promise<void> {
    if (this.loaded + chunk.length > this.facts.size) {
      throw new TransformersError(
        "DOWNLOAD_FAILED",
        `${url}: the server sends more than the ${this.facts.size} bytes that it announced`,
      );
    }
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await this.file.write(chunk, done, chunk.length - done, this.loaded + done);
      done += bytesWritten;
    }
    this.#hash?.update(chunk);
    this.loaded += chunk.length;
  }

  async startOver(): Promise<void> {
    await this.file.truncate(0);
    this.#hash = startHash(this.facts);
    this.loaded = 0;
  }

  async finish(url: string): Promise<void> {
    await this.file.sync();
    const digest = this.#hash?.digest("hex");
    if (digest === undefined || digest === this.facts.etag) return;
    throw new TransformersError(
      "CHECKSUM_MISMATCH",
      `${url}: what was downloaded has the hash ${digest}, the Hub said ${this.facts.etag}; nothing was kept, try again`,
    );
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** Of large files SHA-256, of small ones what git hashes; null for the etags of other servers. */
function startHash({ etag, size }: FileFacts): Hash | null {
  if (/^[0-9a-f]{64}$/.test(etag)) return createHash("sha256");
  if (/^[0-9a-f]{40}$/.test(etag)) return createHash("sha1").update(`blob ${size}\0`);
  return null;
}

/** A failure that may pass: after so many seconds if the server said so. */
class Passing extends TransformersError {
  constructor(
    message: string,
    readonly seconds: number | null = null,
    options?: ErrorOptions,
  ) {
    super("DOWNLOAD_FAILED", message, options);
  }
}

/** What stopped an attempt: the user, the disk, an answer that stands, or something that may pass. */
function passing(error: unknown, limit: AbortSignal, user: AbortSignal | undefined, url: string): unknown {
  if (user?.aborted) return networkError(error, url, user);
  if (limit.aborted) return new Passing(`${url}: ${(limit.reason as Error).message}`);
  if (error instanceof TransformersError || isOfTheDisk(error)) return error;
  return new Passing((networkError(error, url) as Error).message, null, { cause: error });
}

async function badAnswer(
  response: Response,
  target: Target,
  address: FileAddress,
  url: string,
  token: string | null,
): Promise<TransformersError> {
  await response.body?.cancel();
  if (response.status === 416) await target.startOver();
  const mayPass = response.status === 416 || response.status === 429 || response.status >= 500;
  if (!mayPass) return refusal(response, address, url, token);
  const seconds = retryAfter(response.headers.get("retry-after"));
  return new Passing(`${url}: the server answered ${response.status} ${response.statusText}`.trim(), seconds);
}

/** The seconds that a Retry-After asks for, which is a number of them or a date; null where it is neither. */
export function retryAfter(header: string | null, now = Date.now()): number | null {
  if (header === null) return null;
  const isDate = /^[A-Z][a-z]+, /.test(header);
  const seconds = isDate
    ? (Date.parse(header) - now) / 1000
    : /^\d+$/.test(header)
      ? Number(header)
      : Number.NaN;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), longestWait) : null;
}

async function pause(seconds: number, signal: AbortSignal | undefined, url: string): Promise<void> {
  try {
    await sleep(seconds * 1000, undefined, { signal });
  } catch (error) {
    throw networkError(error, url, signal);
  }
}
