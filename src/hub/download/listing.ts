import { TransformersError } from "../../errors.js";
import { networkError, refusal } from "./answers.js";
import { readEnvironment } from "./environment.js";
import { checkRelativeName, checkRepositoryId, isCommit } from "./names.js";
import type { HubOptions } from "./options.js";
import { deadline, request } from "./request.js";
import { tokenFor } from "./token.js";

/**
 * The names of all files of a repository. Throws `REPOSITORY_NOT_FOUND`, `REVISION_NOT_FOUND`, `OFFLINE`,
 * `DOWNLOAD_FAILED`, `ABORTED`.
 */
export async function list_repo_files(repo: string, options: HubOptions = {}): Promise<string[]> {
  return (await listRepository(repo, options)).names;
}

/** The commit that a revision is at, and the names of its files. Throws as `list_repo_files`. */
export async function listRepository(
  repo: string,
  options: HubOptions = {},
): Promise<{ commit: string; names: string[] }> {
  checkRepositoryId(repo);
  const environment = readEnvironment();
  const revision = options.revision ?? "main";
  checkRelativeName(revision, "revision");
  if (options.local_files_only || environment.offline) {
    throw new TransformersError(
      "OFFLINE",
      `the files of ${repo} cannot be listed offline (local_files_only or HF_HUB_OFFLINE)`,
    );
  }
  const token = await tokenFor(environment, options.token);
  const url = `${environment.endpoint}/api/models/${repo}/revision/${encodeURIComponent(revision)}`;
  const limit = deadline(options.signal, environment.etagTimeout);
  try {
    const { response } = await request(url, { method: "GET", token, signal: limit.signal, follow: "all" });
    if (response.status >= 400) throw refusal(response, { repo, revision, filename: "" }, url, token);
    const { siblings, sha } = (await response.json()) as { siblings?: unknown; sha?: unknown };
    if (Array.isArray(siblings) && typeof sha === "string" && isCommit(sha)) {
      const names = siblings.map(
        (sibling: unknown) => (sibling as { rfilename?: unknown } | null)?.rfilename,
      );
      if (names.every((name) => typeof name === "string")) return { commit: sha, names };
    }
    throw new TransformersError("DOWNLOAD_FAILED", `${url}: the server gave no list of files`);
  } catch (error) {
    throw networkError(error, url, options.signal);
  } finally {
    limit.end();
  }
}
