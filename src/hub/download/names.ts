import { TransformersError } from "../../errors.js";

// What names of the Hub may be. Runs anywhere.

const commitForm = /^[0-9a-f]{40}$/;
const etagForm = /^[0-9A-Za-z_-]{1,128}$/;
const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;
const longestPart = 255;

export function isCommit(revision: string): boolean {
  return commitForm.test(revision);
}

/** Throws `INVALID_ARGUMENT` unless `id` is `name` or `owner/name` as the Hub has them. */
export function checkRepositoryId(id: string): void {
  const isValid =
    /^(?:[\w-][\w.-]{0,95}\/)?[\w-][\w.-]{0,95}$/.test(id) && !id.includes("..") && !id.includes("--");
  if (isValid && !id.endsWith(".git") && !id.endsWith("-") && !id.endsWith(".")) return;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${JSON.stringify(id)} is neither a folder here nor a repository of the Hub: expected a path, or "name" or "owner/name"`,
  );
}

/** Throws `INVALID_ARGUMENT` for a file or revision name that would lead out of its folder on some system. */
export function checkRelativeName(name: string, what: string): void {
  const parts = name.split("/");
  const isUnsafe = parts.some(
    (part) =>
      part === "" ||
      part === "." ||
      part === ".." ||
      new TextEncoder().encode(part).length > longestPart ||
      reservedOnWindows.test(part) ||
      /[. ]$/.test(part),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (isUnsafe || /[\\:\x00-\x1f*?"<>|]/.test(name)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${JSON.stringify(name)} is no ${what} that can be kept safely in a folder`,
    );
  }
}

/** Throws `DOWNLOAD_FAILED` unless the server's etag can be a file's name. */
export function checkEtag(etag: string, url: string): void {
  if (etagForm.test(etag)) return;
  throw new TransformersError(
    "DOWNLOAD_FAILED",
    `${url}: the server gave the etag ${JSON.stringify(etag.slice(0, 80))}, which is no hash; it does not speak the Hub's protocol`,
  );
}
