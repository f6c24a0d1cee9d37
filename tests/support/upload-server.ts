import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A repository that files have been committed to. */
export interface CommittedRepository {
  readonly files: Map<string, Uint8Array>;
  /** The summary of each commit, and the branch. */
  readonly commits: { readonly summary: string; readonly branch: string; readonly isPullRequest: boolean }[];
  readonly visibility: unknown;
}

/** A server on loopback that speaks the Hub's protocol for commits: small files in the commit, large ones by LFS. */
export class UploadServer implements AsyncDisposable {
  readonly repositories = new Map<string, CommittedRepository>();
  /** Method and path of each request, in order. */
  readonly requests: string[] = [];
  readonly tokens = new Set<string | undefined>();
  /** May give the status that a request is refused with. */
  refuse: (line: string) => number | null = () => null;
  readonly #objects = new Map<string, Uint8Array>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<UploadServer> {
    const server = new UploadServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  text(repository: string, file: string): string {
    return new TextDecoder().decode(this.repositories.get(repository)?.files.get(file));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(decodeURIComponent(request.url ?? ""), this.endpoint);
    const line = `${request.method} ${url.pathname}`;
    this.requests.push(line);
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part as Uint8Array);
    const body = Buffer.concat(parts);
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    const refused = this.refuse(line);
    if (refused !== null) return void json({ error: "refused by the test" }, refused);
    if (request.method === "PUT") {
      this.#objects.set(url.pathname.slice("/objects/".length), body);
      return void response.writeHead(200, { ETag: '"x"' }).end();
    }
    this.tokens.add(request.headers.authorization);
    if (line === "POST /api/repos/create") {
      const { name, organization, visibility, private: isPrivate } = JSON.parse(String(body));
      const id = `${organization}/${name}`;
      if (this.repositories.has(id)) return void json({ error: "exists" }, 409);
      this.repositories.set(id, { files: new Map(), commits: [], visibility: visibility ?? isPrivate });
      return void json({ url: `${this.endpoint}/${id}` });
    }
    const [, preupload] = /^POST \/api\/models\/(.+)\/preupload\//.exec(line) ?? [];
    if (preupload !== undefined) {
      const { files } = JSON.parse(String(body)) as { files: { path: string }[] };
      const mode = (path: string) => (/\.safetensors$/.test(path) ? "lfs" : "regular");
      return void json({ files: files.map(({ path }) => ({ path, uploadMode: mode(path) })) });
    }
    if (line.endsWith(".git/info/lfs/objects/batch")) {
      const { objects } = JSON.parse(String(body)) as { objects: { oid: string; size: number }[] };
      const actions = (oid: string) => ({ upload: { href: `${this.endpoint}/objects/${oid}` } });
      return void json({
        transfer: "basic",
        objects: objects.map(({ oid, size }) => ({ oid, size, actions: actions(oid) })),
      });
    }
    const [, id, branch] = /^POST \/api\/models\/(.+)\/commit\/(.+)$/.exec(line) ?? [];
    if (id !== undefined)
      return void json(this.#commit(id, branch!, url.searchParams.has("create_pr"), body));
    const [, from, file] = /^(?:GET|HEAD) \/(.+?)\/resolve\/[^/]+\/(.+)$/.exec(line) ?? [];
    const content = this.repositories.get(from ?? "")?.files.get(file ?? "");
    if (content === undefined) {
      response.writeHead(404, { "X-Error-Code": "EntryNotFound" }).end();
    } else {
      const headers = {
        ETag: '"e"',
        "Content-Length": content.length,
        "Content-Range": `bytes 0-0/${content.length}`,
      };
      response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : content);
    }
  }

  #commit(id: string, branch: string, isPullRequest: boolean, body: Buffer) {
    const { files, commits } = this.repositories.get(id)!;
    for (const line of String(body).trim().split("\n")) {
      const { key, value } = JSON.parse(line) as { key: string; value: Record<string, string> };
      if (key === "header") commits.push({ summary: value.summary!, branch, isPullRequest });
      if (key === "file") files.set(value.path!, Buffer.from(value.content!, value.encoding as "base64"));
      if (key === "lfsFile") files.set(value.path!, this.#object(value.oid!));
    }
    const oid = createHash("sha1").update(body).digest("hex");
    const pullRequest = isPullRequest ? { pullRequestUrl: `${this.endpoint}/${id}/discussions/1` } : {};
    return {
      success: true,
      commitOid: oid,
      commitUrl: `${this.endpoint}/${id}/commit/${oid}`,
      hookOutput: "",
      ...pullRequest,
    };
  }

  #object(oid: string): Uint8Array {
    const bytes = this.#objects.get(oid);
    if (bytes === undefined || createHash("sha256").update(bytes).digest("hex") !== oid)
      throw new Error(`a commit names the object ${oid}, which has not been uploaded`);
    return bytes;
  }
}
