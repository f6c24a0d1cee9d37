import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A repository as the server has it: files by name, at one commit. */
export interface ServedRepository {
  readonly commit: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly gated?: boolean;
  /** The files of commits that "main" was at before. */
  readonly older: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
}

/** May answer by itself, and then gives true. */
export type Fault = (request: IncomingMessage, response: ServerResponse, file: ServedFile) => unknown;

export interface ServedFile {
  readonly content: Uint8Array;
  readonly etag: string;
  readonly commit: string;
  readonly large: boolean;
}

const largeFrom = 1_000;

/** A server on loopback that speaks the Hub's protocol for files, and misbehaves when told to. */
export class HubServer implements AsyncDisposable {
  readonly repositories = new Map<string, ServedRepository>();
  /** The new names of repositories that were renamed. */
  readonly renamed = new Map<string, string>();
  /** Method and path of each request, in order. */
  readonly requests: string[] = [];
  /** The Authorization headers that came, and on which host. */
  readonly tokens: (string | undefined)[] = [];
  fault: Fault | null = null;
  readonly #server = createServer((request, response) => this.#answer(request, response));

  static async start(): Promise<HubServer> {
    const server = new HubServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Adds a repository, or a commit to one. Gives the commit. */
  add(
    id: string,
    files: Readonly<Record<string, string | Uint8Array>>,
    more: { gated?: boolean } = {},
  ): string {
    const entries = Object.entries(files).map(
      ([name, content]) =>
        [name, typeof content === "string" ? new TextEncoder().encode(content) : content] as const,
    );
    const commit = createHash("sha1")
      .update(`${id}${JSON.stringify(entries.map(([name, content]) => [name, gitHash(content)]))}`)
      .digest("hex");
    const before = this.repositories.get(id);
    const older = new Map([
      ...(before?.older ?? []),
      ...(before ? [[before.commit, before.files] as const] : []),
    ]);
    this.repositories.set(id, { commit, files: new Map(entries), older, ...more });
    return commit;
  }

  /** How many times a file's content was asked for. */
  get downloads(): number {
    return this.requests.filter((line) => line.startsWith("GET")).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = decodeURIComponent(request.url ?? "");
    for (const [name, value] of Object.entries(sharing)) response.setHeader(name, value);
    if (request.method === "OPTIONS") {
      response.writeHead(204).end();
      return;
    }
    this.requests.push(`${request.method} ${url}`);
    this.tokens.push(request.headers.authorization);
    const [, before = "/", id = "", rest = ""] =
      /^(\/(?:api\/models\/)?)(.+?)(\/(?:resolve|revision|tree)\/.+)$/.exec(url) ?? [];
    const name = this.renamed.get(id);
    if (name !== undefined) {
      response.writeHead(307, { Location: encodeURI(`${before}${name}${rest}`) }).end();
      return;
    }
    const [, kind = "", revision = "", file = ""] = /^\/(\w+)\/([^/?]+)(?:\/([^?]*))?/.exec(rest) ?? [];
    if (id === "") {
      response.writeHead(404).end();
      return;
    }
    const found = this.#find(id, revision, request.headers.authorization);
    if ("status" in found) {
      refuse(response, found);
      return;
    }
    if (before !== "/") {
      answerJson(request, response, listing(id, kind, found));
      return;
    }
    const content = found.files.get(file);
    if (content === undefined) {
      refuse(response, { status: 404, code: "EntryNotFound", commit: found.commit });
      return;
    }
    const served = servedFile(content, found.commit);
    if (!this.fault?.(request, response, served)) sendFile(request, response, served);
  }

  #find(id: string, revision: string, token: string | undefined): ServedCommit | Refusal {
    const repository = this.repositories.get(id);
    if (repository === undefined) return { status: 401, code: "RepoNotFound" };
    const { commit, files, gated, older } = repository;
    const before = older.get(revision);
    if (revision !== "main" && revision !== commit && before === undefined)
      return { status: 404, code: "RevisionNotFound" };
    if (gated && token !== "Bearer hf_member") return { status: 403, code: "GatedRepo" };
    return before === undefined ? { commit, files } : { commit: revision, files: before };
  }
}

interface ServedCommit {
  readonly commit: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What lets pages of other sites read the answers, as the Hub does. */
const sharing = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "Authorization, Range, If-None-Match",
  "Access-Control-Expose-Headers":
    "X-Repo-Commit, X-Error-Code, X-Linked-Size, X-Linked-ETag, ETag, Content-Range",
};

function refuse(response: ServerResponse, { status, code, commit }: Refusal): void {
  response.writeHead(status, { "X-Error-Code": code, ...(commit && { "X-Repo-Commit": commit }) }).end();
}

/** What the Hub's API says of a commit: the list of its files, or its tree. */
function listing(id: string, kind: string, { commit, files }: ServedCommit): unknown {
  const entries = [...files].map(([name, content]) => ({
    name,
    size: content.length,
    ...servedFile(content, commit),
  }));
  if (kind === "tree") {
    return entries.map(({ name, size, content, etag, large }) => ({
      type: "file",
      path: name,
      size,
      oid: gitHash(content),
      ...(large && { lfs: { oid: etag, size, pointerSize: 134 } }),
    }));
  }
  const siblings = entries.map(({ name, size, content, etag, large }) => ({
    rfilename: name,
    size,
    blobId: gitHash(content),
    ...(large && { lfs: { sha256: etag, size, pointerSize: 134 } }),
  }));
  return { id, modelId: id, sha: commit, private: false, siblings };
}

function answerJson(request: IncomingMessage, response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value);
  const etag = `W/"${createHash("sha1").update(text).digest("hex")}"`;
  const isKnown = request.headers["if-none-match"] === etag;
  response.writeHead(isKnown ? 304 : 200, { "Content-Type": "application/json", ETag: etag });
  response.end(isKnown ? undefined : text);
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly commit?: string;
}

function servedFile(content: Uint8Array, commit: string): ServedFile {
  const large = content.length >= largeFrom;
  const etag = large ? createHash("sha256").update(content).digest("hex") : gitHash(content);
  return { content, etag, commit, large };
}

function gitHash(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

/** Answers as the Hub does, from where a range begins. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { content, etag, commit, large }: ServedFile,
  headers: Readonly<Record<string, string | undefined>> = {},
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const all: Record<string, string | undefined> = {
    "X-Repo-Commit": commit,
    ETag: `"${etag}"`,
    ...(large ? { "X-Linked-ETag": `"${etag}"`, "X-Linked-Size": String(content.length) } : {}),
    "Content-Length": String(content.length - from),
    ...(from > 0 ? { "Content-Range": `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    ...headers,
  };
  const present = Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  response.writeHead(from > 0 ? 206 : 200, present);
  if (request.method === "HEAD") response.end();
  else response.end(content.subarray(from));
}
