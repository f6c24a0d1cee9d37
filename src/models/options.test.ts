import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ones, tensor } from "../tensor/index.js";
import { BertForMaskedLM, BertModel } from "./bert/index.js";
import { load_sharded_checkpoint } from "./load-sharded.js";
import type { SavePretrainedOptions } from "./saving.js";

const base = path.join(import.meta.dirname, "fixtures/members/base");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "options-"));
});
afterAll(() => rm(folder, { recursive: true }));

const load = (options: object = {}) => BertForMaskedLM.from_pretrained(base, { ...options });
const bias = "cls.predictions.bias";

describe("from_pretrained", () => {
  test("takes a state_dict in the place of the checkpoint's weights", async () => {
    const state = new Map((await load()).state_dict());
    const given = new Map([...state, [bias, ones([19]).mul(3)] as const]);
    given.delete("cls.predictions.decoder.bias");
    const model = (await load({ state_dict: given })) as BertForMaskedLM;
    expect([...(await model.cls.predictions.bias.load()).data]).toEqual(Array(19).fill(3));
    const { weight } = model.bert.embeddings.word_embeddings;
    const original = state.get("bert.embeddings.word_embeddings.weight")!;
    expect([...(await weight.load()).data]).toEqual([...(await original.load()).data]);
    // The elements are the model's own.
    weight.assign({ ...(await weight.load()), data: new Float32Array(19 * 12) });
    expect([...(await original.load()).data]).not.toEqual(Array(19 * 12).fill(0));
    await expect(load({ state_dict: given, from_tf: true })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });

  test.each([
    ["device_map", "auto", /name it with the option device/],
    ["load_in_8bit", true, /torch_dtype can keep them in 16 bits/],
    ["quantization_config", {}, /loaded as they are/],
    ["attn_implementation", "sdpa", /one fused operator/],
    ["trust_remote_code", true, /never run/],
    ["use_auth_token", "x", /called token/],
    ["low_cpu_mem_usage", false, /never made before they are read/],
  ])("refuses %s: %j, and says why", async (name, value, message) => {
    await expect(load({ [name]: value })).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringMatching(message),
    });
  });

  test("takes the same where they ask for nothing", async () => {
    const nothing = {
      load_in_8bit: false,
      trust_remote_code: false,
      device_map: null,
      low_cpu_mem_usage: true,
      resume_download: true,
      _fast_init: true,
    };
    expect(await load(nothing)).toBeInstanceOf(BertForMaskedLM);
  });
});

test("positions that a family cannot change are said to be such", async () => {
  const model = await load();
  expect(() => model.get_position_embeddings()).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  await expect(model.resize_position_embeddings(20)).rejects.toMatchObject({
    code: "UNSUPPORTED",
    message: expect.stringContaining("BertForMaskedLM cannot be given another number of positions"),
  });
});

describe("load_sharded_checkpoint", () => {
  const valuesOf = async (model: BertForMaskedLM | BertModel) =>
    Promise.all([...model.state_dict().values()].map(async (variable) => [...(await variable.load()).data]));

  test("fills a model from shards and from one file", async () => {
    const model = (await load()) as BertForMaskedLM;
    const shards = path.join(folder, "shards");
    await model.save_pretrained(shards, { max_shard_size: "2KB" });
    expect((await readdir(shards)).length).toBeGreaterThan(3);
    for (const from of [shards, base]) {
      const other = BertForMaskedLM.from_config(model.config);
      expect(await load_sharded_checkpoint(other, from)).toEqual({ missing_keys: [], unexpected_keys: [] });
      expect(await valuesOf(other)).toEqual(await valuesOf(model));
    }
  });

  test("knows only the model's own names, and says which are not there", async () => {
    const { config } = await load();
    const model = new BertModel(config as never);
    await expect(load_sharded_checkpoint(model, base)).rejects.toMatchObject({
      code: "KEYS_MISMATCH",
      message: expect.stringMatching(/missing embeddings.*unexpected bert\.embeddings.*strict: false/),
    });
    const { missing_keys, unexpected_keys } = await load_sharded_checkpoint(model, base, { strict: false });
    expect(missing_keys).toContain("embeddings.word_embeddings.weight");
    expect(unexpected_keys).toContain("bert.embeddings.word_embeddings.weight");
  });

  test("reads what there is where the preferred format is not", async () => {
    const model = await load();
    await load_sharded_checkpoint(model as BertForMaskedLM, base, { prefer_safe: false });
    await expect(load_sharded_checkpoint(model as BertForMaskedLM, folder)).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
    });
  });
});

describe("save_pretrained", () => {
  test("of a process that is not the main one writes nothing", async () => {
    const place = path.join(folder, "second-process");
    await (await load()).save_pretrained(place, { is_main_process: false });
    await expect(readdir(place)).rejects.toThrow("ENOENT");
    const nothing = { is_main_process: true, push_to_hub: false, save_peft_format: true, token: null };
    await (await load()).save_pretrained(place, nothing as SavePretrainedOptions);
    expect(await readdir(place)).toContain("model.safetensors");
  });

  test("writes the state_dict that it is given", async () => {
    const model = (await load()) as BertForMaskedLM;
    const state_dict = new Map([...model.state_dict(), [bias, tensor(Array(19).fill(2))] as const]);
    state_dict.delete("cls.predictions.decoder.bias");
    const place = path.join(folder, "given");
    await model.save_pretrained(place, { state_dict, variant: "two" });
    expect((await readdir(place)).sort()).toEqual(["config.json", "model.two.safetensors"]);
    const again = await BertForMaskedLM.from_pretrained(place, { variant: "two" });
    expect([...(await again.cls.predictions.bias.load()).data].map(Number)).toEqual(Array(19).fill(2));
  });

  test.each([
    [{ safe_serialization: false }, "UNSUPPORTED", /pickled files, which can run code/],
    [{ push_to_hub: true }, "UNSUPPORTED", /push_to_hub is not supported: call model\.push_to_hub\(id\)/],
    [{ token: "hf_x" }, "UNSUPPORTED", /token is not supported: .*push_to_hub/],
    [{ save_function: () => 0 }, "UNSUPPORTED", /save_function is not supported/],
    [{ half: true }, "INVALID_ARGUMENT", /there is no option "half"; options are dtype/],
    [{ max_shard_size: "many" }, "INVALID_ARGUMENT", /max_shard_size is "many"/],
  ])("refuses %j, and writes no weights", async (options, code, message) => {
    const empty = await mkdtemp(path.join(folder, "refused-"));
    const saving = (await load()).save_pretrained(empty, options as SavePretrainedOptions);
    await expect(saving).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect((await readdir(empty)).filter((name) => name.endsWith(".safetensors"))).toEqual([]);
  });
});
