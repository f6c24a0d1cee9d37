import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  type MockInstance,
  test,
  vi,
} from "vitest";
import { readJson } from "../../tests/support/recorded.js";
import { AutoConfig, AutoModel } from "../auto/index.js";
import { TransformersError } from "../errors.js";
import type { JsonObject } from "../hub/files.js";
import { BertConfig, BertModel } from "./bert/index.js";
import { type ConfigFields, PretrainedConfig } from "./configuration.js";

/** The family that the reference recorded, with names of its own for sizes. */
class MappedConfig extends PretrainedConfig {
  static override readonly model_type = "mapped";
  static override readonly attribute_map = { hidden_size: "n_embd", num_hidden_layers: "n_layer" };
  declare hidden_size: number;
  declare num_hidden_layers: number;
  n_embd = 768;
  n_layer = 12;
  scale = 0.5;
  note = "plain";
  flag = true;

  constructor(fields: ConfigFields<MappedConfig> = {}) {
    super();
    this.update(fields);
  }
}

interface Case {
  fields: JsonObject;
  dict: JsonObject;
  diff: JsonObject;
  json: string;
}

const fixtures = path.join(import.meta.dirname, "fixtures/members");
const { configurations: recorded } = readJson<{
  configurations: { cases: Record<string, Case>; from_string: JsonObject; from_dict: JsonObject };
}>(fixtures, "recorded.json");

let folder: string;
let warn: MockInstance<typeof console.warn>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "configuration-"));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => warn.mockRestore());

describe.each(Object.entries(recorded.cases))(
  "a configuration with %s fields",
  (_, { fields, dict, diff, json }) => {
    const config = () => MappedConfig.from_dict<MappedConfig>(structuredClone(fields));

    test("has the reference's to_dict, to_diff_dict and to_json_string", () => {
      expect(config().to_dict()).toEqual(dict);
      expect(config().to_diff_dict()).toEqual(diff);
      expect(JSON.parse(config().to_json_string())).toEqual(JSON.parse(json));
      expect(config().toString()).toBe(`MappedConfig ${config().to_json_string()}`);
      expect(JSON.parse(config().to_json_string({ use_diff: false }))).toEqual(dict);
    });

    test("comes back from what it was saved as", async () => {
      await config().save_pretrained(folder);
      expect((await MappedConfig.from_pretrained<MappedConfig>(folder)).to_dict()).toEqual(dict);
    });
  },
);

describe("attribute_map", () => {
  test("gives a field a second name, to read, to set and to pass", () => {
    const config = new MappedConfig({ hidden_size: 32 });
    expect([config.hidden_size, config.n_embd]).toEqual([32, 32]);
    config.num_hidden_layers = 3;
    expect(config.n_layer).toBe(3);
    expect(Object.keys(config)).not.toContain("hidden_size");
    expect(() => new MappedConfig({ n_embd: -1 })).toThrow(/n_embd is -1; expected a whole number from 1/);
  });

  test("counts for update, from a text and from an object", () => {
    const config = new MappedConfig().update_from_string("n_embd=10,scale=2.5,note=changed,flag=false");
    expect(config.to_diff_dict()).toEqual(recorded.from_string);
    config.update({ hidden_size: 99, num_labels: 4 });
    expect(config.to_diff_dict()).toEqual(recorded.from_dict);
  });
});

describe("update_from_string", () => {
  test.each([
    ["n_embd=wide", /n_embd is 768 and cannot become "wide"/],
    ["flag=perhaps", /flag is true and cannot become "perhaps"/],
    ["nothing=1", /"nothing=1" sets no field of MappedConfig/],
    ["n_embd", /"n_embd" sets no field/],
    ["pruned_heads=1", /pruned_heads is \{\} and cannot become "1"/],
    ["to_dict=1", /"to_dict=1" sets no field/],
  ])("%s is refused", (text, message) => {
    expect(() => new MappedConfig().update_from_string(text)).toThrow(message);
  });
});

describe("labels and problems", () => {
  test("num_labels beside other labels: the file's labels count, as in the reference; in code it is an error", () => {
    const fields = { num_labels: 3, id2label: { 0: "a", 1: "b" } };
    expect(MappedConfig.from_dict(fields).num_labels).toBe(2);
    expect(warn.mock.calls).toEqual([[expect.stringContaining("num_labels: 3, but id2label has 2 entries")]]);
    expect(() => new MappedConfig(fields)).toThrow(/give one of them/);
  });

  test.each([
    [{ problem_type: "guessing" }, /problem_type is "guessing"; expected regression, single_label/],
    [{ id2label: { zero: "a" } }, /id2label is .* expected an object of labels by whole numbers/],
    [{ id2label: { 0: ["a"] } }, /id2label is/],
    [{ label2id: { a: "x" } }, /label2id is .* expected an object of whole numbers by label/],
    [{ update: 1 }, /"update" is a member of every configuration and cannot be a field/],
    [{ constructor: 1 }, /"constructor" is a member/],
    [
      { initializer_range: Number.POSITIVE_INFINITY },
      /initializer_range is "Infinity"; expected a finite number/,
    ],
  ])("%j is refused", (fields, message) => {
    expect(() => new BertConfig(fields as object)).toThrow(message);
  });

  test("null stands for no labels", () => {
    expect(new BertConfig({ id2label: null, label2id: null } as object).num_labels).toBe(2);
  });
});

test("a configuration within another is written as its differences' dict", () => {
  const outer = new PretrainedConfig({ text_config: new MappedConfig({ n_embd: 5 }) } as object);
  expect(outer.to_dict().text_config).toMatchObject({ n_embd: 5, model_type: "mapped" });
  expect(outer.to_dict().text_config).not.toHaveProperty("transformers_version");
});

describe("hostile configurations", () => {
  const hostile = {
    auto_map: { AutoModel: "other/repository--modeling.Evil" },
    _attn_implementation_internal: "other/kernels",
    _attn_implementation: "other/kernels",
    attn_implementation: "flash_attention_2",
    custom_pipelines: { evil: { impl: "evil.Pipeline" } },
    trust_remote_code: true,
    _name_or_path: "other/repository",
  };
  const base = readJson<JsonObject>(fixtures, "base/config.json");

  test("what names code is dropped with a warning, and nothing is opened for it", async () => {
    const asked: string[] = [];
    const source = {
      name: "hostile",
      require: async () => undefined,
      find: async (file: string) => {
        asked.push(file);
        if (file === "config.json") return path.join(folder, "hostile.json");
        return file === "model.safetensors" ? path.join(fixtures, "base", file) : null;
      },
    };
    await writeFile(path.join(folder, "hostile.json"), JSON.stringify({ ...base, ...hostile }));
    const fetched = vi.spyOn(globalThis, "fetch");
    const model = await AutoModel.from_pretrained(source);
    expect(new Set(asked)).toEqual(new Set(["config.json", "model.safetensors"]));
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
    for (const name of Object.keys(hostile)) expect(model.config).not.toHaveProperty(name);
    expect(warn.mock.calls[0]).toEqual([
      "BertConfig: auto_map, _attn_implementation_internal, _attn_implementation, attn_implementation, " +
        "custom_pipelines, trust_remote_code ignored: a configuration selects no code, all that is run is this library's own.",
    ]);
    await model.config.save_pretrained(folder);
    expect(readJson(folder, "config.json")).toEqual({ ...base, architectures: ["BertForMaskedLM"] });
  });

  test.each([
    { num_hidden_layers: 1e9 },
    { hidden_size: 2 ** 20, num_attention_heads: 1 },
    { hidden_size: 2 ** 19, vocab_size: 2 ** 24 },
    { num_hidden_layers: 10_000, hidden_size: 2 ** 16, num_attention_heads: 64 },
    { intermediate_size: 2 ** 20, hidden_size: 2 ** 18, num_hidden_layers: 100 },
  ])("%j fails before anything is made of it", async (sizes) => {
    await writeFile(path.join(folder, "config.json"), JSON.stringify({ model_type: "bert", ...sizes }));
    await BertConfig.from_pretrained(path.join(fixtures, "base")); // what is loaded once is not measured
    const memory = process.memoryUsage();
    await expect(
      (async () => new BertModel(await BertConfig.from_pretrained<BertConfig>(folder)))(),
    ).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    expect(heapUsed + arrayBuffers - memory.heapUsed - memory.arrayBuffers).toBeLessThan(50e6);
  });

  test("sizes that no checkpoint has are found by its shapes before anything is made of them", async () => {
    const copy = { ...base, hidden_size: 2 ** 16, vocab_size: 2 ** 20 };
    await writeFile(path.join(folder, "config.json"), JSON.stringify(copy));
    const find = async (file: string) =>
      path.join(file === "config.json" ? folder : `${fixtures}/base`, file);
    const source = { name: "large", require: async () => undefined, find };
    const memory = process.memoryUsage();
    await expect(BertModel.from_pretrained(source)).rejects.toMatchObject({ code: "KEYS_MISMATCH" });
    expect(process.memoryUsage().arrayBuffers - memory.arrayBuffers).toBeLessThan(50e6);
  });

  const deep: unknown = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`);
  const values: readonly unknown[] = [
    ...[null, true, false, 0, 1, -1, 2, 0.5, -0, 1e9, 1e308, 2 ** 31, 2 ** 53, 2 ** 63, -(2 ** 31)],
    ...[
      "",
      "x",
      "bert",
      "../..",
      "__proto__",
      "gelu_new",
      "relative_key",
      "NaN",
      "768",
      "\u0000",
      "a".repeat(10_000),
    ],
    ...[
      [],
      [1],
      [[[[]]]],
      {},
      { 0: "a" },
      { __proto__: null },
      { constructor: 1 },
      JSON.parse('{"__proto__": {"x": 1}}'),
    ],
    deep,
  ];
  const names = [
    ...[
      "constructor",
      "toString",
      "hasOwnProperty",
      "__proto__",
      "prototype",
      "then",
      "update",
      "to_dict",
      "name",
    ],
    ...[
      "length",
      "num_labels",
      "model_type",
      "id2label",
      "label2id",
      "auto_map",
      "use_return_dict",
      "attribute_map",
    ],
  ];

  /** Numbers from 0 to 1 that are the same on every run. */
  function* random(seed: number): Generator<number, never> {
    for (let state = seed; ; ) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      yield state / 2 ** 32;
    }
  }

  test("5,000 mutated ones are read or refused, never anything else", async () => {
    const numbers = random(42);
    const pick = <T>(list: readonly T[]) => list[Math.floor(numbers.next().value * list.length)]!;
    const fields = { ...new BertConfig().to_dict(), ...base, num_hidden_layers: 1 };
    const keys = [...Object.keys(fields), ...names];
    const codes = new Map<string, number>();
    const file = path.join(folder, "config.json");
    for (let round = 0; round < 5000; round++) {
      const mutated: JsonObject = structuredClone(fields);
      for (let count = 1 + Math.floor(numbers.next().value * 3); count > 0; count--) {
        const change = numbers.next().value;
        if (change < 0.1) delete mutated[pick(keys)];
        else
          Object.defineProperty(mutated, pick(keys), {
            value: pick(values),
            enumerable: true,
            configurable: true,
            writable: true,
          });
      }
      let outcome = "read";
      try {
        if (round % 10 === 0) {
          const text = JSON.stringify(mutated, (_, value) => (value === deep ? [[[[[[]]]]]] : value));
          const at = Math.floor(numbers.next().value * text.length);
          await writeFile(
            file,
            text.slice(0, at) + pick(['"', "{", "]", ",", "0", "\\", ""]) + text.slice(at + 1),
          );
          await AutoConfig.from_pretrained(folder);
        } else {
          const config = BertConfig.from_dict<BertConfig>(mutated);
          if (config.num_hidden_layers <= 100) new BertModel(config).num_parameters();
          JSON.parse(config.to_json_string());
        }
      } catch (error) {
        if (!(error instanceof TransformersError)) throw error;
        outcome = error.code;
      }
      codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
    }
    expect([...codes.keys()].sort()).toEqual(
      expect.arrayContaining(["CONFIG_INVALID", "CORRUPT_FILE", "UNKNOWN_MODEL", "read"]),
    );
    expect([...codes.keys()].filter((code) => !expectedCodes.includes(code))).toEqual([]);
    expect(codes.get("read")).toBeGreaterThan(500);
  });
  const expectedCodes = [
    "CONFIG_INVALID",
    "CORRUPT_FILE",
    "INVALID_ARGUMENT",
    "UNKNOWN_MODEL",
    "UNSUPPORTED",
    "read",
  ];
});
