import { TransformersError } from "../../errors.js";
import { type FileAddress, networkError, refusal } from "./answers.js";
import type { HubEnvironment } from "./environment.js";
import { checkEtag, isCommit } from "./names.js";
import { deadline, request } from "./request.js";

/** What the Hub says of a file before it is downloaded. */
export interface FileFacts {
  readonly commit: string;
  /** Its hash: SHA-256 of large files, git's SHA-1 of small ones. */
  readonly etag: string;
  readonly size: number;
}

export function urlOf(environment: HubEnvironment, { repo, filename, revision }: FileAddress): string {
  const encoded = filename.split("/").map(encodeURIComponent).join("/");
  return `${environment.endpoint}/${repo}/resolve/${encodeURIComponent(revision)}/${encoded}`;
}

/**
 * Asks the Hub for a file's commit, hash and size. Throws `ENTRY_NOT_FOUND`, `REVISION_NOT_FOUND`,
 * `REPOSITORY_NOT_FOUND`, `GATED_REPOSITORY`, `DOWNLOAD_FAILED` (the network, the server, or one that does not speak
 * the Hub's protocol).
 */
export async function fetchFacts(
  environment: HubEnvironment,
  address: FileAddress,
  token: string | null,
  signal?: AbortSignal,
): Promise<FileFacts> {
  const url = urlOf(environment, address);
  const limit = deadline(signal, environment.etagTimeout);
  try {
    const { response } = await request(url, {
      method: "HEAD",
      token,
      signal: limit.signal,
      follow: "relative",
    });
    await response.body?.cancel();
    if (response.status >= 400) throw refusal(response, address, url, token);
    return factsFrom(response.headers, url);
  } catch (error) {
    throw networkError(error, url, signal);
  } finally {
    limit.end();
  }
}

function factsFrom(headers: Headers, url: string): FileFacts {
  const commit = headers.get("x-repo-commit");
  const etag = (headers.get("x-linked-etag") ?? headers.get("etag") ?? "")
    .replace(/^W\//, "")
    .replaceAll('"', "");
  const size = headers.get("x-linked-size") ?? headers.get("content-length");
  if (commit === null || !isCommit(commit)) {
    throw new TransformersError(
      "DOWNLOAD_FAILED",
      `${url}: the server named no commit (X-Repo-Commit: ${commit ?? "absent"}); it does not speak the Hub's protocol`,
    );
  }
  checkEtag(etag, url);
  if (size === null || !/^\d{1,16}$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new TransformersError(
      "DOWNLOAD_FAILED",
      `${url}: the server named no size; it does not speak the Hub's protocol`,
    );
  }
  return { commit, etag, size: Number(size) };
}
