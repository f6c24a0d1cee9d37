import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HubServer } from "../../../tests/support/hub-server.js";
import { snapshot_download } from "./snapshot.js";

let server: HubServer;
let cache: string;
const files = {
  "README.md": "# name",
  "config.json": "{}",
  "model.safetensors": new Uint8Array(5_000),
  "onnx/model.onnx": "x",
  "onnx/model_int8.onnx": "y",
  "tokenizer/[odd].txt": "z",
};

beforeEach(async () => {
  server = await HubServer.start();
  cache = await mkdtemp(path.join(tmpdir(), "hub-snapshot-"));
  vi.stubEnv("HF_ENDPOINT", server.endpoint);
  vi.stubEnv("HF_HUB_CACHE", cache);
  vi.stubEnv("HF_HUB_OFFLINE", undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
  await rm(cache, { recursive: true });
});

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

test("all files come at one commit, and are there offline", async () => {
  const commit = server.add("org/name", files);
  const seen = new Set<string>();
  const folder = await snapshot_download("org/name", {
    progress_callback: ({ file }) => void seen.add(file),
  });
  expect(folder).toBe(path.join(cache, "models--org--name/snapshots", commit));
  expect(await namesIn(folder)).toEqual(Object.keys(files).sort());
  expect([...seen].sort()).toEqual(Object.keys(files).sort());
  expect(await readFile(path.join(cache, "models--org--name/refs/main"), "utf8")).toBe(commit);
  vi.stubEnv("HF_HUB_OFFLINE", "1");
  const before = server.requests.length;
  expect(await snapshot_download("org/name")).toBe(folder);
  await expect(snapshot_download("org/other")).rejects.toMatchObject({ code: "OFFLINE" });
  expect(server.requests).toHaveLength(before);
});

// What Python's fnmatch, and huggingface_hub with it, takes of these names.
test.each<[object, string[]]>([
  [{ allow_patterns: "*.json" }, ["config.json"]],
  [{ allow_patterns: ["*.onnx"] }, ["onnx/model.onnx", "onnx/model_int8.onnx"]],
  [{ allow_patterns: "onnx/" }, ["onnx/model.onnx", "onnx/model_int8.onnx"]],
  [{ allow_patterns: "onnx/*", ignore_patterns: "*_int8*" }, ["onnx/model.onnx"]],
  [{ allow_patterns: "[cR]*" }, ["README.md", "config.json"]],
  [{ allow_patterns: "[!a-zA-Z]*" }, []],
  [{ allow_patterns: "?onfig.json" }, ["config.json"]],
  [{ allow_patterns: "config.jso" }, []],
  [{ allow_patterns: "tokenizer/[[]odd].txt" }, ["tokenizer/[odd].txt"]],
  [{ ignore_patterns: ["onnx/*", "*.safetensors", "tokenizer/*", "*.md"] }, ["config.json"]],
  [{ allow_patterns: [] }, []],
])("patterns %j", async (options, expected) => {
  server.add("org/name", files);
  const folder = await snapshot_download("org/name", options);
  expect(await namesIn(folder).catch(() => [])).toEqual(expected);
});

test("one file that fails fails the whole, the others end, and the next attempt goes on from there", async () => {
  server.add("org/name", files);
  server.fault = (request, response) =>
    request.method === "GET" && request.url!.endsWith("/config.json") && response.writeHead(403).end();
  await expect(snapshot_download("org/name", { max_workers: 1 })).rejects.toMatchObject({
    code: "GATED_REPOSITORY",
  });
  expect(await readdir(path.join(cache, "models--org--name"))).not.toContain("refs");
  server.fault = null;
  await snapshot_download("org/name");
  expect(server.requests.filter((line) => line.startsWith("GET") && line.endsWith("README.md"))).toHaveLength(
    1,
  );
});

test("a list with a name that leads out of the folder is refused, and nothing is written there", async () => {
  server.add("org/name", { "../../../../escaped.txt": "x" });
  await expect(snapshot_download("org/name")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  expect(await readdir(path.dirname(cache))).not.toContain("escaped.txt");
});

test("a signal ends it", async () => {
  server.add("org/name", files);
  const controller = new AbortController();
  const download = snapshot_download("org/name", {
    signal: controller.signal,
    progress_callback: () => controller.abort(),
  });
  await expect(download).rejects.toMatchObject({ code: "ABORTED" });
  await expect(snapshot_download("org/name", { max_workers: 0 })).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
  });
});
