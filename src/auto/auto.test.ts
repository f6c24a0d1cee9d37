import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import type { ErrorCode } from "../errors.js";
import {
  BertConfig,
  BertForMaskedLM,
  BertForSequenceClassification,
  BertTokenizer,
  family,
} from "../models/bert/index.js";
import { PretrainedConfig } from "../models/configuration.js";
import type { AutoModelName } from "../models/family.js";
import type { LoadingInfo } from "../models/loading.js";
import { PreTrainedModel } from "../models/pretrained-model.js";
import type { Tensor } from "../tensor/index.js";
import { PreTrainedTokenizer } from "../tokenizers/pretrained/index.js";
import * as auto from "./index.js";
import {
  AutoConfig,
  AutoModel,
  AutoModelForMaskedLM,
  AutoModelForSequenceClassification,
  AutoTokenizer,
} from "./index.js";

const fixture = (name: string) => path.join(import.meta.dirname, "../pipelines/fixtures", name);
const moods = fixture("moods");
const sizes = {
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 8,
  vocab_size: 9,
};

const fails = (run: () => Promise<unknown>, code: ErrorCode, message: RegExp) =>
  expect(run()).rejects.toEqual(expect.objectContaining({ code, message: expect.stringMatching(message) }));

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function folderWith(files: Record<string, object>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "auto-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    await writeFile(path.join(folder, name), JSON.stringify(content));
  }
  return folder;
}

describe("AutoConfig", () => {
  test("finds the class by model_type; given fields go before the file's", async () => {
    const config = await AutoConfig.from_pretrained(moods, { hidden_dropout_prob: 0 });
    expect(config).toBeInstanceOf(BertConfig);
    expect(config).toMatchObject({ hidden_size: 16, hidden_dropout_prob: 0, num_labels: 3 });
  });

  test("for_model gives the family's defaults", async () => {
    expect(await AutoConfig.for_model("bert", { num_hidden_layers: 2 })).toEqual(
      new BertConfig({ num_hidden_layers: 2 }),
    );
  });

  test("says what is wrong", async () => {
    await fails(
      () => AutoConfig.for_model("toString"),
      "UNKNOWN_MODEL",
      /"toString" is not known; known are bert/,
    );
    const nameless = await folderWith({ "config.json": {} });
    await fails(() => AutoConfig.from_pretrained(nameless), "CONFIG_INVALID", /has no model_type/);
    await fails(() => AutoConfig.from_pretrained("./nowhere"), "FILE_NOT_FOUND", /nowhere is not there/);
    await fails(
      () => AutoConfig.from_pretrained(moods, { heads: 1 }),
      "INVALID_ARGUMENT",
      /"heads" is no field of BertConfig/,
    );
  });
});

describe("Auto models", () => {
  const names = Object.keys(family.auto) as AutoModelName[];

  test.each(names)("%s makes the family's class", async (name) => {
    const model = await { ...auto }[name].from_config(new BertConfig(sizes));
    expect(model).toBeInstanceOf(family.auto[name]);
    expect(model.training).toBe(false);
  });

  test("load a checkpoint as the class itself does", async () => {
    const loaded = await AutoModelForSequenceClassification.from_pretrained(moods);
    const inputs = (await AutoTokenizer.from_pretrained(moods))(["The dog is happy."]);
    const direct = await BertForSequenceClassification.from_pretrained(moods);
    expect(loaded).toBeInstanceOf(BertForSequenceClassification);
    expect((await loaded(inputs)).logits.tolist()).toEqual((await direct(inputs)).logits.tolist());
  });

  test("hand options on: loading info, the configuration's fields, a configuration", async () => {
    const [, info] = await AutoModel.from_pretrained(moods, { output_loading_info: true });
    expect(info.unexpected_keys).toEqual(["classifier.bias", "classifier.weight"]);
    const config = new BertConfig({
      ...(await BertConfig.from_pretrained(moods)).to_dict(),
      classifier_dropout: 0.5,
    });
    const model = await AutoModelForSequenceClassification.from_pretrained(moods, {
      config,
      hidden_act: "relu",
    });
    expect(model.config).toMatchObject({ classifier_dropout: 0.5, hidden_act: "relu" });
    await fails(
      () => AutoModel.from_pretrained(moods, { hiden_act: "relu" }),
      "INVALID_ARGUMENT",
      /"hiden_act" is neither/,
    );
  });

  test("say which Auto classes the family serves", async () => {
    class LoneConfig extends PretrainedConfig {
      static override readonly model_type = "lone";
    }
    class LoneModel extends PreTrainedModel<LoneConfig> {
      static override readonly config_class: typeof PretrainedConfig = LoneConfig;
      forward(_inputs: object) {
        return {};
      }
      inputTable = () => ({});
    }
    AutoConfig.register("lone", LoneConfig);
    const config = await AutoConfig.for_model("lone");
    await fails(
      () => AutoModel.from_config(config),
      "UNSUPPORTED",
      /no model is registered for model_type "lone"/,
    );
    AutoModelForSequenceClassification.register(LoneConfig, LoneModel);
    expect(await AutoModelForSequenceClassification.from_config(config)).toBeInstanceOf(LoneModel);
    await fails(
      () => AutoModel.from_config(config),
      "UNSUPPORTED",
      /AutoModel has no model for model_type "lone", which is served by AutoModelForSequenceClassification/,
    );
  });

  test("refuse a second registration, unless it may go before the first", async () => {
    class BetterMaskedLM extends BertForMaskedLM {}
    expect(() => AutoConfig.register("bert", BertConfig)).toThrow(/model_type "bert" is known already/);
    expect(() => AutoConfig.register("other", BertConfig)).toThrow(
      /model_type is "bert", but it is registered as/,
    );
    expect(() => AutoModelForMaskedLM.register(BertConfig, BetterMaskedLM)).toThrow(/exist_ok: true/);
    AutoModelForMaskedLM.register(BertConfig, BetterMaskedLM, { exist_ok: true });
    expect(await AutoModelForMaskedLM.from_config(new BertConfig(sizes))).toBeInstanceOf(BetterMaskedLM);
  });
});

describe("AutoTokenizer", () => {
  test("goes by tokenizer_config.json, else by config.json", async () => {
    const tokenizer = await AutoTokenizer.from_pretrained(moods, { model_max_length: 7 });
    expect(tokenizer).toBeInstanceOf(BertTokenizer);
    expect(tokenizer.model_max_length).toBe(7);
    const vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"].join("\n");
    const bare = await folderWith({ "config.json": { model_type: "bert" } });
    await writeFile(path.join(bare, "vocab.txt"), vocab);
    expect((await AutoTokenizer.from_pretrained(bare)).encode("a")).toEqual([2, 5, 3]);
  });

  test("knows the names that Python writes", async () => {
    for (const [name, type] of [
      ["BertTokenizerFast", BertTokenizer],
      ["PreTrainedTokenizerFast", PreTrainedTokenizer],
    ] as const) {
      const folder = await folderWith({ "tokenizer_config.json": { tokenizer_class: name } });
      await (await AutoTokenizer.from_pretrained(moods)).save_pretrained(folder);
      await writeFile(path.join(folder, "tokenizer_config.json"), JSON.stringify({ tokenizer_class: name }));
      expect((await AutoTokenizer.from_pretrained(folder)).constructor).toBe(type);
    }
  });

  test("does with tokenizer.json alone, where the class is not known or nothing names one", async () => {
    const folder = await folderWith({});
    await (await AutoTokenizer.from_pretrained(moods)).save_pretrained(folder);
    await writeFile(path.join(folder, "tokenizer_config.json"), '{"tokenizer_class": "FolioTokenizerFast"}');
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    expect((await AutoTokenizer.from_pretrained(folder)).constructor).toBe(PreTrainedTokenizer);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/FolioTokenizerFast is not known here/));
    warn.mockRestore();
    await rm(path.join(folder, "tokenizer_config.json"));
    const tokenizer = await AutoTokenizer.from_pretrained(folder);
    expect(tokenizer.constructor).toBe(PreTrainedTokenizer);
    expect(tokenizer.encode("The dog")).toHaveLength(4);
  });

  test("says what is wrong", async () => {
    const other = await folderWith({ "tokenizer_config.json": { tokenizer_class: "FolioTokenizer" } });
    await fails(
      () => AutoTokenizer.from_pretrained(other),
      "UNKNOWN_MODEL",
      /the tokenizer FolioTokenizer, and has no tokenizer.json, .* known are .*BertTokenizer/,
    );
    await fails(() => AutoTokenizer.from_pretrained("./nowhere"), "FILE_NOT_FOUND", /nowhere is not there/);
    await fails(
      () => AutoTokenizer.from_pretrained(moods, { use_fast: false }),
      "UNSUPPORTED",
      /use_fast is not supported/,
    );
    await fails(
      () => AutoTokenizer.from_pretrained(moods, { revision: "main" }),
      "INVALID_ARGUMENT",
      /is a folder here and has no revisions/,
    );
  });
});

test("types say what each Auto class's model takes and gives", () => {
  // Never called: only the types are asked.
  const _types = async () => {
    const model = await AutoModelForSequenceClassification.from_pretrained("folder");
    expectTypeOf(model).toEqualTypeOf<auto.AutoModelForSequenceClassification>();
    const output = await model({ input_ids: [[1]] });
    expectTypeOf(output.logits).toEqualTypeOf<Tensor>();
    expectTypeOf(output.loss).toEqualTypeOf<Tensor | undefined>();
    expectTypeOf(model({ input_ids: [[1]], labels: [0] }).loss).toEqualTypeOf<Tensor>();
    expectTypeOf(model.config.vocab_size).toEqualTypeOf<number>();
    // @ts-expect-error a classifier gives no last_hidden_state
    output.last_hidden_state;
    // @ts-expect-error a text is no tensor
    model({ input_ids: "text" });

    const [base, info] = await AutoModel.from_pretrained("folder", { output_loading_info: true });
    expectTypeOf(info).toEqualTypeOf<LoadingInfo>();
    expectTypeOf((await base({ input_ids: [[1]] })).last_hidden_state).toEqualTypeOf<Tensor>();
    const answer = await auto.AutoModelForQuestionAnswering.from_config({} as PretrainedConfig);
    expectTypeOf((await answer({ input_ids: [[1]] })).start_logits).toEqualTypeOf<Tensor>();
  };
  expect(_types).toBeTypeOf("function");
});
