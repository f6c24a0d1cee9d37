import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ones, tensor } from "../tensor/index.js";
import { BertForMaskedLM } from "./bert/index.js";
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
    ["_fast_init", true, /never initialised first/],
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
    };
    expect(await load(nothing)).toBeInstanceOf(BertForMaskedLM);
  });
});

describe("save_pretrained", () => {
  test("writes the state_dict that it is given", async () => {
    const model = (await load()) as BertForMaskedLM;
    const state_dict = new Map([...model.state_dict(), [bias, tensor(Array(19).fill(2))] as const]);
    state_dict.delete("cls.predictions.decoder.bias");
    await model.save_pretrained(folder, { state_dict, variant: "two" });
    expect((await readdir(folder)).sort()).toEqual(["config.json", "model.two.safetensors"]);
    const again = await BertForMaskedLM.from_pretrained(folder, { variant: "two" });
    expect([...(await again.cls.predictions.bias.load()).data].map(Number)).toEqual(Array(19).fill(2));
  });

  test.each([
    [{ safe_serialization: false }, "UNSUPPORTED", /pickled files, which can run code/],
    [{ push_to_hub: true }, "INVALID_ARGUMENT", /there is no option "push_to_hub"; options are dtype/],
    [{ max_shard_size: "many" }, "INVALID_ARGUMENT", /max_shard_size is "many"/],
  ])("refuses %j, and writes no weights", async (options, code, message) => {
    const empty = await mkdtemp(path.join(folder, "refused-"));
    const saving = (await load()).save_pretrained(empty, options as SavePretrainedOptions);
    await expect(saving).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect((await readdir(empty)).filter((name) => name.endsWith(".safetensors"))).toEqual([]);
  });
});
