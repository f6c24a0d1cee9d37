import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Encoding, type PaddingOptions, Tokenizer, type TruncationOptions } from "./index.js";
import { WordPieceTrainer } from "./trainers/index.js";

// What the Rust library said: tests/reference/tokenizers/record.py.

interface Row {
  ids: number[];
  type_ids: number[];
  tokens: string[];
  attention_mask: number[];
  special_tokens_mask: number[];
  word_ids: (number | null)[];
  sequence_ids: (number | null)[];
  n_sequences: number;
  offsets: number[];
  overflowing: Row[];
}

interface OptionsCase {
  pipeline: number;
  first: string | string[];
  second: string | string[] | null;
  add_special_tokens: boolean;
  truncation: TruncationOptions | null;
  padding: PaddingOptions | null;
  expected: Row | null;
}

type Pipeline = { name: string; model: object } & Record<string, unknown>;

function fixture<T>(name: string): T {
  const file = new URL(`./fixtures/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as T;
}

const small = fixture<{ vocab: Record<string, number>; pipelines: Pipeline[] }>("small");
const described = small.pipelines.map((pipeline) => ({
  ...pipeline,
  model: { ...pipeline.model, vocab: small.vocab },
}));
const tokenizers = described.map((pipeline) => Tokenizer.from_json(pipeline));

const withoutSpecial = { add_special_tokens: false };

describe("against the recorded results of the Rust library", () => {
  it("reads and writes the same tokenizer.json", () => {
    for (const [i, tokenizer] of tokenizers.entries()) {
      const { name: _, ...json } = described[i]!;
      expect(JSON.parse(tokenizer.to_json())).toEqual(json);
      expect(JSON.parse(tokenizer.to_json(true))).toEqual(json);
    }
  });

  it("gives the same ids and offsets for 5,000 texts", () => {
    const cases = fixture<[number, string, number[], number[]][]>("texts");
    expect(cases).toHaveLength(5000);
    for (const [pipeline, text, ids, offsets] of cases) {
      const tokenizer = tokenizers[pipeline]!;
      const encoding = tokenizer.encode(text, null, withoutSpecial);
      const label = `${described[pipeline]!.name}: ${JSON.stringify(text)}`;
      expect(encoding.ids, label).toEqual(ids);
      expect(encoding.offsets.flat(), label).toEqual(offsets);
      expect(Array.from(tokenizer.encode_ids(text)), label).toEqual(ids);
      expect(tokenizer.encode_fast(text, null, withoutSpecial).ids, label).toEqual(ids);
    }
  });

  it("gives the same encodings for pairs, words, truncation, padding", () => {
    for (const { first, second, truncation, padding, expected, ...one } of fixture<OptionsCase[]>(
      "options",
    )) {
      const tokenizer = tokenizers[one.pipeline]!;
      tokenizer.no_truncation();
      tokenizer.no_padding();
      const run = () => {
        if (truncation !== null) tokenizer.enable_truncation(truncation);
        if (padding !== null) tokenizer.enable_padding(padding);
        return tokenizer.encode(first, second, { add_special_tokens: one.add_special_tokens });
      };
      const label = JSON.stringify({ ...one, first, second, truncation, padding });
      if (expected === null) expect(run, label).toThrow(/stride|truncation/);
      else expect(toRow(run()), label).toEqual(expected);
    }
    for (const tokenizer of tokenizers) {
      tokenizer.no_truncation();
      tokenizer.no_padding();
    }
  });

  it("decodes the same text", () => {
    const { pipeline, cases } = fixture<{ pipeline: number; cases: [number[], string, string][] }>(
      "decoding",
    );
    const tokenizer = tokenizers[pipeline]!;
    for (const [ids, skipped, kept] of cases) {
      expect(tokenizer.decode(ids), String(ids)).toBe(skipped);
      expect(tokenizer.decode(ids, { skip_special_tokens: false }), String(ids)).toBe(kept);
    }
  });

  it("trains the same WordPiece vocabularies", () => {
    interface Case {
      settings: { special_tokens: string[]; continuing_subword_prefix?: string };
      counts: Record<string, number>;
      vocabulary: string[];
    }
    for (const { settings, counts, vocabulary } of fixture<Case[]>("training")) {
      // Rust numbers the characters that continue words in an order of its own: taken over by a word that
      // occurs no times and has them in this order.
      const prefix = settings.continuing_subword_prefix ?? "##";
      const alphabet = vocabulary.filter((token) => [...token].length === 1);
      const order = vocabulary
        .filter((token) => token.startsWith(prefix) && [...token.slice(prefix.length)].length === 1)
        .map((token) => token.slice(prefix.length));
      const words = new Map([[alphabet[0]! + order.join(""), 0], ...Object.entries(counts)]);
      expect(new WordPieceTrainer(settings).trainVocabulary(words)).toEqual(vocabulary);
    }
  });
});

const data = new URL("../../../shared/data/", import.meta.url);
const hasData = existsSync(data);
if (!hasData) console.log(`skipped: no real vocabularies at ${fileURLToPath(data)}`);

describe.skipIf(!hasData)("with the real BERT vocabulary", () => {
  const load = () =>
    Tokenizer.from_json(readFileSync(new URL("tokenizers/bert.tokenizer.json", data), "utf8"));
  const recorded = fixture<{ cases: [string, number[], number[]][]; digests: Record<string, string[]> }>(
    "bert-real",
  );

  it("gives the same ids and offsets for 2,000 texts", () => {
    const tokenizer = load();
    for (const [text, ids, offsets] of recorded.cases) {
      const encoding = tokenizer.encode(text, null, withoutSpecial);
      expect(encoding.ids, JSON.stringify(text)).toEqual(ids);
      expect(encoding.offsets.flat(), JSON.stringify(text)).toEqual(offsets);
    }
  });

  it("gives the same ids and offsets for English and Japanese prose", () => {
    const tokenizer = load();
    for (const [name, digests] of Object.entries(recorded.digests)) {
      const lines = readFileSync(new URL(`text/${name}.txt`, data), "utf8").split("\n");
      const found: string[] = [];
      for (let at = 0; at < lines.length; at += 40) {
        const encoding = tokenizer.encode(lines.slice(at, at + 40).join("\n"), null, withoutSpecial);
        const flat = [...encoding.ids, ...encoding.offsets.flat()].join(",");
        found.push(createHash("sha256").update(flat).digest("hex").slice(0, 16));
      }
      expect(found, name).toEqual(digests);
    }
  });
});

function toRow(encoding: Encoding): Row {
  const { ids, type_ids, tokens, attention_mask, special_tokens_mask, word_ids, sequence_ids, n_sequences } =
    encoding;
  return {
    ids,
    type_ids,
    tokens,
    attention_mask,
    special_tokens_mask,
    word_ids,
    sequence_ids,
    n_sequences,
    offsets: encoding.offsets.flat(),
    overflowing: encoding.overflowing.map(toRow),
  };
}
