import { existsSync, readdirSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { largestError, readJson, readRecorded } from "../../tests/support/recorded.js";
import { readSafetensorsHeader, readTensorBytes } from "../hub/safetensors/index.js";
import { init } from "../nn/index.js";
import { AdamW } from "../optim/index.js";
import { manual_seed, type Tensor, tensor } from "../tensor/index.js";
import {
  BertConfig,
  BertForMaskedLM,
  BertForSequenceClassification,
  BertModel,
  family,
} from "./bert/index.js";
import type { PreTrainedModel } from "./pretrained-model.js";

const fixtures = path.join(import.meta.dirname, "bert", "fixtures");
const cases = readdirSync(fixtures).filter((name) =>
  existsSync(path.join(fixtures, name, "model.safetensors")),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "saving-"));
});
afterAll(() => rm(folder, { recursive: true }));

const classNamed = (name: string) => family.models.find((candidate) => candidate.name === name)!;

/** Each tensor of a safetensors file as text: dtype, shape and bytes. */
async function contents(file: string): Promise<Record<string, string>> {
  const { tensors } = await readSafetensorsHeader(file);
  const entries = [...tensors].map(async ([name, entry]) => {
    const bytes = Buffer.from(await readTensorBytes(file, entry));
    return [name, `${entry.dtype}[${entry.shape}] ${bytes.toString("base64")}`] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The values under every name of the state dict. */
async function values(model: PreTrainedModel): Promise<Record<string, number[]>> {
  const entries = [...model.state_dict()].map(
    async ([name, variable]) => [name, [...(await variable.load()).data].map(Number)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

describe.each(cases)("%s", (name) => {
  const recorded = readJson<{ class: string; arguments: object }>(fixtures, name, "case.json");

  test("is saved as Python saved it: the same configuration, names and bytes", async () => {
    const [model] = await classNamed(recorded.class).from_pretrained(path.join(fixtures, name), {
      ...recorded.arguments,
      output_loading_info: true,
    });
    const saved = path.join(folder, name);
    await model.save_pretrained(saved);
    expect(readJson(saved, "config.json")).toEqual(readJson(fixtures, name, "config.json"));
    const file = path.join(saved, "model.safetensors");
    expect(await contents(file)).toEqual(await contents(path.join(fixtures, name, "model.safetensors")));
    expect((await readSafetensorsHeader(file)).metadata).toEqual(new Map([["format", "pt"]]));
    expect(readdirSync(saved).sort()).toEqual(["config.json", "model.safetensors"]);
  });
});

const config = () =>
  new BertConfig({
    vocab_size: 19,
    hidden_size: 8,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 6,
    max_position_embeddings: 9,
    num_labels: 3,
  });

describe.each(family.models.map((model) => [model.name, model] as const))("a new %s", (_, modelClass) => {
  test("comes back from its folder complete and equal", async () => {
    manual_seed(5);
    const model = new modelClass(config());
    const saved = path.join(folder, `new-${modelClass.name}`);
    await model.save_pretrained(saved);
    const [loaded, info] = await modelClass.from_pretrained(saved, { output_loading_info: true });
    expect(info).toEqual({ missing_keys: [], unexpected_keys: [], mismatched_keys: [], error_msgs: [] });
    expect(loaded.config.architectures).toEqual([modelClass.name]);
    expect(loaded.config.torch_dtype).toBe("float32");
    expect(await values(loaded)).toEqual(await values(model));
  });
});

describe("save_pretrained", () => {
  const inputs = { input_ids: tensor([[3, 1, 4, 1, 5]]), attention_mask: tensor([[1, 1, 1, 1, 0]]) };

  test("writes what training has made of the weights", async () => {
    manual_seed(6);
    const model = BertForSequenceClassification.from_config(config());
    const optimizer = new AdamW(model.parameters(), { lr: 0.1 });
    const { loss } = model({ ...inputs, labels: tensor([2]) });
    loss.backward();
    await optimizer.step();
    const saved = path.join(folder, "trained");
    await model.save_pretrained(saved);
    const { logits } = await model(inputs);
    const loaded = await BertForSequenceClassification.from_pretrained(saved);
    expect(largestError((await loaded(inputs)).logits, logits)).toBe(0);
  });

  test("into the very folder that the model was loaded from", async () => {
    const own = path.join(folder, "own");
    await cp(path.join(fixtures, "masked-lm"), own, { recursive: true });
    const before = await contents(path.join(own, "model.safetensors"));
    const model = await BertForMaskedLM.from_pretrained(own);
    const recorded = await readRecorded(path.join(fixtures, "masked-lm", "recorded.safetensors"));
    const inputs = Object.fromEntries(
      [...recorded].flatMap(([name, value]): [string, Tensor][] =>
        name.startsWith("input.") ? [[name.slice("input.".length), value]] : [],
      ),
    );
    const { logits } = await model(inputs);
    await model.save_pretrained(own);
    expect(await contents(path.join(own, "model.safetensors"))).toEqual(before);
    await model.release();
    expect(largestError((await model(inputs)).logits, logits)).toBe(0);
    expect(largestError((await (await BertForMaskedLM.from_pretrained(own))(inputs)).logits, logits)).toBe(0);
  });

  test("stores floats in half precision where that is asked", async () => {
    manual_seed(8);
    const model = BertModel.from_config(config());
    const saved = path.join(folder, "half");
    await model.save_pretrained(saved, { dtype: "float16" });
    expect(readJson(saved, "config.json")).toMatchObject({ torch_dtype: "float16" });
    const { tensors } = await readSafetensorsHeader(path.join(saved, "model.safetensors"));
    expect(new Set([...tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(["F16"]));
    const stored = await values(await BertModel.from_pretrained(saved));
    for (const [name, expected] of Object.entries(await values(model))) {
      const error = Math.max(...expected.map((value, i) => Math.abs(value - stored[name]![i]!)));
      expect(error, name).toBeLessThan(2 ** -11 * Math.max(...expected.map(Math.abs)) + 1e-7);
    }
  });

  test("keeps the configuration's unknown fields", async () => {
    const model = BertModel.from_config(config().update({ our_field: { kept: true } }));
    const saved = path.join(folder, "unknown-fields");
    await model.save_pretrained(saved);
    expect(readJson(saved, "config.json")).toMatchObject({ our_field: { kept: true } });
  });
});

describe("weights", () => {
  test("of input and output embeddings are one parameter, counted once", () => {
    const model = BertForMaskedLM.from_config(config());
    expect(model.get_output_embeddings()!.weight).toBe(model.get_input_embeddings().weight);
    const names = [...model.named_parameters()].map(([name]) => name);
    expect(names).not.toContain("cls.predictions.decoder.weight");
    expect([...model.state_dict().keys()]).toContain("cls.predictions.decoder.weight");
    const untied = BertForMaskedLM.from_config(config().update({ tie_word_embeddings: false }));
    expect(untied.num_parameters() - model.num_parameters()).toBe(19 * 8);
  });

  test("num_parameters counts the trainable ones, or those that are no embeddings", () => {
    const model = BertModel.from_config(config());
    const embeddings = (19 + 9 + 2) * 8;
    const layer = 4 * (8 * 8 + 8) + (8 * 6 + 6) + (6 * 8 + 8) + 4 * 8;
    expect(model.num_parameters()).toBe(embeddings + 2 * 8 + 2 * layer + (8 * 8 + 8));
    expect(model.num_parameters({ exclude_embeddings: true })).toBe(model.num_parameters() - embeddings);
    model.get_input_embeddings().requires_grad_(false);
    expect(model.num_parameters({ only_trainable: true })).toBe(model.num_parameters() - 19 * 8);
  });

  test("start as the configuration's initializer_range says", async () => {
    manual_seed(1);
    const model = BertModel.from_config(config().update({ hidden_size: 96, initializer_range: 0.5 }));
    const { data } = await model.encoder.layer.at(0).attention.self.query.weight.load();
    const mean = [...data].reduce<number>((sum, x) => sum + Number(x), 0) / data.length;
    const spread = Math.sqrt(
      [...data].reduce<number>((sum, x) => sum + (Number(x) - mean) ** 2, 0) / data.length,
    );
    expect(mean).toBeCloseTo(0, 1);
    expect(spread).toBeCloseTo(0.5, 1);
    const state = await values(model);
    expect(new Set(state["embeddings.LayerNorm.weight"])).toEqual(new Set([1]));
    expect(new Set(state["pooler.dense.bias"])).toEqual(new Set([0]));
    expect(new Set(state["embeddings.word_embeddings.weight"]!.slice(0, 96))).toEqual(new Set([0]));
  });

  test("a parameter can be given another initialiser", async () => {
    const model = BertModel.from_config(config());
    model.pooler!.dense.bias!.initialize(init.constant_(2));
    expect([...(await model.pooler!.dense.bias!.load()).data]).toEqual(Array(8).fill(2));
  });
});
