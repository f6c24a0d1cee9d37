import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { largestError, readRecorded } from "../../tests/support/recorded.js";
import { AutoModelForMaskedLM } from "../auto/index.js";
import { optionalPackage } from "../hub/optional-package.js";
import { type HostArray, type Tensor, tensor } from "../tensor/index.js";
import {
  BertForMaskedLM,
  BertForPreTraining,
  BertForSequenceClassification,
  BertModel,
  family,
} from "./bert/index.js";
import { fromFlax, fromKeras } from "./other-frameworks.js";

const fixtures = path.join(import.meta.dirname, "bert/fixtures");
const frameworks = [
  { framework: "tensorflow", option: "from_tf", file: "tf_model.h5" },
  { framework: "flax", option: "from_flax", file: "flax_model.msgpack" },
] as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "frameworks-"));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

describe.each(frameworks)("a $framework checkpoint", ({ framework, option, file }) => {
  const folderOf = (name: string) => path.join(fixtures, framework, name);

  test.each(family.models.map((type) => [type.name, type] as const))("of %s", async (name, type) => {
    const values = await readRecorded(path.join(folderOf(name), "recorded.safetensors"));
    const [model, info] = await type.from_pretrained(folderOf(name), {
      [option]: true,
      output_loading_info: true,
    });
    expect(info).toEqual({ missing_keys: [], unexpected_keys: [], mismatched_keys: [], error_msgs: [] });
    const named = (kind: string) =>
      [...values].flatMap(([key, value]): [string, Tensor][] =>
        key.startsWith(`${kind}.`) ? [[key.slice(kind.length + 1), value]] : [],
      );
    const output = await model(Object.fromEntries(named("input")));
    expect(named("output").length).toBeGreaterThan(0);
    for (const [key, expected] of named("output")) {
      expect(largestError(output[key], expected), key).toBeLessThan(1e-5);
    }
  });

  test("goes into a model with another head, or none, and is saved as safetensors", async () => {
    const [base, lacks] = await BertModel.from_pretrained(folderOf("BertForPreTraining"), {
      [option]: true,
      output_loading_info: true,
    });
    expect(lacks.missing_keys).toEqual([]);
    expect(lacks.unexpected_keys.every((key: string) => key.startsWith("cls."))).toBe(true);
    await base.save_pretrained(path.join(folder, framework));
    const again = await BertModel.from_pretrained(path.join(folder, framework));
    const input_ids = tensor([[2, 5, 3]]);
    expect((await again({ input_ids })).pooler_output!.tolist()).toEqual(
      (await base({ input_ids })).pooler_output!.tolist(),
    );
    const [, fresh] = await BertForSequenceClassification.from_pretrained(folderOf("BertModel"), {
      [option]: true,
      output_loading_info: true,
    });
    expect(fresh.missing_keys).toEqual(["classifier.bias", "classifier.weight"]);
  });

  test("is loaded by the Auto classes, and without its option the error names it", async () => {
    const from = folderOf("BertForMaskedLM");
    expect(await AutoModelForMaskedLM.from_pretrained(from, { [option]: true })).toBeInstanceOf(
      BertForMaskedLM,
    );
    await expect(BertForMaskedLM.from_pretrained(from)).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
      message: expect.stringContaining(`but ${file}: pass ${option}: true`),
    });
    await expect(
      BertForMaskedLM.from_pretrained(path.join(fixtures, "model"), { [option]: true }),
    ).rejects.toMatchObject({ code: "FILE_NOT_FOUND", message: expect.stringContaining(file) });
    await expect(
      BertForMaskedLM.from_pretrained(from, { [option]: true, use_safetensors: true }),
    ).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("that is cut off, or damaged anywhere, is refused or read, never anything else", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const copy = path.join(folder, `${framework}-damaged`);
    await cp(folderOf("BertForTokenClassification"), copy, { recursive: true });
    const whole = await readFile(path.join(copy, file));
    const load = async (bytes: Uint8Array) => {
      await writeFile(path.join(copy, file), bytes);
      return family.models[7]!.from_pretrained(copy, { [option]: true, ignore_mismatched_sizes: true }).then(
        () => "read",
        (reason) => reason.code as unknown,
      );
    };
    expect(await load(whole)).toBe("read");
    expect(await load(new Uint8Array())).toBe("CORRUPT_FILE");
    expect(await load(whole.subarray(0, whole.length >> 1))).toBe("CORRUPT_FILE");
    const outcomes = new Set<unknown>();
    for (let i = 0; i < 150; i++) {
      const bytes = new Uint8Array(whole);
      for (let j = 0; j < 4; j++) bytes[(i * 7919 + j * 104_729) % bytes.length]! ^= 1 << (i % 8);
      outcomes.add(await load(bytes));
    }
    expect(
      [...outcomes].filter((code) => !["read", "CORRUPT_FILE", "UNSUPPORTED"].includes(String(code))),
    ).toEqual([]);
  });
});

describe("names and layouts", () => {
  const counting = (...dims: number[]): HostArray => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    return { dtype: "float32", dims, data: Float32Array.from({ length: count }, (_, i) => i) };
  };

  test("of Keras", () => {
    const read = fromKeras(
      new Map([
        ["tf_x/mlm___cls/transform/LayerNorm/gamma:0", counting(1)],
        ["tf_x/bn/moving_mean:0", counting(1)],
        ["tf_x/bn/moving_variance:0", counting(1)],
        ["tf_x/separable/depthwise_kernel:0", counting(2, 3)],
        ["final_logits_bias:0", counting(1)],
        ["tf_x/conv/layers_._11/kernel:0", counting(1, 2, 3, 4)],
        ["tf_x/conv1d/kernel:0", counting(2, 3, 1)],
      ]),
    );
    expect([...read].map(([name, { dims }]) => [name, dims])).toEqual([
      ["cls.transform.LayerNorm.weight", [1]],
      ["bn.running_mean", [1]],
      ["bn.running_var", [1]],
      ["separable.depthwise.weight", [3, 2]],
      ["final_logits_bias", [1]],
      ["conv.layers.11.weight", [4, 3, 1, 2]],
      ["conv1d.weight", [1, 3, 2]],
    ]);
    // Element [out, in, 0, 1] of the convolution was [0, 1, in, out]: 12 + 4 in + out.
    const { data } = read.get("conv.layers.11.weight") as HostArray;
    expect([...data]).toEqual(
      [0, 1, 2, 3].flatMap((out) => [0, 1, 2].flatMap((input) => [4 * input + out, 12 + 4 * input + out])),
    );
    expect([...(read.get("separable.depthwise.weight") as HostArray).data]).toEqual([0, 3, 1, 4, 2, 5]);
  });

  test("of Flax with statistics of batches", () => {
    const read = fromFlax(
      new Map([
        ["params/bn/scale", counting(1)],
        ["batch_stats/bn/mean", counting(1)],
        ["batch_stats/bn/var", counting(1)],
        ["params/words/embedding", counting(2, 2)],
      ]),
    );
    expect([...read.keys()]).toEqual(["bn.weight", "bn.running_mean", "bn.running_var", "words.weight"]);
    expect([...(read.get("words.weight") as HostArray).data]).toEqual([0, 1, 2, 3]);
  });
});

test("two kinds of weights at once are refused", async () => {
  await expect(
    BertForPreTraining.from_pretrained(path.join(fixtures, "flax/BertForPreTraining"), {
      from_tf: true,
      from_flax: true,
    }),
  ).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining("from_flax and from_tf"),
  });
});

test("a package that is not installed is named", async () => {
  const missing = optionalPackage("h5wasm", "reading tf_model.h5", () => import("no-such-package" as string));
  await expect(missing).rejects.toMatchObject({
    code: "PACKAGE_MISSING",
    message: "reading tf_model.h5 takes the package h5wasm, which could not be loaded: npm install h5wasm",
  });
});
