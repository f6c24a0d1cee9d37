import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  filesOf,
  itHasMembers,
  itWritesFiles,
  type RecordedTokenizer,
} from "../../../tests/support/recorded-tokenizer.js";
import { normalizeForMatch, parseText } from "./numeric-values.js";
import { type Table, type TapasCallOptions, TapasTokenizer } from "./tokenization.js";

// What Python said: tests/reference/tokenizers/record_tapas.py.

interface Recorded {
  cases: (Pick<RecordedTokenizer, "files" | "saved" | "members" | "texts"> & {
    settings: object;
    calls: { table: Table; options: TapasCallOptions; expected: Record<string, unknown> | null }[];
  })[];
  numbers: [text: string, spans: [begin: number, end: number, values: object[]][]][];
  predictions: {
    data: { attention_mask: number[][]; token_type_ids: number[][][] };
    logits: number[][];
    aggregation: number[][];
    coordinates: [number, number][][];
    indices: number[];
  };
}

const file = new URL("./fixtures/tokenization.json.gz", import.meta.url);
const { cases, numbers, predictions } = JSON.parse(
  gunzipSync(readFileSync(file)).toString("utf8"),
) as Recorded;

describe.each(cases)("TapasTokenizer with $settings", (recorded) => {
  const make = () => TapasTokenizer.fromFiles(filesOf(recorded));

  it("gives the same tokens and ids", () => {
    const tokenizer = make();
    for (const [text, tokens, ids] of recorded.texts) {
      expect(tokenizer.tokenize(text), JSON.stringify(text)).toEqual(tokens);
      expect(tokenizer.convert_tokens_to_ids(tokens)).toEqual(ids);
    }
  });

  it("gives the same columns for tables and questions", () => {
    const tokenizer = make();
    for (const { table, options, expected } of recorded.calls) {
      const label = JSON.stringify({ table, options });
      if (expected === null) expect(() => tokenizer(table, options), label).toThrow(/./);
      else expect(withoutNan({ ...tokenizer(table, options) }), label).toEqual(expected);
    }
  });

  itHasMembers(TapasTokenizer, recorded);
  itWritesFiles(TapasTokenizer, { ...recorded, texts: [] }); // a text alone is nothing that it encodes

  it("reads what it writes", () => {
    const again = TapasTokenizer.fromFiles(TapasTokenizer.fromFiles(filesOf(recorded)).toFiles());
    for (const [text, tokens] of recorded.texts.slice(0, 12)) expect(again.tokenize(text)).toEqual(tokens);
  });
});

describe("TapasTokenizer", () => {
  const tokenizer = TapasTokenizer.fromFiles(filesOf(cases[0]!));
  const table = { header: ["a", "b"], rows: [["1", "2"]] };

  it("finds the numbers and dates of a text", () => {
    for (const [text, spans] of numbers) {
      const found = parseText(text).map(({ begin, end, values }) => [begin, end, values]);
      expect(found, text).toEqual(spans);
      expect(normalizeForMatch(text)).toBe(text);
    }
  });

  it("turns logits into cells", () => {
    const { data, logits, aggregation, coordinates, indices } = predictions;
    const found = tokenizer.convert_logits_to_predictions(data, logits, { logits_agg: aggregation });
    expect(found).toEqual([coordinates, indices]);
    expect(tokenizer.convert_logits_to_predictions(data, logits)).toEqual([coordinates]);
  });

  it("gives tensors where asked", () => {
    const answers = { answer_coordinates: [[0, 1]], answer_text: ["2"] } as const;
    const encoded = tokenizer(table, { queries: "b", ...answers, return_tensors: true });
    expect(encoded.token_type_ids).toMatchObject({ shape: [1, 7, 7], dtype: "int64" });
    expect(encoded.numeric_values).toMatchObject({ shape: [1, 7], dtype: "float32" });
    const ragged = () => tokenizer(table, { queries: ["b", "a b c"], return_tensors: true });
    expect(ragged).toThrow(/padding: true/);
  });

  it("refuses what is no table, and what it cannot honour", () => {
    expect(() => tokenizer("text")).toThrow(/a table is \{ header/);
    const numbers = { header: ["a"], rows: [[1]] } as object as Table;
    expect(() => tokenizer(numbers)).toThrow(/row 0 of the table must be a list of texts/);
    expect(() => tokenizer({ header: ["a"], rows: [["1", "2"]] })).toThrow(/has 2 cells, and its header 1/);
    expect(() => tokenizer(table, { stride: 2 } as object)).toThrow(/stride is not supported/);
    const files = filesOf(cases[0]!);
    expect(() => TapasTokenizer.fromFiles(files, { update_answer_coordinates: true })).toThrow(
      /fails in Python/,
    );
  });
});

/** JSON has no NaN: recordings have null. */
function withoutNan(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNan);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutNan(item)]));
  }
  return Number.isNaN(value) ? null : value;
}
