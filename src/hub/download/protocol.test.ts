import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HubServer, sendFile } from "../../../tests/support/hub-server.js";
import { hf_hub_download } from "./download.js";
import { configureHub } from "./environment.js";

let server: HubServer;
let cache: string;
const weights = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
const canary = "hf_canary_token_do_not_print";

beforeEach(async () => {
  server = await HubServer.start();
  cache = await mkdtemp(path.join(tmpdir(), "hub-protocol-"));
  for (const name of ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]) vi.stubEnv(name, undefined);
  vi.stubEnv("HF_ENDPOINT", server.endpoint);
  vi.stubEnv("HF_HUB_CACHE", cache);
  vi.stubEnv("HF_TOKEN", canary);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
  await rm(cache, { recursive: true });
});

const folder = (id: string) => path.join(cache, `models--${id.replace("/", "--")}`);

describe("a repository that changes", () => {
  test("a branch that moves between the question and the download gives the commit that was told", async () => {
    const before = server.add("org/name", { "model.safetensors": weights });
    const other = weights.slice().fill(7);
    server.fault = (request, response, file) => {
      sendFile(request, response, file);
      if (request.method === "HEAD") server.add("org/name", { "model.safetensors": other });
      return true;
    };
    const found = await hf_hub_download("org/name", "model.safetensors");
    expect(found).toContain(before);
    expect(Buffer.from(weights).equals(await readFile(found))).toBe(true);
    const after = server.repositories.get("org/name")!.commit;
    const next = await hf_hub_download("org/name", "model.safetensors");
    expect(next).toContain(after);
    expect(Buffer.from(other).equals(await readFile(next))).toBe(true);
    expect(await readFile(path.join(folder("org/name"), "refs/main"), "utf8")).toBe(after);
    // The earlier commit is still there, without the network.
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    const old = await hf_hub_download("org/name", "model.safetensors", { revision: before });
    expect(Buffer.from(weights).equals(await readFile(old))).toBe(true);
  });

  test("a renamed one is found by its old name", async () => {
    const commit = server.add("org/new", { "config.json": "{}" });
    server.renamed.set("org/old", "org/new");
    const found = await hf_hub_download("org/old", "config.json");
    expect(found).toBe(path.join(folder("org/old"), "snapshots", commit, "config.json"));
    expect(server.tokens.every((token) => token === `Bearer ${canary}`)).toBe(true);
  });

  test("a file that two commits share is downloaded once", async () => {
    server.add("org/name", { "model.safetensors": weights, "README.md": "1" });
    await hf_hub_download("org/name", "model.safetensors");
    server.add("org/name", { "model.safetensors": weights, "README.md": "2" });
    await hf_hub_download("org/name", "model.safetensors");
    expect(server.downloads).toBe(1);
    expect(await readdir(path.join(folder("org/name"), "snapshots"))).toHaveLength(2);
  });
});

describe("a slow server", () => {
  /** A byte each so many milliseconds. */
  const drip = (milliseconds: number) => {
    server.fault = (request, response, file) => {
      if (request.method === "HEAD") return false;
      response.writeHead(200, { "Content-Length": file.content.length });
      let sent = 0;
      const timer = setInterval(() => {
        if (sent < file.content.length && !response.destroyed)
          response.write(file.content.subarray(sent, ++sent));
        else {
          clearInterval(timer);
          response.end();
        }
      }, milliseconds);
      return true;
    };
  };

  test("that sends a byte now and then is waited for, as long as something comes", async () => {
    server.add("org/name", { "config.json": '{"a":1}' });
    vi.stubEnv("HF_HUB_DOWNLOAD_TIMEOUT", "3");
    drip(500); // 3.5 s in all
    expect(await readFile(await hf_hub_download("org/name", "config.json"), "utf8")).toBe('{"a":1}');
    expect(server.downloads).toBe(1);
  });

  test("is left by a signal", async () => {
    server.add("org/name", { "model.safetensors": weights });
    drip(100); // eight hours in all
    const controller = new AbortController();
    const download = hf_hub_download("org/name", "model.safetensors", {
      signal: controller.signal,
      progress_callback: ({ loaded }) => loaded >= 3 && controller.abort(),
    });
    await expect(download).rejects.toMatchObject({ code: "ABORTED" });
    expect(await readdir(path.join(folder("org/name"), "blobs"))).toEqual([]);
  });
});

test("the rest from another place is not taken for the one that was asked for", async () => {
  server.add("org/name", { "model.safetensors": weights });
  let turn = 0;
  server.fault = (request, response, file) => {
    if (request.method === "HEAD") return false;
    const { length } = file.content;
    turn++;
    if (turn === 1)
      return response.writeHead(200).write(file.content.subarray(0, 5_000), () => response.destroy());
    if (turn > 2) return false;
    const headers = { "Content-Range": `bytes 0-${length - 1}/${length}`, "Content-Length": length };
    return response.writeHead(206, headers).end(file.content);
  };
  const found = await hf_hub_download("org/name", "model.safetensors");
  expect(Buffer.from(weights).equals(await readFile(found))).toBe(true);
  expect(turn).toBe(3);
});

describe("what a caller gives", () => {
  test("an error of progress_callback ends the download and comes out as it is", async () => {
    server.add("org/name", { "model.safetensors": weights });
    const thrown = new RangeError("mine");
    const download = hf_hub_download("org/name", "model.safetensors", {
      progress_callback: () => {
        throw thrown;
      },
    });
    await expect(download).rejects.toBe(thrown);
    expect(server.downloads).toBe(1);
    expect(await readdir(path.join(folder("org/name"), "blobs"))).toEqual([]);
  });

  test("a signal ends the wait for another's download, which goes on", async () => {
    server.add("org/name", { "model.safetensors": weights });
    let release: (() => void) | undefined;
    server.fault = (request, response, file) => {
      if (request.method === "HEAD") return false;
      release = () => sendFile(request, response, file);
      return true;
    };
    vi.stubEnv("HF_HUB_DOWNLOAD_TIMEOUT", "300");
    const first = hf_hub_download("org/name", "model.safetensors");
    await vi.waitFor(() => expect(release).toBeDefined(), { timeout: 120_000 });
    const controller = new AbortController();
    const second = hf_hub_download("org/name", "model.safetensors", { signal: controller.signal });
    const asked = () => server.requests.filter((line) => line.startsWith("HEAD")).length;
    await vi.waitFor(() => expect(asked()).toBe(2), { timeout: 120_000 });
    setTimeout(() => controller.abort(), 100);
    await expect(second).rejects.toMatchObject({ code: "ABORTED" });
    release!();
    expect(Buffer.from(weights).equals(await readFile(await first))).toBe(true);
    expect(server.downloads).toBe(1);
  });

  test("a signal that was aborted before asks nobody", async () => {
    server.add("org/name", { "config.json": "{}" });
    const signal = AbortSignal.abort();
    await expect(hf_hub_download("org/name", "config.json", { signal })).rejects.toMatchObject({
      code: "ABORTED",
    });
    expect(server.requests).toEqual([]);
  });
});

test("configureHub goes before the environment, for all that is left out of a call", async () => {
  server.add("org/name", { "config.json": "{}" });
  const other = path.join(cache, "other");
  vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:9");
  configureHub({ endpoint: `${server.endpoint}/`, token: "hf_configured", cache: other });
  try {
    expect(await hf_hub_download("org/name", "config.json")).toContain(other);
    expect(server.tokens.at(-1)).toBe("Bearer hf_configured");
    expect(
      await hf_hub_download("org/name", "config.json", { cache_dir: cache, token: "hf_mine" }),
    ).not.toContain(other);
    expect(server.tokens.at(-1)).toBe("Bearer hf_mine");
    expect(() => configureHub({ endpoint: "nowhere" })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.stringContaining("endpoint") }),
    );
  } finally {
    configureHub({});
  }
  await expect(hf_hub_download("org/name", "absent.json")).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
});

describe("secrets", () => {
  test.each([`${canary}\nX: y`, `${canary} two`, `${canary}é`, ""])(
    "a token that cannot be sent is refused without repeating it: %j",
    async (token) => {
      server.add("org/name", { "config.json": "{}" });
      const error = await hf_hub_download("org/name", "config.json", { token }).catch((reason) => reason);
      expect(error).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(canary);
      expect(server.requests).toEqual([]);
    },
  );

  test.each([
    `http://user:${canary}@127.0.0.1:1`,
    `http://127.0.0.1:1/?token=${canary}`,
    `ftp://user:${canary}@127.0.0.1`,
  ])("an endpoint with a secret is refused without repeating it", async (endpoint) => {
    vi.stubEnv("HF_ENDPOINT", endpoint);
    const error = await hf_hub_download("org/name", "config.json").catch((reason) => reason);
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(canary);
  });

  test("nothing that is written, printed or thrown, and no address, holds the token", async () => {
    const printed: string[] = [];
    const note = (...values: unknown[]) => {
      printed.push(values.map(String).join(" "));
      return true;
    };
    for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, "write").mockImplementation(note);
    for (const method of ["log", "warn", "error", "info", "debug"] as const) {
      vi.spyOn(console, method).mockImplementation(note);
    }
    server.add("org/name", { "config.json": "{}", "model.safetensors": weights });
    server.add("org/gated", { "config.json": "{}" }, { gated: true });
    const attempts: [string, string, object?][] = [
      ["org/name", "config.json"],
      ["org/name", "model.safetensors"],
      ["org/name", "none.json"],
      ["org/gated", "config.json"],
      ["org/none", "config.json"],
      ["org/name", "config.json", { revision: "v9" }],
      ["org/name", "../x"],
      ["org/name", "other.json", { local_files_only: true }],
      ["org/name", "config.json", { force_download: true, signal: AbortSignal.abort(canary.slice(0, 2)) }],
    ];
    for (const [repo, file, options] of attempts) {
      const error: unknown = await hf_hub_download(repo, file, options).catch((reason) => reason);
      if (error instanceof Error) printed.push(error.stack!, JSON.stringify(error), String(error.cause));
    }
    vi.restoreAllMocks();
    expect(printed.join("\n")).not.toContain(canary);
    expect(printed.join("\n")).toContain("org/none");
    expect(server.requests.join("\n")).not.toContain(canary);
    expect(server.tokens).toContain(`Bearer ${canary}`);
    for (const entry of await readdir(cache, { recursive: true, withFileTypes: true })) {
      expect(entry.name).not.toContain(canary);
      if (!entry.isFile()) continue;
      expect(await readFile(path.join(entry.parentPath, entry.name), "latin1")).not.toContain(canary);
    }
  });
});
