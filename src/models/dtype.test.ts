import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { largestError, readRecorded } from "../../tests/support/recorded.js";
import { readSafetensorsHeader } from "../hub/safetensors/index.js";
import { AdamW } from "../optim/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import { BertConfig, BertForMaskedLM, BertForSequenceClassification, BertModel } from "./bert/index.js";
import type { FloatDType } from "./load-options.js";

const base = path.join(import.meta.dirname, "fixtures/members/base");
const halves = ["float16", "bfloat16"] as const;

let recorded: Map<string, Tensor>;
let inputs: { input_ids: Tensor; attention_mask: Tensor };
let folder: string;
beforeAll(async () => {
  recorded = await readRecorded(path.join(base, "../recorded.safetensors"));
  inputs = {
    input_ids: recorded.get("input.input_ids")!,
    attention_mask: recorded.get("input.attention_mask")!,
  };
  folder = await mkdtemp(path.join(tmpdir(), "dtype-"));
});
afterAll(() => rm(folder, { recursive: true }));

const wide = (x: Tensor) => x.to("float32").realize();

/** How far logits are from the recorded ones in float32, which reach from -5 to 5. */
async function errorOf(model: BertForMaskedLM): Promise<number> {
  return largestError(await wide((await model(inputs)).logits), recorded.get("base.logits")!);
}

describe.each(halves)("a model loaded in %s", (dtype) => {
  const load = () => BertForMaskedLM.from_pretrained(base, { torch_dtype: dtype });

  test("keeps its parameters in it, in half the memory", async () => {
    const [model, whole] = [await load(), await BertForMaskedLM.from_pretrained(base)];
    expect(model.dtype).toBe(dtype);
    expect(new Set([...model.parameters()].map((parameter) => parameter.dtype))).toEqual(new Set([dtype]));
    expect(whole.dtype).toBe("float32");
    expect(model.get_memory_footprint() * 2).toBe(whole.get_memory_footprint());
    const { weight } = model.bert.encoder.layer.at(0).output.dense;
    expect((await weight.load()).data.BYTES_PER_ELEMENT).toBe(2);
  });

  test("gives outputs of that dtype, near those in float32", async () => {
    const model = await load();
    expect((await model(inputs)).logits.dtype).toBe(dtype);
    // bfloat16 has 8 bits: the reference's own outputs are as far off, see below.
    expect(await errorOf(model)).toBeLessThan(dtype === "float16" ? 1e-2 : 0.15);
  });

  test("is trained", async () => {
    const model = (await load()).train();
    const optimizer = new AdamW(model.parameters(), { lr: 0.01 });
    const losses: number[] = [];
    for (let step = 0; step < 5; step++) {
      const { loss } = model({ ...inputs, labels: inputs.input_ids });
      loss.backward();
      await optimizer.step();
      optimizer.zero_grad();
      losses.push(Number((await wide(loss)).item()));
    }
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.5);
  });

  test("is saved in it, and is what `auto` then loads", async () => {
    const saved = path.join(folder, dtype);
    await (await load()).save_pretrained(saved);
    const { tensors } = await readSafetensorsHeader(path.join(saved, "model.safetensors"));
    const stored = dtype === "float16" ? "F16" : "BF16";
    expect(new Set([...tensors.values()].map((entry) => entry.dtype))).toEqual(new Set([stored]));
    const model = await BertForMaskedLM.from_pretrained(saved, { torch_dtype: "auto" });
    expect([model.dtype, model.config.torch_dtype]).toEqual([dtype, dtype]);
    expect((await BertForMaskedLM.from_pretrained(saved)).dtype).toBe("float32");
    expect((await model(inputs)).logits.tolist()).toEqual((await (await load())(inputs)).logits.tolist());
  });
});

test("bfloat16 is no further from float32 than the reference's", async () => {
  const exact = recorded.get("base.logits")!;
  const theirs = largestError(await wide(recorded.get("bfloat16.logits")!), exact);
  const model = await BertForMaskedLM.from_pretrained(base, { torch_dtype: "bfloat16" });
  expect(await errorOf(model)).toBeLessThan(1.5 * theirs);
});

describe("torch_dtype", () => {
  test("auto is the checkpoint's first float where the configuration names none", async () => {
    const saved = path.join(folder, "unnamed");
    await (await BertForMaskedLM.from_pretrained(base, { dtype: "float16" })).save_pretrained(saved);
    const file = path.join(saved, "config.json");
    const { torch_dtype, ...fields } = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    expect(torch_dtype).toBe("float16");
    await writeFile(file, JSON.stringify(fields));
    expect((await BertForMaskedLM.from_pretrained(saved, { torch_dtype: "auto" })).dtype).toBe("float16");
    await writeFile(file, JSON.stringify({ ...fields, torch_dtype: "int8" }));
    await expect(BertForMaskedLM.from_pretrained(saved, { torch_dtype: "auto" })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
  });

  test.each([
    [{ torch_dtype: "int8" }, /torch_dtype is "int8"; expected "auto", "float32"/],
    [{ torch_dtype: "half" }, /torch_dtype is "half"/],
    [{ torch_dtype: "float16", dtype: "float32" }, /two names of one option/],
  ])("%j is refused", async (options, message) => {
    await expect(
      BertForMaskedLM.from_pretrained(base, options as { torch_dtype: FloatDType }),
    ).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringMatching(message) });
  });

  test("of a new model is that of from_config", () => {
    const config = new BertConfig({ num_hidden_layers: 1, torch_dtype: "bfloat16" });
    expect(BertModel.from_config(config).dtype).toBe("float32");
    expect(BertModel.from_config(config, { torch_dtype: "float16" }).dtype).toBe("float16");
    expect(BertModel.from_config(config, { torch_dtype: "auto" }).dtype).toBe("bfloat16");
  });

  test("leaves modules in float32 that a family wants there, beside float16 alone", async () => {
    class Careful extends BertForMaskedLM {
      static override readonly _keep_in_fp32_modules = ["LayerNorm"];
    }
    const dtypes = async (torch_dtype: FloatDType) => {
      const model = await Careful.from_pretrained(base, { torch_dtype });
      return [
        model.bert.embeddings.LayerNorm.weight!.dtype,
        model.bert.embeddings.word_embeddings.weight.dtype,
      ];
    };
    expect(await dtypes("float16")).toEqual(["float32", "float16"]);
    expect(await dtypes("bfloat16")).toEqual(["bfloat16", "bfloat16"]);
  });
});

describe("half(), bfloat16(), float() and to()", () => {
  test("change a model that has been called, in place, tied weights once", async () => {
    const model = await BertForMaskedLM.from_pretrained(base);
    const before = await errorOf(model);
    const { weight } = model.bert.embeddings.word_embeddings;
    expect(model.half().dtype).toBe("float16");
    expect(model.cls.predictions.decoder.weight).toBe(weight);
    expect(model.bert.embeddings.word_embeddings.weight).toBe(weight);
    const half = await errorOf(model);
    expect([before < 1e-5, half > 1e-5, half < 1e-2]).toEqual([true, true, true]);
    expect(model.float().dtype).toBe("float32");
    // The rounding stays, the computation is exact again.
    expect(await errorOf(model)).toBeLessThan(1e-2);
    expect(model.to({ dtype: "bfloat16", device: "cpu" }).dtype).toBe("bfloat16");
    expect(() => model.to("int8")).toThrow(/kept in a floating dtype/);
  });

  test("take gradients along, and leave what was recorded before as it was", async () => {
    const model = BertForSequenceClassification.from_config(
      new BertConfig({ hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 8 }),
    );
    const { loss } = model({ input_ids: tensor([[3, 1, 4]]), labels: tensor([1]) });
    loss.backward();
    model.half();
    expect(model.classifier.weight.grad!.dtype).toBe("float16");
    await loss.realize();
    expect(loss.dtype).toBe("float32");
  });
});
