import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HubServer } from "../../../tests/support/hub-server.js";
import type { HubOptions } from "../download/options.js";
import { configureHub, openSource, readText, storedFile } from "./web.js";

let server: HubServer;
const weights = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);

/** Cache Storage as far as it is used. */
class FakeCaches {
  readonly entries = new Map<string, Uint8Array>();

  async open(name: string) {
    return {
      match: async (url: string) => {
        const found = this.entries.get(`${name} ${url}`);
        return found && new Response(Uint8Array.from(found));
      },
      put: async (url: string, response: Response) => {
        this.entries.set(`${name} ${url}`, new Uint8Array(await response.arrayBuffer()));
      },
    };
  }
}
let caches: FakeCaches;

beforeEach(async () => {
  server = await HubServer.start();
  server.add("org/name", { "config.json": '{"a":1}', "model.safetensors": weights, "sub/a b#c.txt": "x" });
  caches = new FakeCaches();
  vi.stubGlobal("caches", caches);
  configureHub({ endpoint: server.endpoint });
});
afterEach(async () => {
  configureHub({});
  vi.unstubAllGlobals();
  await server[Symbol.asyncDispose]();
});

/** The bytes of a file; null where there is none of that name. */
async function read(file: string, options: HubOptions = {}, repo = "org/name"): Promise<Uint8Array | null> {
  const url = await (await openSource(repo, options)).find(file);
  return url === null ? null : storedFile(url).use(({ size, read }) => read(0, size));
}

const gets = (ending: string) => server.requests.filter((line) => line.endsWith(ending)).length;

describe("a repository in a page", () => {
  test("is read by its name, and a second time from Cache Storage", async () => {
    const commit = server.repositories.get("org/name")!.commit;
    const source = await openSource("org/name");
    const url = await source.find("config.json");
    expect(url).toBe(`${server.endpoint}/org/name/resolve/${commit}/config.json`);
    expect(await readText(url!)).toBe('{"a":1}');
    expect(await source.find("absent.json")).toBeNull();
    expect(Buffer.from(weights).equals((await read("model.safetensors"))!)).toBe(true);
    expect(Buffer.from(weights).equals((await read("model.safetensors"))!)).toBe(true);
    expect(gets("model.safetensors")).toBe(1);
    expect([...caches.entries.keys()].every((key) => key.startsWith("transformers-ts "))).toBe(true);
  });

  test("honours subfolder, revision and force_download", async () => {
    const before = server.repositories.get("org/name")!.commit;
    expect(Buffer.from((await read("a b#c.txt", { subfolder: "sub" }))!).toString()).toBe("x");
    server.add("org/name", { "config.json": '{"a":2}' });
    expect(Buffer.from((await read("config.json"))!).toString()).toBe('{"a":2}');
    expect(Buffer.from((await read("config.json", { revision: before }))!).toString()).toBe('{"a":1}');
    await read("config.json", { force_download: true });
    expect(server.requests.filter((line) => line.startsWith("GET /org/name/resolve/")).length).toBe(4);
    await expect(read("config.json", { revision: "v9" })).rejects.toMatchObject({
      code: "REVISION_NOT_FOUND",
    });
  });

  test("is there without the Hub once it has been read", async () => {
    await read("config.json");
    const before = server.requests.length;
    expect(await read("config.json", { local_files_only: true })).not.toBeNull();
    expect(await read("model.safetensors", { local_files_only: true })).toBeNull();
    expect(server.requests).toHaveLength(before);
    await expect(read("config.json", { local_files_only: true }, "org/other")).rejects.toMatchObject({
      code: "OFFLINE",
    });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    expect(Buffer.from((await read("config.json"))!).toString()).toBe('{"a":1}');
    await expect(read("model.safetensors")).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
  });

  test("works without Cache Storage, and with one that is full", async () => {
    vi.stubGlobal("caches", undefined);
    expect(await read("config.json")).not.toBeNull();
    const full = {
      open: async () => ({ match: async () => undefined, put: () => Promise.reject(new Error("quota")) }),
    };
    vi.stubGlobal("caches", full);
    expect(await read("config.json")).not.toBeNull();
  });

  test("reports progress and can be aborted", async () => {
    const seen: [string, number, number][] = [];
    const progress_callback = ({ file, loaded, total }: { file: string; loaded: number; total: number }) =>
      void seen.push([file, loaded, total]);
    await read("model.safetensors", { progress_callback });
    expect(seen.at(-1)).toEqual(["model.safetensors", 300_000, 300_000]);
    const controller = new AbortController();
    const aborted = read("model.safetensors", {
      force_download: true,
      signal: controller.signal,
      progress_callback: () => controller.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ code: "ABORTED" });
    const thrown = new RangeError("mine");
    const failing = () => {
      throw thrown;
    };
    await expect(
      read("model.safetensors", { force_download: true, progress_callback: failing }),
    ).rejects.toBe(thrown);
  });

  test("sends its token, given or configured, and none where it is told so", async () => {
    server.add("org/gated", { "config.json": "{}" }, { gated: true });
    await expect(read("config.json", {}, "org/gated")).rejects.toMatchObject({ code: "GATED_REPOSITORY" });
    await expect(read("config.json", {}, "org/none")).rejects.toMatchObject({ code: "REPOSITORY_NOT_FOUND" });
    await expect(read("config.json", { token: true })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(await read("config.json", { token: "hf_member" }, "org/gated")).not.toBeNull();
    configureHub({ endpoint: server.endpoint, token: "hf_member", cache: "mine" });
    expect(await read("config.json", {}, "org/gated")).not.toBeNull();
    expect([...caches.entries.keys()].some((key) => key.startsWith("mine "))).toBe(true);
    server.tokens.length = 0;
    await read("config.json", { token: false });
    expect(server.tokens.every((token) => token === undefined)).toBe(true);
    const error = await read("config.json", { token: "secret\nX: y" }).catch((reason) => reason);
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(String(error.stack)).not.toContain("secret");
  });

  test.each([
    ["other bytes", weights.slice().fill(7), "CHECKSUM_MISMATCH"],
    ["fewer bytes", weights.subarray(0, 1_000), "DOWNLOAD_FAILED"],
    ["more bytes", Buffer.concat([weights, weights]), "DOWNLOAD_FAILED"],
  ])("refuses %s and keeps nothing of them", async (_, content, code) => {
    server.fault = (__, response) => response.writeHead(200).end(content);
    await expect(read("model.safetensors")).rejects.toMatchObject({ code });
    server.fault = null;
    expect(Buffer.from(weights).equals((await read("model.safetensors"))!)).toBe(true);
  });

  test("refuses what it cannot honour, and names that lead elsewhere", async () => {
    await expect(read("config.json", { cache_dir: "x" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    for (const name of ["../x", "/x", "a\\b"]) {
      await expect(read(name), name).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    await expect(read("x", { revision: "../x" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(() => configureHub({ endpoint: "ftp://x" })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });

  test("is not taken for a folder of the site, whose address says so", async () => {
    vi.stubGlobal("location", new URL(`${server.endpoint}/page/`));
    const source = await openSource("./org/name");
    expect(source.name).toContain("./org/name");
    expect(await source.find("config.json")).toBeNull(); // the server has no such folder
    expect(server.requests.at(-1)).toBe("HEAD /page/org/name/config.json");
  });
});
