import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { HubServer } from "../../tests/support/hub-server.js";
import { AutoConfig, AutoModelForSequenceClassification, AutoTokenizer } from "../auto/index.js";
import { pipeline } from "../pipelines/index.js";

const moods = path.join(import.meta.dirname, "../pipelines/fixtures/moods");
let server: HubServer;
let cache: string;

beforeAll(async () => {
  server = await HubServer.start();
  cache = await mkdtemp(path.join(tmpdir(), "hub-"));
  const files = [
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
  ];
  const contents = await Promise.all(
    files.map(async (name) => [name, await readFile(path.join(moods, name))] as const),
  );
  server.add("org/moods", Object.fromEntries(contents));
  server.add("org/nested", Object.fromEntries(contents.map(([name, content]) => [`sub/${name}`, content])));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(cache, { recursive: true });
});
beforeEach(() => {
  vi.stubEnv("HF_ENDPOINT", server.endpoint);
  vi.stubEnv("HF_HUB_CACHE", cache);
  vi.stubEnv("HF_HUB_OFFLINE", undefined);
});
afterEach(() => void vi.unstubAllEnvs());

test("a pipeline by a repository's name answers as the folder does, and offline afterwards", async () => {
  const text = "The dog is happy.";
  const expected = await (await pipeline("text-classification", moods))(text);
  expect(await (await pipeline("text-classification", "org/moods"))(text)).toEqual(expected);
  vi.stubEnv("HF_HUB_OFFLINE", "1");
  const before = server.requests.length;
  expect(await (await pipeline("text-classification", "org/moods"))(text)).toEqual(expected);
  expect(server.requests).toHaveLength(before);
});

test("options of the Hub reach every class", async () => {
  const options = { subfolder: "sub", revision: "main", token: false, cache_dir: cache } as const;
  const seen = new Set<string>();
  const progress_callback = ({ file }: { file: string }) => void seen.add(file);
  const config = await AutoConfig.from_pretrained("org/nested", options);
  expect(config.id2label[2]).toBe("positive");
  await AutoTokenizer.from_pretrained("org/nested", options);
  await AutoModelForSequenceClassification.from_pretrained("org/nested", { ...options, progress_callback });
  expect([...seen]).toContain("sub/model.safetensors");
});

test("what is not on the Hub says where it was looked for", async () => {
  await expect(AutoConfig.from_pretrained("org/nothing")).rejects.toMatchObject({
    code: "REPOSITORY_NOT_FOUND",
    message: expect.stringContaining('there is no folder "org/nothing" here'),
  });
});

test("a signal and a callback reach the downloads of a pipeline", async () => {
  const controller = new AbortController();
  const seen = new Set<string>();
  const loading = pipeline("text-classification", "org/moods", {
    force_download: true,
    signal: controller.signal,
    progress_callback: ({ file, loaded, total }) => {
      seen.add(file);
      if (file === "model.safetensors" && loaded === total) controller.abort();
    },
  });
  await expect(loading).rejects.toMatchObject({ code: "ABORTED" });
  expect([...seen]).toEqual(expect.arrayContaining(["config.json", "model.safetensors"]));
});
