import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HubServer } from "../../tests/support/hub-server.js";
import { archive, dict, global, pickle, tensor, unicode } from "../../tests/support/pickles.js";
import { AutoModelForSequenceClassification } from "../auto/index.js";
import type { WeightOptions } from "../models/checkpoint.js";
import { readSafetensorsHeader, readTensorBytes } from "./safetensors/index.js";

// Which of a checkpoint's files are read: safetensors first, and pickled weights only where there are none.

const moods = path.join(import.meta.dirname, "../pipelines/fixtures/moods");
const bias = "classifier.bias";
const single = "model.safetensors";
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "formats-"));
  await cp(moods, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string) => path.join(folder, name);

/** The weights of the folder's safetensors file. */
async function weights(): Promise<Map<string, { shape: readonly number[]; bytes: Uint8Array }>> {
  const { tensors } = await readSafetensorsHeader(path.join(moods, single));
  const entries = await Promise.all(
    [...tensors.values()].map(async (entry) => {
      expect(entry.dtype).toBe("F32");
      const bytes = await readTensorBytes(path.join(moods, single), entry);
      return [entry.name, { shape: entry.shape, bytes }] as const;
    }),
  );
  return new Map(entries);
}

/** Weights as torch.save writes them, with a bias that tells which file was read. */
async function pickled(mark: number, names?: (name: string) => boolean): Promise<Uint8Array> {
  const entries = [...(await weights())].filter(([name]) => names?.(name) ?? true);
  const storages: Record<string, Uint8Array> = {};
  const items = entries.flatMap(([name, { shape, bytes }], key) => {
    storages[key] =
      name === bias ? new Uint8Array(new Float32Array(bytes.length / 4).fill(mark).buffer) : bytes;
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, dim) => product * dim, 1));
    return [unicode(name), tensor({ key: String(key), count: bytes.length / 4, shape: [...shape], strides })];
  });
  return archive(pickle(dict(...items)), storages);
}

/** The bias that tells; null for that of the safetensors file. */
async function loaded(options: WeightOptions = {}, from = folder): Promise<number | null> {
  const model = await AutoModelForSequenceClassification.from_pretrained(from, {
    ...options,
    output_loading_info: false,
  });
  const parameter = await model.state_dict().get(bias)!.add(0).realize(); // left in its file otherwise
  const [value] = parameter.tolist() as number[];
  await model.release();
  return [5, 7].includes(value!) ? value! : null;
}

test("safetensors come first, and pickled weights when they are asked for or alone", async () => {
  await writeFile(at("pytorch_model.bin"), await pickled(7));
  expect(await loaded()).toBeNull();
  expect(await loaded({ use_safetensors: true })).toBeNull();
  expect(await loaded({ use_safetensors: false })).toBe(7);
  await rm(at(single));
  expect(await loaded()).toBe(7);
  await expect(loaded({ use_safetensors: true })).rejects.toMatchObject({
    code: "FILE_NOT_FOUND",
    message: expect.stringMatching(/model\.safetensors.*use_safetensors/),
  });
});

test("pickled weights in shards, by their index", async () => {
  const names = [...(await weights()).keys()];
  const inFirst = (name: string) => names.indexOf(name) % 2 === 0;
  const shards = ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"] as const;
  await writeFile(at(shards[0]), await pickled(7, inFirst));
  await writeFile(at(shards[1]), await pickled(7, (name) => !inFirst(name)));
  const weight_map = Object.fromEntries(names.map((name) => [name, shards[inFirst(name) ? 0 : 1]]));
  const index = (map: object) =>
    writeFile(at("pytorch_model.bin.index.json"), JSON.stringify({ weight_map: map }));
  await index(weight_map);
  expect(await loaded()).toBeNull();
  await rm(at(single));
  expect(await loaded()).toBe(7);
  await expect(loaded({ use_safetensors: true })).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  for (const name of ["../x.bin", "/etc/passwd", "a/b.bin", "..\\x.bin", ".hidden", ""]) {
    await index({ ...weight_map, [bias]: name });
    await expect(loaded(), name).rejects.toMatchObject({ code: "CORRUPT_FILE" });
  }
  await index({ ...weight_map, [bias]: "absent.bin" });
  await expect(loaded()).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
});

test("a variant is read by its name, with the same order", async () => {
  await writeFile(at("pytorch_model.fp16.bin"), await pickled(5));
  expect(await loaded()).toBeNull();
  expect(await loaded({ variant: "fp16" })).toBe(5);
  await cp(at(single), at("model.fp16.safetensors"));
  expect(await loaded({ variant: "fp16" })).toBeNull();
  expect(await loaded({ variant: "fp16", use_safetensors: false })).toBe(5);
  await rename(at("pytorch_model.fp16.bin"), at("pytorch_model-00001-of-00001.fp16.bin"));
  const weight_map = Object.fromEntries(
    [...(await weights()).keys()].map((name) => [name, "pytorch_model-00001-of-00001.fp16.bin"]),
  );
  await writeFile(at("pytorch_model.bin.index.fp16.json"), JSON.stringify({ weight_map }));
  expect(await loaded({ variant: "fp16", use_safetensors: false })).toBe(5);
  await expect(loaded({ variant: "bf16" })).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  await expect(loaded({ variant: "../x" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});

test("safetensors that are refused are not replaced by pickled weights", async () => {
  await writeFile(at("pytorch_model.bin"), await pickled(7));
  const bytes = await readFile(at(single));
  for (const damaged of [
    bytes.subarray(0, -1),
    bytes.subarray(0, 4),
    Buffer.from("version https://git-lfs"),
  ]) {
    await writeFile(at(single), damaged);
    await expect(loaded()).rejects.toMatchObject({ code: expect.stringMatching(/^SAFETENSORS_/) });
  }
  await rm(at(single));
  await writeFile(at("model.safetensors.index.json"), "{");
  await expect(loaded()).rejects.toMatchObject({ code: "CORRUPT_FILE" });
});

test("pickled weights that are unsafe are refused, and nothing else is tried", async () => {
  await rm(at(single));
  await writeFile(at("pytorch_model.bin"), archive(pickle(global("os", "system"))));
  await expect(loaded()).rejects.toMatchObject({ code: "UNSAFE_GLOBAL" });
});

test("a Hub that fails to give the safetensors does not make us take the pickled weights", async () => {
  await using server = await HubServer.start();
  const names = (await readdir(moods)).filter((name) => /\.(?:json|txt|safetensors)$/.test(name));
  const files = await Promise.all(names.map(async (name) => [name, await readFile(at(name))] as const));
  server.add("org/moods", { ...Object.fromEntries(files), "pytorch_model.bin": await pickled(7) });
  vi.stubEnv("HF_ENDPOINT", server.endpoint);
  vi.stubEnv("HF_HUB_CACHE", at("cache"));
  vi.stubEnv("HF_HUB_OFFLINE", undefined);
  for (const method of ["HEAD", "GET"]) {
    server.fault = (request, response) =>
      request.method === method &&
      request.url!.endsWith(".safetensors") &&
      response.writeHead(503, { "Retry-After": "0" }).end();
    await expect(loaded({}, "org/moods")).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:DOWNLOAD_FAILED|FILE_NOT_FOUND)$/),
    });
    expect(server.requests.filter((line) => line.startsWith("GET") && line.endsWith(".bin"))).toEqual([]);
  }
  server.fault = null;
  expect(await loaded({}, "org/moods")).toBeNull();
  vi.unstubAllEnvs();
});
