import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Tokenizer } from "./tokenizer.js";

// What the Rust library said: tests/reference/tokenizers/record_unigram.py.

type Case = [
  pipeline: number,
  text: string,
  ids: number[],
  offsets: number[],
  surfaces: string[],
  words: number[],
  decoded: string,
];

const file = new URL("./fixtures/unigram.json.gz", import.meta.url);
const recorded = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as {
  pipelines: ({ name: string } & Record<string, unknown>)[];
  cases: Case[];
  digests: Record<string, Record<string, string[]>>;
};
const tokenizers = recorded.pipelines.map((pipeline) => Tokenizer.from_json(pipeline));
const withoutSpecial = { add_special_tokens: false };

describe("Unigram, Metaspace and Precompiled, against the recorded results of the Rust library", () => {
  for (const [number, { name }] of recorded.pipelines.entries()) {
    it(`gives the same ids, tokens, offsets, words and texts: ${name}`, () => {
      const tokenizer = tokenizers[number]!;
      const cases = recorded.cases.filter(([pipeline]) => pipeline === number);
      expect(cases.length).toBeGreaterThan(100);
      for (const [, text, ids, offsets, surfaces, words, decoded] of cases) {
        const label = JSON.stringify(text);
        const encoding = tokenizer.encode(text, null, withoutSpecial);
        expect(encoding.ids, label).toEqual(ids);
        expect(encoding.offsets.flat(), label).toEqual(offsets);
        const unlike = encoding.tokens.filter((token, i) => token !== tokenizer.id_to_token(ids[i]!));
        expect(unlike, label).toEqual(surfaces);
        expect(encoding.word_ids, label).toEqual(words);
        expect(Array.from(tokenizer.encode_ids(text)), label).toEqual(ids);
        expect(tokenizer.decode(ids, { skip_special_tokens: false }), label).toBe(decoded);
      }
    });
  }

  it("writes the tokenizer.json that it has read", () => {
    for (const [number, { name: _, ...json }] of recorded.pipelines.entries()) {
      expect(JSON.parse(tokenizers[number]!.to_json())).toEqual(json);
    }
  });
});

const data = new URL("../../../shared/data/", import.meta.url);
const hasData = existsSync(data);
if (!hasData) console.log(`skipped: no real vocabularies at ${fileURLToPath(data)}`);

describe.skipIf(!hasData)("with the real vocabularies of ALBERT and T5", () => {
  for (const [name, digests] of Object.entries(recorded.digests)) {
    it(`gives the same ids and offsets: ${name}`, () => {
      const json = readFileSync(new URL(`tokenizers/${name}.tokenizer.json`, data), "utf8");
      const tokenizer = Tokenizer.from_json(json);
      for (const [source, expected] of Object.entries(digests)) {
        expect(
          textsOf(source).map((text) => digest(tokenizer, text)),
          source,
        ).toEqual(expected);
      }
    });
  }
});

/** The texts recorded above, twenty at a time, or the file of that name, forty lines at a time. */
function textsOf(source: string): string[] {
  const isFile = source !== "recorded";
  const lines = isFile
    ? readFileSync(new URL(`text/${source}.txt`, data), "utf8").split("\n")
    : recorded.cases.map(([, text]) => text);
  const count = isFile ? 40 : 20;
  const texts: string[] = [];
  for (let at = 0; at < lines.length; at += count) texts.push(lines.slice(at, at + count).join("\n"));
  return texts;
}

function digest(tokenizer: Tokenizer, text: string): string {
  const encoding = tokenizer.encode(text, null, withoutSpecial);
  const flat = [...encoding.ids, ...encoding.offsets.flat()].join(",");
  return createHash("sha256").update(flat).digest("hex").slice(0, 16);
}
