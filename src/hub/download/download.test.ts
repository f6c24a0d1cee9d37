import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, readlink, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Fault, HubServer, sendFile } from "../../../tests/support/hub-server.js";
import { hf_hub_download } from "./download.js";

let server: HubServer;
let cache: string;
const weights = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
const canary = "hf_canary_token_do_not_print";

beforeEach(async () => {
  server = await HubServer.start();
  cache = await mkdtemp(path.join(tmpdir(), "hub-cache-"));
  for (const name of Object.keys(process.env)) {
    if (/^(HF_|HUGGING|TRANSFORMERS_|XDG_CACHE)/.test(name)) vi.stubEnv(name, undefined);
  }
  vi.stubEnv("HF_ENDPOINT", server.endpoint);
  vi.stubEnv("HF_HUB_CACHE", cache);
  vi.stubEnv("HF_TOKEN", canary);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
  await rm(cache, { recursive: true, force: true });
});

const folderOf = (id: string) => path.join(cache, `models--${id.replace("/", "--")}`);

describe("the cache", () => {
  test("has the layout of the Python library", async () => {
    const commit = server.add("org/name", { "config.json": "{}", "sub/model.safetensors": weights });
    const config = await hf_hub_download("org/name", "config.json");
    const model = await hf_hub_download("org/name", "model.safetensors", { subfolder: "sub" });
    const folder = folderOf("org/name");
    const sha1 = createHash("sha1").update("blob 2\0{}").digest("hex");
    const sha256 = createHash("sha256").update(weights).digest("hex");
    expect(config).toBe(path.join(folder, "snapshots", commit, "config.json"));
    expect(await readlink(config)).toBe(path.join("..", "..", "blobs", sha1));
    expect(await readlink(model)).toBe(path.join("..", "..", "..", "blobs", sha256));
    expect(await readFile(path.join(folder, "refs", "main"), "utf8")).toBe(commit);
    expect(Buffer.from(weights).equals(await readFile(model))).toBe(true);
    expect((await readdir(path.join(folder, "blobs"))).sort()).toEqual([sha1, sha256].sort());
  });

  test("is asked first: by commit without the network, by branch for its facts alone", async () => {
    const commit = server.add("org/name", { "config.json": "{}" });
    await hf_hub_download("org/name", "config.json");
    expect(server.requests).toHaveLength(2);
    await hf_hub_download("org/name", "config.json", { revision: commit });
    expect(server.requests).toHaveLength(2);
    await hf_hub_download("org/name", "config.json");
    expect(server.downloads).toBe(1);
    await hf_hub_download("org/name", "config.json", { force_download: true });
    expect(server.downloads).toBe(2);
  });

  test("serves while the Hub is away, and says so where it cannot", async () => {
    server.add("org/name", { "config.json": "{}" });
    const file = await hf_hub_download("org/name", "config.json");
    vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:9");
    expect(await hf_hub_download("org/name", "config.json")).toBe(file);
    await expect(hf_hub_download("org/name", "other.json")).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
    });
  });

  test("offline opens no connection", async () => {
    server.add("org/name", { "config.json": "{}" });
    const file = await hf_hub_download("org/name", "config.json");
    const requests = server.requests.length;
    const fetched = vi.spyOn(globalThis, "fetch");
    for (const variable of ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]) {
      vi.stubEnv(variable, "1");
      expect(await hf_hub_download("org/name", "config.json")).toBe(file);
      await expect(hf_hub_download("org/name", "other.json")).rejects.toMatchObject({ code: "OFFLINE" });
      vi.stubEnv(variable, undefined);
    }
    expect(await hf_hub_download("org/name", "config.json", { local_files_only: true })).toBe(file);
    expect(fetched).not.toHaveBeenCalled();
    expect(server.requests).toHaveLength(requests);
    fetched.mockRestore();
  });

  test("remembers what a commit lacks", async () => {
    const commit = server.add("org/name", { "config.json": "{}" });
    await expect(hf_hub_download("org/name", "x.json")).rejects.toMatchObject({ code: "ENTRY_NOT_FOUND" });
    expect(await readdir(path.join(folderOf("org/name"), ".no_exist", commit))).toEqual(["x.json"]);
    const before = server.requests.length;
    await expect(hf_hub_download("org/name", "x.json", { revision: commit })).rejects.toMatchObject({
      code: "ENTRY_NOT_FOUND",
    });
    expect(server.requests).toHaveLength(before);
  });

  test("many callers at once make one download, and a forgotten one is removed after a day", async () => {
    server.add("org/name", { "model.safetensors": weights });
    const blobs = path.join(folderOf("org/name"), "blobs");
    await hf_hub_download("org/name", "model.safetensors");
    const leftover = path.join(blobs, "abc.12345678.incomplete");
    await writeFile(leftover, "x");
    await utimes(leftover, 0, 0);
    await rm(path.join(folderOf("org/name"), "snapshots"), { recursive: true });
    for (const name of await readdir(blobs))
      if (!name.endsWith(".incomplete")) await rm(path.join(blobs, name));
    const before = server.downloads;
    const files = await Promise.all(
      Array.from({ length: 16 }, () => hf_hub_download("org/name", "model.safetensors")),
    );
    expect(new Set(files).size).toBe(1);
    expect(server.downloads - before).toBe(1);
    expect(await readdir(blobs)).toHaveLength(1);
  });
});

/** Lets HEAD pass and does this to the first `times` GETs. */
const onGet = (fault: Fault, times = Number.POSITIVE_INFINITY): Fault => {
  let left = times;
  return (request, response, file) =>
    request.method === "GET" && left-- > 0 && (fault(request, response, file) ?? true);
};
const onHead =
  (fault: Fault): Fault =>
  (request, response, file) =>
    request.method === "HEAD" && (fault(request, response, file) ?? true);
const withHeaders = (headers: Record<string, string | undefined>): Fault =>
  onHead((request, response, file) => sendFile(request, response, file, headers));

/** A server whose silence is not waited out for long; where one answers, a busy machine has all its time. */
const silent = (what: "ETAG" | "DOWNLOAD", fault: Fault): Fault => {
  vi.stubEnv(`HF_HUB_${what}_TIMEOUT`, "1");
  return fault;
};

/** What a server does wrong, and how a download comes out: with the right bytes, or with this code. */
const faults: readonly [string, () => Fault, string | null][] = [
  [
    "a short body",
    () =>
      onGet((_, response, file) => {
        response
          .writeHead(200, { "Content-Length": file.content.length })
          .write(file.content.subarray(0, 1_000), () => response.destroy());
      }, 2),
    null,
  ],
  [
    "a short body that ends in order",
    () =>
      onGet((_, response, file) => {
        response.writeHead(200).end(file.content.subarray(0, 1_000));
      }, 2),
    null,
  ],
  [
    "a body cut every time",
    () =>
      onGet((_, response) => {
        response.writeHead(200).write("x", () => response.destroy());
      }),
    "DOWNLOAD_FAILED",
  ],
  [
    "a long body",
    () =>
      onGet((_, response, file) => {
        response.writeHead(200).end(Buffer.concat([file.content, file.content]));
      }),
    "DOWNLOAD_FAILED",
  ],
  [
    "other bytes of the same length",
    () =>
      onGet((_, response, file) => {
        response.writeHead(200).end(new Uint8Array(file.content.length));
      }),
    "CHECKSUM_MISMATCH",
  ],
  [
    "the etag of something else",
    () => withHeaders({ "X-Linked-ETag": `"${"0".repeat(64)}"` }),
    "CHECKSUM_MISMATCH",
  ],
  [
    "an etag that leads out of the folder",
    () => withHeaders({ "X-Linked-ETag": '"../../x"' }),
    "DOWNLOAD_FAILED",
  ],
  ["an etag of 10 KB", () => withHeaders({ "X-Linked-ETag": "a".repeat(10_000) }), "DOWNLOAD_FAILED"],
  ["no etag", () => withHeaders({ "X-Linked-ETag": undefined, ETag: undefined }), "DOWNLOAD_FAILED"],
  [
    "a weak etag",
    () => (request, response, file) => {
      sendFile(request, response, file, { "X-Linked-ETag": undefined, ETag: `W/"${file.etag}"` });
      return true;
    },
    null,
  ],
  ["no commit", () => withHeaders({ "X-Repo-Commit": undefined }), "DOWNLOAD_FAILED"],
  ["a commit that is no hash", () => withHeaders({ "X-Repo-Commit": "main/../../x" }), "DOWNLOAD_FAILED"],
  ["a size that is no number", () => withHeaders({ "X-Linked-Size": "1e99" }), "DOWNLOAD_FAILED"],
  [
    "no Content-Length with the body",
    () =>
      onGet((_, response, file) => {
        response.writeHead(200).end(file.content);
      }),
    null,
  ],
  [
    "gzip",
    () =>
      onGet((_, response, file) => {
        response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(file.content));
      }),
    null,
  ],
  [
    "a range that it ignores",
    () => {
      let first = true;
      return onGet((_, response, file) => {
        if (first) response.writeHead(200).write(file.content.subarray(0, 5_000), () => response.destroy());
        else response.writeHead(200).end(file.content);
        first = false;
      });
    },
    null,
  ],
  [
    "416 to a range",
    () => {
      let turn = 0;
      return onGet((request, response, file) => {
        turn++;
        if (turn === 1)
          response.writeHead(200).write(file.content.subarray(0, 5_000), () => response.destroy());
        else if (turn === 2) response.writeHead(416).end();
        else sendFile(request, response, file);
      });
    },
    null,
  ],
  [
    "429 with Retry-After",
    () => onGet((_, response) => void response.writeHead(429, { "Retry-After": "0" }).end(), 3),
    null,
  ],
  ["500 twice", () => onGet((_, response) => void response.writeHead(500).end(), 2), null],
  [
    "503 for ever",
    () => onGet((_, response) => void response.writeHead(503, { "Retry-After": "0" }).end()),
    "DOWNLOAD_FAILED",
  ],
  [
    "500 to the question for its facts",
    () => onHead((_, response) => void response.writeHead(500).end()),
    "DOWNLOAD_FAILED",
  ],
  ["no answer at all", () => silent("ETAG", () => true), "DOWNLOAD_FAILED"],
  [
    "a pause in the middle",
    () =>
      silent(
        "DOWNLOAD",
        onGet((_, response, file) => {
          response.writeHead(200).write(file.content.subarray(0, 1_000));
        }, 1),
      ),
    null,
  ],
  [
    "a redirect loop",
    () => (request, response) => response.writeHead(302, { Location: request.url! }).end(),
    "DOWNLOAD_FAILED",
  ],
  [
    "a relative redirect, as for a renamed repository",
    () => {
      let first = true;
      return (request, response) => {
        if (!first) return false;
        first = false;
        response.writeHead(307, { Location: request.url! }).end();
        return true;
      };
    },
    null,
  ],
  [
    "a redirect to something that is no web address",
    () => onGet((_, response) => void response.writeHead(302, { Location: "file:///etc/passwd" }).end()),
    "DOWNLOAD_FAILED",
  ],
];

describe("a server with faults", () => {
  // Vitest aborts `signal` when time is up, so that a download that hangs ends with its own test.
  test.for(faults)("%s", async ([, fault, code], { signal }) => {
    const hub = server;
    hub.add("org/name", { "model.safetensors": weights });
    hub.fault = fault();
    const download = hf_hub_download("org/name", "model.safetensors", { signal });
    if (code === null) {
      expect(Buffer.from(weights).equals(await readFile(await download))).toBe(true);
      return;
    }
    const error = await download.catch((reason) => reason);
    expect(error).toMatchObject({ name: "TransformersError", code });
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(canary);
    const blobs = await readdir(path.join(folderOf("org/name"), "blobs")).catch(() => []);
    expect(blobs).toEqual([]);
    // Once the server behaves, the same call works.
    hub.fault = null;
    vi.stubEnv("HF_HUB_ETAG_TIMEOUT", undefined);
    await hf_hub_download("org/name", "model.safetensors", { signal });
  });

  test("that cuts every connection is left after five that bring little", async ({ signal }) => {
    server.add("org/name", { "model.safetensors": weights });
    server.fault = onGet((request, response, file) => {
      // Ever one byte more, as a range or, every other time, from the beginning.
      const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
      const isRange = from > 0 && server.downloads % 2 === 0;
      const body = file.content.subarray(isRange ? from : 0, from + 1);
      response.writeHead(isRange ? 206 : 200).write(body, () => response.destroy());
    });
    await expect(hf_hub_download("org/name", "model.safetensors", { signal })).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
    });
    expect(server.downloads).toBe(5);
  });

  test("that cuts often gives a large file in the end, a piece each time", async ({ signal }) => {
    const piece = 2 ** 21;
    const large = new Uint8Array(7 * piece).map((_, i) => i & 255);
    server.add("org/name", { "model.safetensors": large });
    server.fault = onGet((request, response, file) => {
      const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
      const sent = { ...file, content: file.content.subarray(0, from + piece) };
      const length = { "Content-Length": String(piece), "Content-Range": undefined };
      sendFile(request, response, sent, length);
    });
    const found = await hf_hub_download("org/name", "model.safetensors", { signal });
    expect(Buffer.from(large).equals(await readFile(found))).toBe(true);
    expect(server.downloads).toBe(7);
  });

  test("a token goes to the Hub and to no other host", async () => {
    await using other = await HubServer.start();
    const away = other.endpoint.replace("127.0.0.1", "localhost");
    server.add("org/name", { "model.safetensors": weights });
    other.add("org/name", { "model.safetensors": weights });
    server.fault = (request, response, file) => {
      response
        .writeHead(302, {
          Location: `${away}${request.url}`,
          "X-Repo-Commit": file.commit,
          "X-Linked-ETag": file.etag,
          "X-Linked-Size": String(file.content.length),
        })
        .end();
      return true;
    };
    await hf_hub_download("org/name", "model.safetensors");
    expect(new Set(server.tokens)).toEqual(new Set([`Bearer ${canary}`]));
    expect(other.tokens).toEqual([undefined]);
  });

  test("what the Hub refuses has a code of its own", async () => {
    server.add("org/gated", { "config.json": "{}" }, { gated: true });
    const codes: [string, string, object, string][] = [
      ["org/gated", "config.json", {}, "GATED_REPOSITORY"],
      ["org/none", "config.json", {}, "REPOSITORY_NOT_FOUND"],
      ["org/gated", "config.json", { revision: "v9" }, "REVISION_NOT_FOUND"],
    ];
    for (const [repo, file, options, code] of codes) {
      const error = await hf_hub_download(repo, file, options).catch((reason) => reason);
      expect(error).toMatchObject({ code });
      expect(`${error.message} ${error.stack}`).not.toContain(canary);
    }
    await hf_hub_download("org/gated", "config.json", { token: "hf_member" });
  });

  test("a download can be aborted, and nothing stays of it", async () => {
    server.add("org/name", { "model.safetensors": weights });
    server.fault = onGet(
      (_, response, file) => void response.writeHead(200).write(file.content.subarray(0, 1_000)),
    );
    const controller = new AbortController();
    const download = hf_hub_download("org/name", "model.safetensors", {
      signal: controller.signal,
      progress_callback: () => controller.abort(),
    });
    await expect(download).rejects.toMatchObject({ code: "ABORTED" });
    expect(await readdir(path.join(folderOf("org/name"), "blobs"))).toEqual([]);
  });

  test("progress ends at the whole", async () => {
    server.add("org/name", { "model.safetensors": weights });
    const seen: number[] = [];
    await hf_hub_download("org/name", "model.safetensors", {
      progress_callback: ({ loaded, total }) => void seen.push(loaded / total),
    });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

const hostileNames = [
  "../x", "../../x", "a/../../x", "/etc/passwd", "C:/x", "C:x", "\\\\server\\share", "a\\b", "a\0b", "", ".", "..",
  "a//b", "a/./b", "./a", "con", "NUL", "aux.txt", "lpt1", "a/com1.json", "a.", "a ", "x".repeat(300), "a:b", "a*b",
  "a?b", 'a"b', "a<b", "a>b", "a|b", "a\nb", "a\rb", "a\x01b", "dir/", "/", "//x", "..\\x", "a/..", "é".repeat(200), "\x7f/..",
]; // biome-ignore format: a list

test.each(hostileNames)("the name %j is refused as file and as revision", async (name) => {
  server.add("org/name", { "config.json": "{}" });
  for (const [file, revision] of [
    [name, "main"],
    ["config.json", `refs/${name}`],
  ] as const) {
    await expect(hf_hub_download("org/name", file, { revision })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  }
  expect(server.requests).toEqual([]);
});

test.each(["../x", "a/b/c", "a..b", "-", "org/.git", "org/na me", "http://x/y", "a\0/b"])(
  "the repository %j is refused",
  async (id) => {
    await expect(hf_hub_download(id, "config.json")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  },
);

test("a link in the cache that leads out of it is not followed for writing", async () => {
  const outside = await mkdtemp(path.join(tmpdir(), "outside-"));
  const commit = server.add("org/name", { "config.json": "{}", "sub/x.json": "{}" });
  await hf_hub_download("org/name", "config.json");
  await symlink(outside, path.join(folderOf("org/name"), "snapshots", commit, "sub"));
  await expect(hf_hub_download("org/name", "sub/x.json")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  expect(await readdir(outside)).toEqual([]);
  await rm(outside, { recursive: true });
});
