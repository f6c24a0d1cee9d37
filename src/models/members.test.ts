import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { largestError, readJson, readRecorded } from "../../tests/support/recorded.js";
import { Embedding, Linear } from "../nn/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import {
  BertConfig,
  BertForMaskedLM,
  BertForPreTraining,
  BertForSequenceClassification,
  BertModel,
} from "./bert/index.js";
import type { FloatDType } from "./load-options.js";

const fixtures = path.join(import.meta.dirname, "fixtures/members");
const base = path.join(fixtures, "base");

interface Resized {
  arguments: [number | null, number?];
  vocab_size: number;
  embeddings: number[];
  decoder: number[];
  bias: number[];
  parameters: number;
  tied: boolean;
}
interface Counts {
  all: number;
  trainable: number;
  without_embeddings: number;
  footprint: number;
  footprint_bfloat16: number;
  tokens: number;
  operations: number;
  operations_with_embeddings: number;
}
interface Recorded {
  pruning: { pruned_heads: Record<string, number[]>; parameters: number };
  resizing: Record<string, Resized>;
  counting: Record<string, Counts>;
}

const recorded = readJson<Recorded>(fixtures, "recorded.json");
let values: Map<string, Tensor>;
let inputs: { input_ids: Tensor; attention_mask: Tensor };
let folder: string;
beforeAll(async () => {
  values = await readRecorded(path.join(fixtures, "recorded.safetensors"));
  inputs = { input_ids: values.get("input.input_ids")!, attention_mask: values.get("input.attention_mask")! };
  folder = await mkdtemp(path.join(tmpdir(), "members-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Dropouts {
  hidden_dropout_prob?: number;
  attention_probs_dropout_prob?: number;
}
const load = (fields: Dropouts = {}, from = "base") =>
  BertForMaskedLM.from_pretrained(path.join(fixtures, from), { ...fields });
const logitsOf = async (model: BertForMaskedLM) => (await model(inputs)).logits;

describe("resize_token_embeddings", () => {
  test.each(Object.entries(recorded.resizing))("%s", async (name, expected) => {
    const model = await load({}, expected.tied ? "base" : "untied");
    await logitsOf(model); // what was compiled before is given up
    const [count, multiple] = expected.arguments;
    const embeddings = await model.resize_token_embeddings(count, multiple);
    const { decoder, bias } = model.cls.predictions;
    expect({
      vocab_size: model.config.vocab_size,
      embeddings: [...embeddings.weight.dims],
      decoder: [...decoder.weight.dims],
      bias: [...bias.dims],
      tied: decoder.weight === embeddings.weight,
    }).toEqual({ ...expected, arguments: undefined, parameters: undefined });
    expect(decoder.bias).toBe(bias);
    expect(model.get_input_embeddings()).toBe(embeddings);
    expect([embeddings.num_embeddings, decoder.out_features]).toEqual([
      expected.vocab_size,
      expected.vocab_size,
    ]);
    // In the reference a resized head that is not tied leaves the old bias behind, unused.
    const orphan = !expected.tied && name !== "same.untied" ? 19 : 0;
    expect(model.num_parameters()).toBe(expected.parameters - orphan);
    const logits = await logitsOf(model);
    expect(logits.shape[2]).toBe(expected.vocab_size);
    const old = await logits.slice(2, 0, Math.min(19, expected.vocab_size)).realize();
    expect(largestError(old, values.get(`resized.${name}.logits`)!)).toBeLessThan(1e-5);
  });

  test("gives new tokens initial values, and a tied head a bias of 0 for them", async () => {
    const model = await load();
    const { weight } = await model.resize_token_embeddings(23);
    const fresh = [...(await weight.load()).data].slice(19 * 12).map(Number);
    expect(Math.max(...fresh.map(Math.abs))).toBeLessThan(0.1);
    expect(new Set(fresh).size).toBe(fresh.length);
    expect([...(await model.cls.predictions.bias.load()).data].slice(19)).toEqual([0, 0, 0, 0]);
  });

  test("keeps dtype, padding row and requires_grad, and survives saving", async () => {
    const model = (await load()).half();
    model.get_input_embeddings().weight.requires_grad = false;
    const embeddings = await model.resize_token_embeddings(null, 16);
    expect([embeddings.weight.dtype, embeddings.weight.requires_grad]).toEqual(["float16", false]);
    expect(embeddings.options.padding_idx).toBe(0);
    await model.save_pretrained(path.join(folder, "resized"));
    const again = await BertForMaskedLM.from_pretrained(path.join(folder, "resized"), {
      torch_dtype: "auto",
    });
    expect(again.config.vocab_size).toBe(32);
    expect((await logitsOf(again)).tolist()).toEqual((await logitsOf(model)).tolist());
  });

  test("without arguments it gives the embeddings, and refuses what is no size", async () => {
    const model = await load();
    expect(await model.resize_token_embeddings()).toBe(model.get_input_embeddings());
    const refused = { code: "INVALID_ARGUMENT" };
    await expect(model.resize_token_embeddings(0)).rejects.toMatchObject(refused);
    await expect(model.resize_token_embeddings(5.5)).rejects.toMatchObject(refused);
    await expect(model.resize_token_embeddings(20, -8)).rejects.toMatchObject(refused);
    expect(model.config.vocab_size).toBe(19);
  });
});

describe("parts that are replaced", () => {
  test("are seen by a model that has been compiled", async () => {
    const [classifier] = await BertForSequenceClassification.from_pretrained(base, {
      output_loading_info: true,
    });
    await classifier(inputs);
    const zeros = new Linear(12, 2);
    for (const parameter of zeros.parameters()) parameter.initialize((count) => new Float32Array(count));
    Object.assign(classifier, { classifier: zeros });
    const { logits } = await classifier(inputs);
    expect(logits.tolist()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(classifier.compiledSignatures).toBe(1);
  });

  test("set_input_embeddings and set_output_embeddings", async () => {
    const model = await load({}, "untied");
    const before = (await logitsOf(model)).tolist();
    const [embeddings, decoder] = [new Embedding(19, 12), new Linear(12, 19)];
    model.set_input_embeddings(embeddings);
    expect(model.bert.embeddings.word_embeddings).toBe(embeddings);
    expect((await logitsOf(model)).tolist()).not.toEqual(before);
    model.set_output_embeddings(decoder);
    expect(model.get_output_embeddings()).toBe(decoder);
    expect(model.cls.predictions.bias).toBe(decoder.bias);
    model.config.tie_word_embeddings = true;
    model.tie_weights();
    expect(decoder.weight).toBe(embeddings.weight);
    const headless = BertModel.from_config(model.config);
    expect(headless.get_output_embeddings()).toBeNull();
    expect(() => headless.set_output_embeddings(decoder)).toThrow(/BertModel has no output embeddings/);
  });
});

describe("prune_heads", () => {
  test("gives what the reference gives, once and again", async () => {
    const model = await load();
    expect(largestError(await logitsOf(model), values.get("base.logits")!)).toBeLessThan(1e-5);
    await model.prune_heads({ 0: [1, 3], 1: [0] });
    expect(largestError(await logitsOf(model), values.get("pruned.once.logits")!)).toBeLessThan(1e-5);
    await model.prune_heads({ 0: [0, 1] });
    expect(largestError(await logitsOf(model), values.get("pruned.logits")!)).toBeLessThan(1e-5);
    expect(model.config.pruned_heads).toEqual(recorded.pruning.pruned_heads);
    expect(model.num_parameters()).toBe(recorded.pruning.parameters);
    expect(model.bert.encoder.layer.at(0).attention.self.query.weight.dims).toEqual([3, 12]);
  });

  test("is loaded from the reference's checkpoint, and from our own", async () => {
    const theirs = await BertForMaskedLM.from_pretrained(path.join(fixtures, "pruned"));
    expect(largestError(await logitsOf(theirs), values.get("pruned.logits")!)).toBeLessThan(1e-5);
    const model = await load();
    await model.prune_heads(recorded.pruning.pruned_heads);
    await model.save_pretrained(path.join(folder, "pruned"));
    expect(readJson(folder, "pruned/config.json")).toEqual(readJson(fixtures, "pruned/config.json"));
    const [ours, info] = await BertForMaskedLM.from_pretrained(path.join(folder, "pruned"), {
      output_loading_info: true,
    });
    expect(info).toEqual({ missing_keys: [], unexpected_keys: [], mismatched_keys: [], error_msgs: [] });
    expect(largestError(await logitsOf(ours), values.get("pruned.logits")!)).toBeLessThan(1e-5);
  });

  test("gradients reach what is left", async () => {
    const model = await BertForMaskedLM.from_pretrained(path.join(fixtures, "pruned"));
    const { loss } = model({ ...inputs, labels: inputs.input_ids });
    loss.backward();
    const { grad } = model.bert.encoder.layer.at(0).attention.output.dense.weight;
    expect((await grad!.realize()).shape).toEqual([12, 3]);
  });

  test.each([
    [{ 2: [0] }, /there is no layer "2"/],
    [{ 0: [4] }, /layer 0 has no head 4/],
    [{ 0: [0.5] }, /no head 0.5/],
    [{ 0: [0, 1, 2, 3] }, /layer 0 would have no head left/],
    [{ 0: "1" }, /the heads of layer 0 are "1"/],
  ])("%j is refused, and nothing is changed", async (heads, message) => {
    const model = await load();
    await expect(model.prune_heads(heads as Record<number, number[]>)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(message),
    });
    expect(model.config.pruned_heads).toEqual({});
    await model.prune_heads({ 0: [0, 1] });
    await expect(model.prune_heads({ 0: [2, 3] })).rejects.toThrow(/no head left/);
    expect(model.config.pruned_heads).toEqual({ 0: [0, 1] });
  });
});

describe("counts", () => {
  const config = () =>
    new BertConfig({
      vocab_size: 19,
      hidden_size: 12,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      intermediate_size: 10,
      max_position_embeddings: 9,
    });

  test.each([BertModel, BertForMaskedLM, BertForPreTraining, BertForSequenceClassification])(
    "of %o",
    (type) => {
      const model = new type(config());
      model.get_input_embeddings().weight.requires_grad = false;
      const batch = {
        input_ids: tensor([Array(7).fill(0), Array(7).fill(0), Array(7).fill(0)] as number[][]),
      };
      const counted: Counts = {
        all: model.num_parameters(),
        trainable: model.num_parameters({ only_trainable: true }),
        without_embeddings: model.num_parameters({ exclude_embeddings: true }),
        footprint: model.get_memory_footprint(),
        footprint_bfloat16: model.bfloat16().get_memory_footprint({ return_buffers: false }),
        tokens: model.estimate_tokens(batch),
        operations: model.floating_point_ops(batch),
        operations_with_embeddings: model.floating_point_ops(batch, { exclude_embeddings: false }),
      };
      expect(counted).toEqual(recorded.counting[type.name]);
    },
  );

  test("a batch may be lists; without the main input it counts 0, with one warning", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const model = BertModel.from_config(config());
    expect(model.estimate_tokens({ input_ids: [[1, 2, 3], [4]] })).toBe(4);
    expect(model.floating_point_ops({ labels: [1] })).toBe(0);
    expect(model.estimate_tokens({})).toBe(0);
    expect(warn.mock.calls).toEqual([[expect.stringContaining("no input_ids")]]);
    warn.mockRestore();
  });
});

describe("masks", () => {
  const dtypes = ["float32", "float16", "bfloat16"] as const;
  const at = (name: string) => values.get(name)!;
  const equal = async (mask: Tensor, name: string) =>
    expect(largestError(await mask.realize(), at(name)), name).toBe(0);
  const modelIn = async (torch_dtype: FloatDType, is_decoder: boolean) => {
    const config = (await BertConfig.from_pretrained<BertConfig>(base)).update({ is_decoder });
    return BertModel.from_config(config, { torch_dtype });
  };

  test.each(dtypes)("in %s are the reference's", async (dtype) => {
    for (const is_decoder of [false, true]) {
      const model = await modelIn(dtype, is_decoder);
      const name = `${dtype}.${is_decoder ? "decoder" : "encoder"}`;
      await equal(model.get_extended_attention_mask(at("mask.two"), [2, 4]), `extended.two.${name}`);
      await equal(model.get_extended_attention_mask(at("mask.two"), [2, 3]), `extended.past.${name}`);
      await equal(model.get_extended_attention_mask(at("mask.three"), [2, 2]), `extended.three.${name}`);
    }
    const model = await modelIn(dtype, false);
    await equal(model.invert_attention_mask(at("mask.two")), `inverted.two.${dtype}`);
    await equal(model.invert_attention_mask(at("mask.three")), `inverted.three.${dtype}`);
    const heads = (name: string, chunked = false) => model.get_head_mask(at(name), 2, chunked) as Tensor;
    await equal(heads("mask.heads"), `head.one.${dtype}`);
    await equal(heads("mask.heads", true), `head.chunked.${dtype}`);
    await equal(heads("mask.heads_by_layer"), `head.each.${dtype}`);
    expect(model.get_head_mask(null, 2)).toEqual([null, null]);
  });

  test("of another rank are refused", async () => {
    const model = await modelIn("float32", true);
    const flat = tensor([1, 0]);
    expect(() => model.get_extended_attention_mask(flat, [1, 2])).toThrow(/attention mask is \[batch/);
    expect(() => model.invert_attention_mask(flat)).toThrow(/attention mask is \[batch/);
    expect(() => model.get_head_mask(tensor([[[1]]]), 2)).toThrow(/head_mask is \[heads\]/);
  });

  test("that are missing beside padding are warned of, once", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const model = await load();
    await model({ input_ids: [[2, 5, 7, 3]] });
    await model({ input_ids: [[2, 0, 7, 3]] });
    await model({ input_ids: [[2, 5, 3, 0]], attention_mask: [[1, 1, 1, 0]] });
    expect(warn.mock.calls).toEqual([]);
    await model({ input_ids: [[2, 5, 3, 0]] });
    await model({ input_ids: [[0, 2, 5, 3]] });
    expect(warn.mock.calls).toEqual([[expect.stringContaining("begin or end with padding (0)")]]);
    warn.mockRestore();
  });
});

describe("gradient checkpointing", () => {
  const gradientsOf = async (model: BertForMaskedLM) => {
    const { loss } = model({ ...inputs, labels: inputs.input_ids });
    loss.backward();
    const grads = [...model.named_parameters()].map(([name, { grad }]) => [name, grad] as const);
    const entries = grads.map(
      async ([name, grad]) => [name, grad && (await grad.realize()).tolist()] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  };
  const still = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };

  test("changes no gradient, and forgets layers while training alone", async () => {
    const plain = (await load(still)).train();
    const model = (await load(still)).train();
    expect(model.is_gradient_checkpointing).toBe(false);
    model.gradient_checkpointing_enable({ use_reentrant: false });
    expect(model.is_gradient_checkpointing).toBe(true);
    const ops = () => JSON.stringify(wholeGraph(model));
    expect(ops()).toContain('"checkpoint"');
    model.eval();
    expect(ops()).not.toContain('"checkpoint"');
    model.train();
    expect(await gradientsOf(model)).toEqual(await gradientsOf(plain));
    model.gradient_checkpointing_disable();
    expect(ops()).not.toContain('"checkpoint"');
  });

  test("gradients go through it behind frozen embeddings", async () => {
    const model = (await load(still)).train();
    model.bert.embeddings.requires_grad_(false);
    model.enable_input_require_grads();
    model.gradient_checkpointing_enable();
    const grads = await gradientsOf(model);
    expect(grads["bert.encoder.layer.0.attention.self.query.weight"]).toEqual(expect.any(Array));
    expect(grads["bert.embeddings.position_embeddings.weight"]).toBeNull();
    model.disable_input_require_grads();
  });

  test("an old configuration asks for it once, and other options are refused", () => {
    const config = new BertConfig({ num_hidden_layers: 1, gradient_checkpointing: true } as object);
    const model = BertModel.from_config(config);
    expect(model.is_gradient_checkpointing).toBe(true);
    expect("gradient_checkpointing" in config).toBe(false);
    expect(() => model.gradient_checkpointing_enable({ use_reentrant: true })).toThrow(
      /use_reentrant: false/,
    );
    expect(() => model.gradient_checkpointing_enable({ preserve: 1 } as object)).toThrow(/preserve/);
  });

  /** The names of the ops behind a loss. */
  function wholeGraph(model: BertForMaskedLM): string[] {
    const { loss } = model({ ...inputs, labels: inputs.input_ids });
    const seen = new Set<unknown>();
    const names: string[] = [];
    const walk = ({ node }: Tensor) => {
      if (seen.has(node)) return;
      seen.add(node);
      names.push(node.op.name);
      node.inputs.forEach(walk);
    };
    walk(loss);
    return names;
  }
});

test("tags are kept once, and BERT generates nothing", async () => {
  const model = await load();
  model.add_model_tags(["a", "b"]);
  model.add_model_tags("a");
  expect(model.model_tags).toEqual(["a", "b"]);
  expect(model.can_generate()).toBe(false);
});
