import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { HubServer } from "../../tests/support/hub-server.js";
import {
  AutoConfig,
  AutoModelForSequenceClassification,
  AutoTokenizer,
  BertConfig,
  BertForSequenceClassification,
  BertTokenizer,
  pipeline,
} from "../index.js";
import { hf_hub_download, list_repo_files } from "./index.js";

// With HF_HUB_OFFLINE nothing opens a connection, whichever way a checkpoint is loaded.

const moods = path.join(import.meta.dirname, "../pipelines/fixtures/moods");
let cache: string;
const connect = vi.spyOn(net.Socket.prototype, "connect");

beforeAll(async () => {
  await using server = await HubServer.start();
  cache = await mkdtemp(path.join(tmpdir(), "hub-offline-"));
  vi.stubEnv("HF_ENDPOINT", server.endpoint);
  vi.stubEnv("HF_HUB_CACHE", cache);
  vi.stubEnv("HF_HUB_OFFLINE", undefined);
  const names = (await readdir(moods)).filter((name) => /\.(?:json|txt|safetensors)$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(moods, name))] as const),
  );
  server.add("org/moods", Object.fromEntries(files));
  await pipeline("text-classification", "org/moods");
  vi.unstubAllEnvs();
  expect(connect).toHaveBeenCalled(); // or the spy would see nothing
});
beforeEach(() => {
  connect.mockClear();
  vi.stubEnv("HF_HUB_CACHE", cache);
  vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:9");
  vi.stubEnv("HF_HUB_OFFLINE", "1");
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => rm(cache, { recursive: true }));

const loaders: readonly [string, (from: string) => Promise<unknown>][] = [
  ["AutoConfig", (from) => AutoConfig.from_pretrained(from)],
  ["AutoTokenizer", (from) => AutoTokenizer.from_pretrained(from)],
  ["AutoModel", (from) => AutoModelForSequenceClassification.from_pretrained(from)],
  ["a configuration's class", (from) => BertConfig.from_pretrained(from)],
  ["a tokenizer's class", (from) => BertTokenizer.from_pretrained(from)],
  ["a model's class", (from) => BertForSequenceClassification.from_pretrained(from)],
  ["a pipeline", async (from) => (await pipeline("text-classification", from))("The dog is happy.")],
  ["a file", (from) => hf_hub_download(from, "config.json")],
];

test.each(loaders)("%s from the cache", async (_, load) => {
  await load("org/moods");
  expect(connect).not.toHaveBeenCalled();
});

test.each(loaders)("%s that the cache lacks", async (_, load) => {
  await expect(load("org/absent")).rejects.toMatchObject({ code: "OFFLINE" });
  expect(connect).not.toHaveBeenCalled();
});

test.each(loaders)("%s by local_files_only's sibling, a folder", async (name, load) => {
  if (name === "a file")
    return expect(list_repo_files("org/moods")).rejects.toMatchObject({ code: "OFFLINE" });
  const copy = await mkdtemp(path.join(tmpdir(), "moods-"));
  await cp(moods, copy, { recursive: true });
  vi.stubEnv("HF_HUB_OFFLINE", undefined); // a folder needs no network at all
  await load(copy);
  expect(connect).not.toHaveBeenCalled();
  return rm(copy, { recursive: true });
});
