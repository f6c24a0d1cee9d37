import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readJson } from "../../tests/support/recorded.js";
import { BertConfig, BertModel } from "./bert/index.js";
import { PretrainedConfig } from "./configuration.js";

const fixtures = path.join(import.meta.dirname, "bert", "fixtures");
const recorded = ["", "loading"].flatMap((part) =>
  readdirSync(path.join(fixtures, part))
    .map((name) => path.join(part, name))
    .filter((name) => existsSync(path.join(fixtures, name, "config.json"))),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "configuration-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("BertConfig", () => {
  test("has the reference's defaults", () => {
    expect(new BertConfig()).toMatchObject({
      vocab_size: 30522,
      hidden_size: 768,
      num_hidden_layers: 12,
      num_attention_heads: 12,
      intermediate_size: 3072,
      hidden_act: "gelu",
      hidden_dropout_prob: 0.1,
      attention_probs_dropout_prob: 0.1,
      max_position_embeddings: 512,
      type_vocab_size: 2,
      initializer_range: 0.02,
      layer_norm_eps: 1e-12,
      pad_token_id: 0,
      position_embedding_type: "absolute",
      use_cache: true,
      classifier_dropout: null,
    });
  });

  test.each(recorded)("writes %s as Python wrote it", async (name) => {
    const config = await BertConfig.from_pretrained(path.join(fixtures, name));
    await config.save_pretrained(folder);
    const [ours, theirs] = [
      readJson<object>(folder, "config.json"),
      readJson<object>(fixtures, name, "config.json"),
    ];
    expect(ours).toEqual(theirs);
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  });

  test("a new one is written with its own fields and without what all configurations share", () => {
    expect(Object.keys(new BertConfig({ num_labels: 2 }).to_diff_dict()).sort()).toEqual([
      ...["attention_probs_dropout_prob", "classifier_dropout", "hidden_act", "hidden_dropout_prob"],
      ...["hidden_size", "initializer_range", "intermediate_size", "layer_norm_eps"],
      ...["max_position_embeddings", "model_type", "num_attention_heads", "num_hidden_layers"],
      ...["pad_token_id", "position_embedding_type", "transformers_version", "type_vocab_size"],
      ...["use_cache", "vocab_size"],
    ]);
    expect(new BertConfig({ output_attentions: true }).to_diff_dict()).toMatchObject({
      output_attentions: true,
    });
  });

  test("to_dict holds every field, as a copy", () => {
    const config = new BertConfig({ id2label: { 0: "yes" } });
    const dict = config.to_dict();
    expect(dict).toMatchObject({ model_type: "bert", num_beams: 1, id2label: { 0: "yes" } });
    (dict.id2label as Record<number, string>)[0] = "no";
    expect(config.id2label).toEqual({ 0: "yes" });
    expect(BertConfig.from_dict(config.to_dict()).to_dict()).toEqual(config.to_dict());
  });

  test("unknown fields survive a round trip", async () => {
    const fields = { gradient_checkpointing: false, our_note: { nested: [1, null, "x"] } };
    await new BertConfig(fields as object).save_pretrained(folder);
    expect(await BertConfig.from_pretrained(folder)).toMatchObject(fields);
    expect(readJson(folder, "config.json")).toMatchObject(fields);
  });

  test("what from_pretrained is given takes precedence over the file", async () => {
    await new BertConfig({ hidden_size: 24, num_hidden_layers: 3 }).save_pretrained(folder);
    const config = await BertConfig.from_pretrained<BertConfig>(folder, {
      num_hidden_layers: 5,
      num_labels: 7,
    });
    expect(config).toMatchObject({ hidden_size: 24, num_hidden_layers: 5, num_labels: 7 });
  });
});

describe("labels", () => {
  test("are two, with numbers for names, unless said otherwise", () => {
    const config = new BertConfig();
    expect(config.num_labels).toBe(2);
    expect(config.id2label).toEqual({ 0: "LABEL_0", 1: "LABEL_1" });
    expect(config.label2id).toEqual({ LABEL_0: 0, LABEL_1: 1 });
  });

  test("num_labels makes as many; the same number keeps the names", () => {
    const config = new BertConfig({ id2label: { 0: "no", 1: "yes" } });
    config.num_labels = 2;
    expect(config.id2label).toEqual({ 0: "no", 1: "yes" });
    config.num_labels = 3;
    expect(config.label2id).toEqual({ LABEL_0: 0, LABEL_1: 1, LABEL_2: 2 });
    expect(new BertConfig({ num_labels: 1 }).id2label).toEqual({ 0: "LABEL_0" });
  });

  test("id2label gives num_labels, and label2id where that is not given", () => {
    const config = new BertConfig({ id2label: { 0: "a", 1: "b", 2: "c" } });
    expect(config.num_labels).toBe(3);
    expect(config.label2id).toEqual({ a: 0, b: 1, c: 2 });
    const own = new BertConfig({ id2label: { 0: "a", 1: "b" }, label2id: { A: 0, B: 1 } });
    expect(own.label2id).toEqual({ A: 0, B: 1 });
  });

  test("num_labels and id2label must agree", () => {
    expect(() => new BertConfig({ num_labels: 3, id2label: { 0: "a" } })).toThrow(
      "num_labels is 3, but id2label has 1 entries",
    );
  });
});

describe("a value of the wrong kind is refused", () => {
  test.each<[string, unknown, string]>([
    ["hidden_size", "768", 'hidden_size is "768"; expected a whole number from 1 to 1048576'],
    ["hidden_size", null, "hidden_size is null; expected a whole number"],
    ["hidden_size", 7.5, "hidden_size is 7.5; expected a whole number"],
    ["hidden_size", -8, "hidden_size is -8; expected a whole number"],
    ["hidden_size", 2 ** 30, "expected a whole number from 1 to 1048576"],
    ["intermediate_size", 2 ** 21, "expected a whole number from 1 to 1048576"],
    ["num_hidden_layers", 1e9, "num_hidden_layers is 1000000000; expected a whole number from 0 to 10000"],
    ["vocab_size", 2 ** 25, "expected a whole number from 1 to 16777216"],
    ["num_attention_heads", 0, "num_attention_heads is 0; expected a whole number from 1"],
    ["num_labels", 1e9, "num_labels is 1000000000; expected a whole number"],
    ["num_labels", "3", 'num_labels is "3"; expected a whole number'],
    ["hidden_act", 1, "hidden_act is 1; expected a text"],
    ["hidden_dropout_prob", "0.1", 'hidden_dropout_prob is "0.1"; expected a number'],
    ["layer_norm_eps", null, "layer_norm_eps is null; expected a number"],
    ["is_decoder", "yes", 'is_decoder is "yes"; expected true or false'],
    ["id2label", ["a", "b"], 'id2label is ["a","b"]; expected an object'],
    ["pruned_heads", [], "pruned_heads is []; expected an object"],
  ])("%s: %j", async (name, value, message) => {
    const fields = { [name]: value };
    expect(() => new BertConfig(fields)).toThrow(`BertConfig: ${name}`);
    expect(() => new BertConfig().update(fields)).toThrow(message);
    await writeFile(path.join(folder, "config.json"), JSON.stringify({ model_type: "bert", ...fields }));
    await expect(BertConfig.from_pretrained(folder)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringMatching(new RegExp(`config\\.json: BertConfig: ${name} is `)),
    });
    await expect(BertModel.from_pretrained(path.join(fixtures, "model"), fields)).rejects.toThrow(message);
  });

  test("null fits where the default is null, and in what every configuration has", () => {
    const fields = { classifier_dropout: null, pad_token_id: null, top_k: null, torch_dtype: null };
    expect(new BertConfig({ classifier_dropout: 0.2 }).update(fields)).toMatchObject(fields);
  });

  test("fields of other families may be anything, and change their kind", () => {
    expect(new BertConfig({ n_embd: 3 } as object).update({ n_embd: "wide" })).toMatchObject({
      n_embd: "wide",
    });
  });

  test("some fields have values of several kinds", () => {
    const fields = { early_stopping: "never", eos_token_id: [1, 2] };
    expect(new PretrainedConfig(fields as object)).toMatchObject(fields);
  });
});

test("a hidden size that the heads do not divide is refused when a model is made", () => {
  expect(() => new BertModel(new BertConfig({ hidden_size: 10, num_attention_heads: 4 }))).toThrow(
    "hidden_size 10 is not a multiple of num_attention_heads 4",
  );
});

test("an activation that is not known is refused, listing those that are", () => {
  const config = new BertConfig({ hidden_size: 4, num_attention_heads: 2, hidden_act: "gleu" });
  expect(() => new BertModel(config)).toThrow(/unknown activation "gleu"; known are gelu, gelu_10/);
});

test("files end with a line break and have sorted keys", async () => {
  await new BertConfig().save_pretrained(folder);
  const text = await readFile(path.join(folder, "config.json"), "utf8");
  expect(text.endsWith("}\n")).toBe(true);
  const keys = Object.keys(JSON.parse(text) as object);
  expect(keys).toEqual([...keys].sort());
});
