import { TransformersError } from "../errors.js";
import { optionalPackage } from "./optional-package.js";
import { uploadAccess } from "./storage/index.js";

/** Options of `push_to_hub`. */
export interface PushOptions {
  /** Default "Upload" and what is uploaded. */
  commit_message?: string;
  commit_description?: string;
  /** Whether a repository that is made for it is private. Default: as the owner's settings say. */
  private?: boolean;
  /** The branch to commit to. Default "main". */
  revision?: string;
  /** Open a pull request instead of committing to the branch. Default false. */
  create_pr?: boolean;
  /** A token that may write, true for the saved one. Default: HF_TOKEN, or the saved one. */
  token?: string | boolean;
  signal?: AbortSignal;
}

export interface CommitInfo {
  readonly oid: string;
  readonly commit_url: string;
  readonly pr_url: string | null;
}

/** A file to be uploaded: its text or bytes, or the URL of a file on the disk. */
export interface UploadedFile {
  readonly path: string;
  readonly content: string | Uint8Array<ArrayBuffer> | URL;
}

const optionNames = [
  "commit_message",
  "commit_description",
  "private",
  "revision",
  "create_pr",
  "token",
  "signal",
];

/** Of options, those of `push_to_hub` and the others. */
export function splitPushOptions<O extends PushOptions>(
  options: O,
): [PushOptions, Omit<O, keyof PushOptions>] {
  const entries = Object.entries(options);
  const of = (own: boolean) =>
    Object.fromEntries(entries.filter(([name]) => optionNames.includes(name) === own));
  return [of(true) as PushOptions, of(false) as Omit<O, keyof PushOptions>];
}

/**
 * Commits files to a model's repository of the Hub, which is made where there is none. `tags` are added to the card,
 * README.md. Throws `PACKAGE_MISSING`, `OFFLINE`, `INVALID_ARGUMENT` without a token or for a name that is none,
 * `ABORTED`, and `UPLOAD_FAILED` with what the server says.
 */
export async function uploadToHub(
  repo_id: string,
  what: string,
  files: readonly UploadedFile[],
  options: PushOptions = {},
  tags: readonly string[] = [],
): Promise<CommitInfo> {
  const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
  if (unknown !== undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `push_to_hub: there is no option "${unknown}"; options are ${optionNames.join(", ")}`,
    );
  }
  if (!/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(repo_id) || repo_id.includes("..")) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `push_to_hub: ${JSON.stringify(repo_id)} is no repository; expected its owner and name, such as "me/my-model"`,
    );
  }
  const { endpoint, token } = await uploadAccess(options.token);
  const hub = await optionalPackage("@huggingface/hub", "push_to_hub", () => import("@huggingface/hub"));
  const { commit_message, commit_description, revision, create_pr, signal } = options;
  const common = { repo: repo_id, hubUrl: endpoint, accessToken: token };
  try {
    signal?.throwIfAborted();
    const visibility = options.private === undefined ? {} : { private: options.private };
    await hub.createRepo({ ...common, ...visibility }).catch((reason: unknown) => {
      if (!(reason instanceof hub.HubApiError) || reason.statusCode !== 409) throw reason; // 409: it is there
    });
    const card = tags.length > 0 ? [await taggedCard(hub, { ...common, revision }, tags)] : [];
    const result = await hub.uploadFiles({
      ...common,
      files: [...files, ...card].map(({ path, content }) => ({
        path,
        content: content instanceof URL ? content : new Blob([content]),
      })),
      commitTitle: commit_message ?? `Upload ${what}`,
      ...(commit_description && { commitDescription: commit_description }),
      ...(revision && { branch: revision }),
      ...(create_pr && { isPullRequest: true }),
      ...(signal && { abortSignal: signal }),
    });
    const { oid, url } = result!.commit;
    return { oid, commit_url: url, pr_url: result!.pullRequestUrl ?? null };
  } catch (cause) {
    if (cause instanceof TransformersError) throw cause;
    if (signal?.aborted)
      throw new TransformersError("ABORTED", `push_to_hub: ${repo_id}: aborted`, { cause });
    const status = cause instanceof hub.HubApiError ? `the server answered ${cause.statusCode}, ` : "";
    throw new TransformersError(
      "UPLOAD_FAILED",
      `push_to_hub: ${repo_id} at ${endpoint}: ${status}${(cause as Error).message}`,
      { cause },
    );
  }
}

type Hub = typeof import("@huggingface/hub");

async function taggedCard(
  hub: Hub,
  from: { repo: string; hubUrl: string; accessToken: string; revision: string | undefined },
  tags: readonly string[],
): Promise<UploadedFile> {
  const { revision, ...access } = from;
  const path = "README.md";
  const stored = await hub.downloadFile({ ...access, path, ...(revision && { revision }) });
  return { path, content: cardWithTags(stored === null ? "" : await stored.text(), tags) };
}

/** A model's card with tags in its front matter, which is made where there is none. Throws `UNSUPPORTED`. */
export function cardWithTags(card: string, tags: readonly string[]): string {
  const [, header, body = ""] = /^---\r?\n([\s\S]*?)^---[^\S\n]*\r?\n?([\s\S]*)$/m.exec(card) ?? [];
  if (header === undefined || !card.startsWith("---")) {
    return `---\nlibrary_name: transformers\ntags:\n${listed(tags)}---\n${card}`;
  }
  const list = /^tags:[^\S\n]*(.*)\r?\n((?:[^\S\n]*-[^\n]*\n)*)/m.exec(header);
  if (list === null) return `---\n${header}tags:\n${listed(tags)}---\n${body}`;
  if (list[1] !== "") {
    throw new TransformersError(
      "UNSUPPORTED",
      `push_to_hub: the tags of README.md stand in one line, "${list[0].trim()}"; write them below each other to have others added`,
    );
  }
  const present = [...list[2]!.matchAll(/^\s*-\s*(.*?)\s*$/gm)].map(([, tag]) => tag);
  const indent = /^\s*/.exec(list[2]!)![0];
  const missing = tags.filter((tag) => !present.includes(tag));
  const whole = `${list[0]}${missing.map((tag) => `${indent}- ${tag}\n`).join("")}`;
  return `---\n${header.replace(list[0], () => whole)}---\n${body}`;
}

function listed(tags: readonly string[]): string {
  return tags.map((tag) => `- ${tag}\n`).join("");
}
