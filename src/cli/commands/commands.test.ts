import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HubServer } from "../../../tests/support/hub-server.js";
import { readSafetensorsHeader } from "../../hub/safetensors/index.js";
import { paint } from "../colours.js";
import { convert } from "./convert.js";
import { download } from "./download.js";
import { env } from "./env.js";
import { inspect } from "./inspect.js";

const bert = path.join(import.meta.dirname, "../../models/bert/fixtures");
const moods = path.join(import.meta.dirname, "../../pipelines/fixtures/moods");

let server: HubServer;
let folder: string;
let printed: string;
beforeEach(async () => {
  server = await HubServer.start();
  folder = await mkdtemp(path.join(tmpdir(), "commands-"));
  vi.stubEnv("HF_ENDPOINT", server.endpoint);
  vi.stubEnv("HF_HUB_CACHE", path.join(folder, "cache"));
  vi.stubEnv("HF_HUB_OFFLINE", undefined);
  vi.stubEnv("HF_TOKEN", undefined);
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const at = (...names: string[]) => path.join(folder, ...names);
const lines = () => printed.trimEnd().split("\n");
/** Adds a checkpoint to the Hub, in a folder of its repository where one is named. */
async function publish(
  id: string,
  from: string,
  begin = "",
  more: Record<string, string> = {},
): Promise<string> {
  const names = (await readdir(from, { withFileTypes: true })).filter((entry) => entry.isFile());
  const files = await Promise.all(
    names.map(async ({ name }) => [`${begin}${name}`, await readFile(path.join(from, name))] as const),
  );
  return server.add(id, { ...Object.fromEntries(files), ...more });
}

describe("download", () => {
  const others = { "tf_model.h5": "x", "onnx/model.onnx": "x", "pytorch_model.bin": "x", "[odd].txt": "x" };

  test("brings what a model needs at one commit, and prints where it is", async () => {
    const commit = await publish("org/moods", moods, "", others);
    await download("org/moods", [], {});
    const place = at("cache/models--org--moods/snapshots", commit);
    const expected = [...(await readdir(moods)), "[odd].txt"].sort();
    expect(lines().sort()).toEqual(expected.map((name) => path.join(place, name)).sort());
    expect((await readdir(place)).sort()).toEqual(expected);
    expect(await readFile(at("cache/models--org--moods/refs/main"), "utf8")).toBe(commit);
  });

  test("by name brings these, as JSON where it is asked for", async () => {
    await publish("org/moods", moods, "sub/");
    await download("org/moods", ["config.json"], { subfolder: "sub", json: true });
    expect(JSON.parse(printed)).toEqual({
      file: "config.json",
      path: expect.stringMatching(/sub.config\.json$/),
    });
    await expect(download("org/moods", ["absent.json"], {})).rejects.toMatchObject({
      code: "ENTRY_NOT_FOUND",
    });
  });

  test("of a subfolder brings what lies there", async () => {
    await publish("org/moods", moods, "sub/", { "README.md": "x", "pytorch_model.bin": "x" });
    await download("org/moods", [], { subfolder: "sub/" });
    const names = lines().map((line) => line.split("/snapshots/")[1]!.replace(/^[^/]*\//, ""));
    expect(names.sort()).toEqual((await readdir(moods)).map((name) => `sub/${name}`).sort());
    await expect(download("org/moods", [], { subfolder: "none" })).rejects.toMatchObject({
      message: "org/moods/none/ has no files that a model needs",
    });
  });

  test.each([{ localFilesOnly: true }, {}])("without a network prints what is there: %j", async (flags) => {
    await publish("org/moods", moods);
    await download("org/moods", [], {});
    const before = printed;
    printed = "";
    if (!("localFilesOnly" in flags)) vi.stubEnv("HF_HUB_OFFLINE", "1");
    const requests = server.requests.length;
    await download("org/moods", [], flags);
    expect(lines().sort()).toEqual(before.trimEnd().split("\n").sort());
    expect(server.requests).toHaveLength(requests);
    await expect(download("org/none", [], flags)).rejects.toMatchObject({ code: "OFFLINE" });
  });

  test("with --force brings everything anew", async () => {
    await publish("org/moods", moods);
    await download("org/moods", [], {});
    const before = server.downloads;
    await download("org/moods", ["config.json"], { force: true });
    expect(server.downloads).toBe(before + 1);
  });
});

describe("convert", () => {
  const shapes = async (file: string) => {
    const { tensors } = await readSafetensorsHeader(file);
    return new Map([...tensors.values()].map(({ name, dtype, shape }) => [name, [dtype, shape]]));
  };

  test("writes floats in another dtype, with all that lies beside the weights", async () => {
    await convert(moods, at("half"), { dtype: "float16" });
    expect(lines()).toEqual([at("half/model.safetensors")]);
    const [before, after] = [
      await shapes(path.join(moods, "model.safetensors")),
      await shapes(at("half/model.safetensors")),
    ];
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const [name, [dtype, shape]] of after) expect([dtype, shape]).toEqual(["F16", before.get(name)![1]]);
    expect((await readdir(at("half"))).sort()).toEqual((await readdir(moods)).sort());
    expect(JSON.parse(await readFile(at("half/config.json"), "utf8"))).toMatchObject({
      torch_dtype: "float16",
    });
  });

  test("writes other shards, and variants under their names", async () => {
    await convert(moods, at("shards"), { maxShardSize: "2KB", asVariant: "small", json: true });
    const { files } = JSON.parse(printed) as { files: string[] };
    expect(files.length).toBeGreaterThan(3);
    expect(files.at(-1)).toBe(at("shards/model.safetensors.index.small.json"));
    printed = "";
    await convert(at("shards"), at("whole"), { variant: "small" });
    expect(lines()).toEqual([at("whole/model.safetensors")]);
    const whole = await readFile(at("whole/model.safetensors"));
    expect(whole.equals(await readFile(path.join(moods, "model.safetensors")))).toBe(true);
    await expect(convert(at("shards"), at("none"), {})).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  });

  test.each([
    ["fromTf", "tensorflow"],
    ["fromFlax", "flax"],
  ] as const)("reads other frameworks' weights: %s", async (flag, framework) => {
    await convert(path.join(bert, framework, "BertForMaskedLM"), at("pytorch"), { [flag]: true });
    const found = await shapes(at("pytorch/model.safetensors"));
    expect([...found.keys()]).toContainEqual(expect.stringMatching(/attention\.self\.query\.weight$/));
    printed = "";
    await inspect(at("pytorch"), { json: true });
    expect(JSON.parse(printed)).toMatchObject({ missing: [], mismatched: [] });
  });

  test("of a repository brings its tokenizer too, online and offline", async () => {
    await publish("org/moods", moods, "sub/", { "README.md": "not of the model" });
    await convert("org/moods", at("online"), { subfolder: "sub" });
    expect((await readdir(at("online"))).sort()).toEqual((await readdir(moods)).sort());
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    await convert("org/moods", at("offline"), { subfolder: "sub" });
    expect((await readdir(at("offline"))).sort()).toEqual((await readdir(moods)).sort());
  });

  test("is never over the checkpoint itself, by whatever name", async () => {
    await cp(moods, at("copy"), { recursive: true });
    await symlink(at("copy"), at("link"));
    for (const to of ["copy", "link", "copy/../copy"]) {
      await expect(convert(at("copy"), `${folder}/${to}`, {})).rejects.toMatchObject({ exitCode: 2 });
    }
    await expect(convert(at("nowhere"), at("out"), {})).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  });
});

describe("inspect", () => {
  test("shows configuration, tensors and sizes, and that nothing is missing", async () => {
    await inspect(moods, {});
    expect(lines()[0]).toMatch(/moods: \d+ tensors, [\d,]+ elements, [\d.]+ kB$/);
    expect(lines()).toContain('  model_type: "bert"');
    expect(printed).toMatch(/\n {2}classifier\.bias +float32 {2}\[3\] {2}12 B\n/);
    expect(printed).toContain("\nas BertForSequenceClassification\n  missing: none\n  unexpected: none\n");
    expect(printed).not.toContain("\x1b");
  });

  test("says what a checkpoint lacks, holds in vain and has in another shape", async () => {
    await cp(moods, at("moods"), { recursive: true });
    const config = JSON.parse(await readFile(at("moods/config.json"), "utf8")) as object;
    const id2label = { 0: "a", 1: "b" };
    await writeFile(
      at("moods/config.json"),
      JSON.stringify({ ...config, id2label, architectures: ["BertForTokenClassification"] }),
    );
    await inspect(at("moods"), { json: true });
    expect(JSON.parse(printed)).toMatchObject({
      model: "BertForTokenClassification",
      missing: [],
      unexpected: expect.arrayContaining(["bert.pooler.dense.bias", "bert.pooler.dense.weight"]),
      mismatched: expect.arrayContaining(["classifier.bias: [3] stored, [2] in the model"]),
    });
  });

  test("of a model that is not known shows what is there", async () => {
    await cp(moods, at("moods"), { recursive: true });
    await writeFile(at("moods/config.json"), '{"model_type": "other"}');
    await inspect(at("moods"), {});
    expect(printed).toContain("its model is not known here");
    await rm(at("moods/config.json"));
    printed = "";
    await inspect(at("moods"), { json: true });
    expect(JSON.parse(printed)).toMatchObject({ config: null });
  });
});

test("env shows versions and settings, and never the token", () => {
  vi.stubEnv("HF_TOKEN", "hf_canary_token_do_not_print");
  env({});
  expect(lines()).toContain(`node\t${process.version}`);
  expect(lines()).toContain(`endpoint\t${server.endpoint}`);
  expect(printed).not.toContain("canary");
  printed = "";
  env({ json: true });
  expect(JSON.parse(printed)).toMatchObject({ token: "set by HF_TOKEN", offline: "no" });
});

test("colours are for terminals that show them", () => {
  const terminal = { isTTY: true, hasColors: () => true };
  expect(paint("text", "heading", terminal)).toBe("\x1b[1mtext\x1b[22m");
  for (const other of [
    {},
    { isTTY: true },
    { ...terminal, isTTY: false },
    { ...terminal, hasColors: () => false },
  ]) {
    expect(paint("text", "bad", other)).toBe("text");
  }
});
