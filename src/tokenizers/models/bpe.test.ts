import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Encoding } from "../encoding.js";
import { BPE, Tokenizer } from "../index.js";

// What the Rust library said: tests/reference/tokenizers/record_bpe.py.

interface Recorded {
  vocabularies: Record<string, { vocab: Record<string, number>; merges: [string, string][] }>;
  pipelines: {
    name: string;
    json: { model: { type: string; vocab: unknown; merges: unknown } };
    /** Text, ids, offsets, digest of words and tokens. */
    cases: [string, number[], number[], string][];
    /** Ids, decoded without special tokens and with. */
    decoded: [number[], string, string][];
  }[];
}

const { vocabularies, pipelines } = JSON.parse(
  gunzipSync(readFileSync(new URL("../fixtures/bpe.json.gz", import.meta.url))).toString("utf8"),
) as Recorded;

for (const { json } of pipelines) {
  if (json.model.type === "BPE") Object.assign(json.model, vocabularies[json.model.vocab as string]);
}

describe("against the recorded results of the Rust library", () => {
  for (const { name, json, cases, decoded } of pipelines) {
    it(`${name}: the same ids, tokens, words and offsets`, () => {
      const tokenizer = Tokenizer.from_json(json);
      for (const [text, ids, offsets, digest] of cases) {
        const encoding = tokenizer.encode(text);
        const label = JSON.stringify(text);
        expect(encoding.ids, label).toEqual(ids);
        expect(encoding.offsets.flat(), label).toEqual(offsets);
        expect(digestOf(encoding), label).toBe(digest);
        expect(tokenizer.encode_fast(text).ids, label).toEqual(ids);
      }
      for (const [ids, skipped, kept] of decoded) {
        expect(tokenizer.decode(ids), String(ids)).toBe(skipped);
        expect(tokenizer.decode(ids, { skip_special_tokens: false }), String(ids)).toBe(kept);
      }
      expect(JSON.parse(tokenizer.to_json())).toEqual(json);
    });
  }
});

function digestOf({ columns, tokens }: Encoding): string {
  const text = JSON.stringify([Array.from(columns.words), tokens]);
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

const VOCAB = { a: 0, b: 1, c: 2, ab: 3, abc: 4, "<unk>": 5 };

function json(model: object): object {
  return { model: { type: "BPE", vocab: VOCAB, merges: [], ...model } };
}

describe("BPE", () => {
  it("reads merges as pairs and as the lines of merges.txt, and writes pairs", () => {
    const pairs = Tokenizer.from_json(
      json({
        merges: [
          ["a", "b"],
          ["ab", "c"],
        ],
      }),
    );
    const lines = Tokenizer.from_json(json({ merges: ["#version: 0.2", "a b", "ab c"] }));
    expect(lines.encode("abcab").tokens).toEqual(["abc", "ab"]);
    expect(lines.to_json()).toBe(pairs.to_json());
  });

  it("is made of a vocabulary and merges", () => {
    const model = new BPE(new Map(Object.entries(VOCAB)), [["a", "b"]], { unk_token: "<unk>" });
    expect(new Tokenizer(model).encode("abxc").tokens).toEqual(["ab", "<unk>", "c"]);
    expect(model.merges).toEqual([["a", "b"]]);
  });

  it("leaves out merges at random, the same ones for the same seed", () => {
    const merges = [
      ["a", "b"],
      ["ab", "c"],
    ] as const;
    const cuts = (dropout: number, seed: number) => {
      const model = new BPE(new Map(Object.entries(VOCAB)), merges, { dropout }, seed);
      const tokenizer = new Tokenizer(model);
      return Array.from({ length: 300 }, () => tokenizer.encode("abc").tokens.join(" "));
    };
    expect(new Set(cuts(0, 1))).toEqual(new Set(["abc"]));
    expect(new Set(cuts(1, 1))).toEqual(new Set(["a b c"]));
    expect(cuts(0.3, 1)).toEqual(cuts(0.3, 1));
    expect(cuts(0.3, 1)).not.toEqual(cuts(0.3, 2));
    // A merge that is left out comes back with the next one that is done: here there is none beside it.
    const shares = new Map<string, number>();
    for (const cut of cuts(0.3, 1)) shares.set(cut, (shares.get(cut) ?? 0) + 1 / 300);
    expect(shares.get("a b c")).toBeCloseTo(0.3, 1);
    expect(shares.get("ab c")).toBeCloseTo(0.7 * 0.3, 1);
    expect(() => cuts(1.5, 1)).toThrow(/dropout must be from 0 to 1/);
  });

  it("says which merge or id is wrong", () => {
    const read = (model: object) => () => Tokenizer.from_json(json(model));
    expect(read({ merges: [["a", "x"]] })).toThrow(/merge 0 \("a", "x"\) needs the token "x"/);
    expect(read({ merges: [["b", "c"]] })).toThrow(/needs the token "bc"/);
    expect(read({ merges: ["a b c"] })).toThrow(/model\.merges\[0\] must be two tokens/);
    expect(read({ merges: [1] })).toThrow(/model\.merges\[0\]/);
    expect(read({ merges: null })).toThrow(/model\.merges must be a list/);
    expect(read({ vocab: { a: 0, b: 0 } })).toThrow(/id 0 to both "a" and "b"/);
    expect(read({ vocab: { a: 2 ** 31 } })).toThrow(/model\.vocab\.a/);
    expect(read({ dropout: "1" })).toThrow(/model\.dropout must be a number/);
    expect(() => Tokenizer.from_json(json({ unk_token: "?" })).encode("x")).toThrow(/unknown token "\?"/);
  });

  it("merges a million of one character", () => {
    const merges = ["aa", "aaaa", "aaaaaaaa"].map((token) => [token.slice(token.length / 2), token] as const);
    const vocab = new Map(["a", ...merges.map(([, token]) => token)].map((token, id) => [token, id]));
    const tokenizer = new Tokenizer(
      new BPE(
        vocab,
        merges.map(([half]) => [half, half]),
      ),
    );
    expect(tokenizer.encode_ids("a".repeat(1_000_003)).length).toBe(125_000 + 2);
  });
});
