import { TransformersError } from "../../errors.js";
import { isCommit } from "./names.js";

// What the Hub answers other than a file, as errors of ours. Runs anywhere.

/** What names a file of the Hub. */
export interface FileAddress {
  readonly repo: string;
  readonly filename: string;
  readonly revision: string;
}

/** Said by the Hub of a repository whose branch exists and whose file does not. */
export class MissingEntry extends TransformersError {
  constructor(
    message: string,
    readonly commit: string | null,
  ) {
    super("ENTRY_NOT_FOUND", message);
  }
}

/** What an answer of 400 and above means. Source: huggingface_hub documentation, "Errors". */
export function refusal(
  response: Response,
  address: FileAddress,
  url: string,
  token: string | null,
): TransformersError {
  const { repo, filename, revision } = address;
  const reason = response.headers.get("x-error-code");
  const commit = response.headers.get("x-repo-commit");
  const { status } = response;
  if (reason === "RevisionNotFound") {
    return new TransformersError("REVISION_NOT_FOUND", `${repo} has no revision ${JSON.stringify(revision)}`);
  }
  if (reason === "EntryNotFound" || (reason === null && status === 404)) {
    return new MissingEntry(
      `${repo} has no file ${filename} at ${revision}`,
      commit !== null && isCommit(commit) ? commit : null,
    );
  }
  if (reason === "GatedRepo" || status === 403) {
    return new TransformersError(
      "GATED_REPOSITORY",
      `${repo} is gated: accept its terms on the Hub and set HF_TOKEN (${token === null ? "none was sent" : "the one sent has no access"})`,
    );
  }
  if (reason === "RepoNotFound" || status === 401) {
    return new TransformersError(
      "REPOSITORY_NOT_FOUND",
      `the Hub has no repository ${repo} that this ${token === null ? "request without a token" : "token"} may see; check its name, and for a private one set HF_TOKEN`,
    );
  }
  return new TransformersError(
    "DOWNLOAD_FAILED",
    `${url}: the server answered ${status} ${response.statusText}`.trim(),
  );
}

/** An error of the network as one of ours; aborting is not an error of the network. */
export function networkError(error: unknown, url: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) {
    return new TransformersError("ABORTED", `the download of ${url} was aborted`, { cause: signal.reason });
  }
  if (error instanceof TransformersError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const words = cause instanceof Error ? cause.message : String(cause);
  return new TransformersError("DOWNLOAD_FAILED", `${url} could not be reached: ${words}`, { cause: error });
}
