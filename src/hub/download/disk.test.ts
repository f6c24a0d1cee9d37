import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { interceptFileCalls } from "../../../tests/reference/safetensors/file-calls.js";
import { watchedCalls } from "../../../tests/support/download-order.js";
import { HubServer } from "../../../tests/support/hub-server.js";
import { hf_hub_download } from "./download.js";

let server: HubServer;
let cache: string;
let restore: (() => void) | undefined;
const weights = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);

beforeEach(async () => {
  server = await HubServer.start();
  server.add("org/name", { "model.safetensors": weights, "config.json": "{}" });
  cache = await mkdtemp(path.join(tmpdir(), "hub-disk-"));
  vi.stubEnv("HF_ENDPOINT", server.endpoint);
  vi.stubEnv("HF_HUB_CACHE", cache);
  vi.stubEnv("HF_HUB_OFFLINE", undefined);
});
afterEach(async () => {
  restore?.();
  restore = undefined;
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
  await rm(cache, { recursive: true });
});

const failure = (code: string) => Object.assign(new Error(`${code}: injected`), { code, syscall: "write" });

/** What makes something durable, or needs room for it. */
const writing = ["open", "write", "sync", "rename", "mkdir", "symlink", "writeFile"];

/** Lets every writing call from that number on fail, or only that one. */
async function failWrites(code: string, from = 1, to = Number.POSITIVE_INFINITY): Promise<{ count: number }> {
  const calls = { count: 0 };
  restore = await interceptFileCalls(({ name }) => {
    if (!writing.includes(name)) return;
    calls.count++;
    if (calls.count >= from && calls.count <= to) throw failure(code);
  }, watchedCalls);
  return calls;
}

const published = async () => {
  const names = await readdir(cache, { recursive: true }).catch(() => []);
  return names.filter((name) => /\b(?:blobs|refs|snapshots)\//.test(name));
};

describe("a disk that becomes full", () => {
  test("at any write: says so, keeps nothing that is not whole, and works once there is room", async () => {
    const calls = await failWrites("ENOSPC", Number.POSITIVE_INFINITY);
    await hf_hub_download("org/name", "model.safetensors");
    restore!();
    expect(calls.count).toBeGreaterThanOrEqual(12);
    let refused = 0;
    for (let call = 1; call <= calls.count; call++) {
      await rm(cache, { recursive: true });
      await failWrites("ENOSPC", call);
      const error = await hf_hub_download("org/name", "model.safetensors").catch((reason) => reason);
      restore!();
      // Where links cannot be made the file is copied, so that not every call's failure is the download's.
      if (typeof error !== "string") {
        refused++;
        expect(error, `call ${call}`).toMatchObject({ name: "TransformersError", code: "DISK_FULL" });
      }
      for (const name of await published()) {
        const bytes = await readFile(path.join(cache, name)).catch(() => null);
        if (bytes === null || name.includes("/refs/")) continue;
        expect(Buffer.from(weights).equals(bytes), `${name} after call ${call}`).toBe(true);
      }
      const names = await readdir(cache, { recursive: true }).catch(() => []);
      expect(names.filter((name) => /\.(?:incomplete|tmp)$/.test(name))).toEqual([]);
      const found = await hf_hub_download("org/name", "model.safetensors");
      expect(Buffer.from(weights).equals(await readFile(found))).toBe(true);
    }
    expect(refused).toBeGreaterThanOrEqual(calls.count - 2);
  });

  test.each(["EDQUOT", "EIO", "EROFS"])("%s has a code too", async (code) => {
    await failWrites(code);
    await expect(hf_hub_download("org/name", "config.json")).rejects.toMatchObject({
      code: code === "EDQUOT" ? "DISK_FULL" : "DOWNLOAD_FAILED",
      message: expect.stringContaining("config.json"),
    });
  });
});

describe("a cache that cannot be written to", () => {
  test("serves what it has, with the Hub and without it", async () => {
    const file = await hf_hub_download("org/name", "config.json");
    await failWrites("EROFS");
    expect(await hf_hub_download("org/name", "config.json")).toBe(file);
    expect(await hf_hub_download("org/name", "config.json", { local_files_only: true })).toBe(file);
    await expect(hf_hub_download("org/name", "other.json")).rejects.toMatchObject({
      code: "ENTRY_NOT_FOUND",
    });
  });

  test("serves a moved branch whose commit it has", async () => {
    const file = await hf_hub_download("org/name", "config.json");
    const refs = path.join(cache, "models--org--name/refs");
    await rm(refs, { recursive: true });
    await failWrites("EACCES");
    expect(await hf_hub_download("org/name", "config.json")).toBe(file);
    restore!();
    await expect(readdir(refs)).rejects.toThrow();
  });

  test("that was copied without its links works the same", async () => {
    await hf_hub_download("org/name", "config.json");
    const copy = `${cache}-copy`;
    await cp(cache, copy, { recursive: true, dereference: true });
    const found = await hf_hub_download("org/name", "config.json", {
      cache_dir: copy,
      local_files_only: true,
    });
    expect(await readFile(found, "utf8")).toBe("{}");
    await rm(copy, { recursive: true });
  });
});
