import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { largestError, readJson, readRecorded } from "../../tests/support/recorded.js";
import { convert, type Tensor, Variable } from "../tensor/index.js";
import { BertForSequenceClassification, BertModel, family } from "./bert/index.js";
import { assignCheckpoint, type LoadingInfo } from "./loading.js";

interface Case extends LoadingInfo {
  class: string;
  options: Record<string, unknown>;
  error?: { message: string[] };
  /** Where an entry took its values, if not from its own name; null: from nowhere. */
  sources: Record<string, string | null>;
}

const fixtures = path.join(import.meta.dirname, "bert", "fixtures", "loading");
const all = readdirSync(fixtures);
const names = all.filter((name) => readJson<Case>(fixtures, name, "case.json").error === undefined);

const classNamed = (name: string) => family.models.find((candidate) => candidate.name === name)!;

/** Every tensor of a recorded checkpoint, whatever its files are. */
async function storedTensors(folder: string, index: { weight_map?: Record<string, string> }) {
  const files = new Set(Object.values(index.weight_map ?? { all: "model.safetensors" }));
  const maps = await Promise.all([...files].map((file) => readRecorded(path.join(folder, file))));
  return new Map<string, Tensor>(maps.flatMap((map) => [...map]));
}

describe.each(names)("%s", (name) => {
  const folder = path.join(fixtures, name);
  const recorded = readJson<Case>(folder, "case.json");

  test("reports and loads what the reference does", async () => {
    const index = name === "sharded" ? readJson<object>(folder, "model.safetensors.index.json") : {};
    const stored = await storedTensors(folder, index);
    const [model, info] = await classNamed(recorded.class).from_pretrained(folder, {
      ...recorded.options,
      output_loading_info: true,
    });
    expect(info).toEqual({
      missing_keys: recorded.missing_keys,
      unexpected_keys: recorded.unexpected_keys,
      error_msgs: [],
      mismatched_keys: expect.toSatisfy(
        (keys: unknown[]) => JSON.stringify(keys.sort()) === JSON.stringify(recorded.mismatched_keys.sort()),
      ),
    });
    for (const [entry, variable] of model.state_dict()) {
      const source = recorded.sources[entry] === undefined ? entry : recorded.sources[entry];
      const { data } = await variable.load();
      const values = [...data].map(Number);
      if (source === null) {
        // Initial values: small, or a LayerNorm's ones. The recorded weights are all larger somewhere.
        const isScale = entry.endsWith("LayerNorm.weight");
        expect(Math.max(...values.map((x) => Math.abs(isScale ? x - 1 : x))), entry).toBeLessThan(0.1);
      } else {
        const { dtype, data, shape } = stored.get(source)!;
        expect([...variable.dims], entry).toEqual(shape);
        const expected = convert({ dtype, data, dims: shape as number[] }, "float32");
        expect(values, entry).toEqual([...expected.data]);
      }
    }
  });

  if (!existsSync(path.join(folder, "recorded.safetensors"))) return;
  test("computes what the reference computes from it", async () => {
    const values = await readRecorded(path.join(folder, "recorded.safetensors"));
    const [model] = await classNamed(recorded.class).from_pretrained(folder, {
      ...recorded.options,
      output_loading_info: true,
    });
    const { last_hidden_state } = await model.base_model({ input_ids: values.get("input.input_ids")! });
    expect(largestError(last_hidden_state, values.get("output.last_hidden_state")!)).toBeLessThan(1e-5);
  });
});

test("a checkpoint of half precision is trained in float32", async () => {
  const model = await BertForSequenceClassification.from_pretrained(path.join(fixtures, "float16"));
  expect(model.dtype).toBe("float32");
});

const refused = all.filter((name) => !names.includes(name));

test.each(refused)("%s is refused, both shapes named", async (name) => {
  const folder = path.join(fixtures, name);
  const { error } = readJson<Case>(folder, "case.json");
  expect(error!.message.join()).toContain("classifier.weight");
  await expect(BertForSequenceClassification.from_pretrained(folder)).rejects.toMatchObject({
    code: "KEYS_MISMATCH",
    message: expect.stringMatching(
      /classifier\.weight is \[3,6\] in the checkpoint and \[4,6\] in the model; classifier\.bias is \[3\] .* \[4\] .*ignore_mismatched_sizes: true/,
    ),
  });
});

test("without output_loading_info the console says what starts from initial values", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  await BertForSequenceClassification.from_pretrained(path.join(fixtures, "base-into-head"));
  await BertModel.from_pretrained(path.join(fixtures, "head-into-base"));
  await BertForSequenceClassification.from_pretrained(path.join(fixtures, "same"));
  const said = warn.mock.calls.map(([line]) => String(line));
  warn.mockRestore();
  expect(said).toEqual([
    expect.stringMatching(/start from initial values: classifier\.bias, classifier\.weight\. Train/),
    expect.stringMatching(/BertModel has no place for: classifier\.bias, classifier\.weight\./),
  ]);
});

describe("weights that weight_norm took apart", () => {
  const model = { base_model_prefix: "base", stale_buffers: [], ignoreMissing: [], ignoreUnexpected: [] };
  const spellings = [
    ["weight_g", "weight_v"],
    ["parametrizations.weight.original0", "parametrizations.weight.original1"],
  ] as const;

  test.each(spellings.flatMap((own) => spellings.map((stored) => [own, stored] as const)))(
    "as %j are read from a checkpoint with %j, which may be that of the base model",
    ([g, v], stored) => {
      const variable = () => new Variable([1], () => new Float32Array(1));
      const own = new Map([`base.conv.${g}`, `base.conv.${v}`].map((name) => [name, variable()] as const));
      const checkpoint = new Map(
        stored.map((name, i) => [
          `conv.${name}`,
          { dtype: "float32", dims: [1], data: Float32Array.of(i + 1) } as const,
        ]),
      );
      const info = assignCheckpoint(own, checkpoint, model);
      expect(info).toEqual({ missing_keys: [], unexpected_keys: [], mismatched_keys: [], error_msgs: [] });
      expect([...own.values()].map(({ data }) => data[0])).toEqual([1, 2]);
    },
  );
});
