import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { normalizeString } from "../normalizers/index.js";
import { Tokenizer } from "../tokenizer.js";
import { demoteNumberCommas, extractMerges, readModelProto, SpmConverter } from "./index.js";

// What Transformers made of the models: tests/reference/tokenizers/record_conversion.py.

interface Conversion {
  pipeline: {
    normalizer: { normalizers: { type: string; precompiled_charsmap?: string }[] };
    model: Record<string, unknown>;
  };
  by_score: [string, string][] | null;
  ids: number[][];
}

const fixture = (name: string) => gunzipSync(readFileSync(new URL(`./fixtures/${name}.gz`, import.meta.url)));
const { models } = JSON.parse(fixture("sentencepiece.json").toString("utf8")) as {
  models: { name: string; length: number; cases: [text: string][] }[];
};
const conversions = JSON.parse(fixture("conversion.json").toString("utf8")) as Record<string, Conversion>;
const bytes = new Uint8Array(fixture("models.bin"));
let start = 0;
const protos = models.map(({ length }) => {
  start += length;
  return readModelProto(bytes.slice(start - length, start));
});

describe("SpmConverter", () => {
  for (const [i, { name, cases }] of models.entries()) {
    const expected = conversions[name];
    const proto = protos[i]!;
    if (expected === undefined) {
      it(`refuses what has no tokenizer.json: ${name}`, () => {
        expect(() => new SpmConverter(proto).converted()).toThrow(
          expect.objectContaining({ code: "UNSUPPORTED" }),
        );
      });
      continue;
    }

    it(`makes the same pipeline as Transformers: ${name}`, () => {
      const converter = new SpmConverter(proto, { legacy: !name.includes("spaces") });
      const tokenizer = converter.converted();
      const charsmap = converter.precompiled()?.toJson();
      const { model, normalizer, ...pipeline } = expected.pipeline;
      const vocab = model.type === "BPE" ? Object.fromEntries(tokenizer.get_vocab()) : converter.vocab();
      const normalizers = normalizer.normalizers.map((part) =>
        part.type === "Precompiled" ? charsmap : part,
      );
      const whole = { ...pipeline, normalizer: { ...normalizer, normalizers }, model: { ...model, vocab } };
      expect(JSON.parse(tokenizer.to_json())).toEqual(JSON.parse(Tokenizer.from_json(whole).to_json()));
      const found = cases
        .filter((_, at) => at % 3 === 0)
        .map(([text]) => Array.from(tokenizer.encode_ids(text)));
      expect(found).toEqual(expected.ids);
    });

    if (expected.by_score === null) continue;
    it(`finds the same merges by score: ${name}`, () => {
      const scores = proto.pieces.map(({ piece, score }) => [piece, score] as const);
      expect(extractMerges(proto, scores)).toEqual(expected.by_score);
    });
  }

  it("applies a model's rules as SentencePiece does, where it is asked to", () => {
    const proto = protos[models.findIndex(({ name }) => name === "unigram own rules")]!;
    const normalize = (sentencepiece_normalization: boolean) =>
      normalizeString(new SpmConverter(proto, { sentencepiece_normalization }).precompiled()!, "fi a\u0301");
    // Of its rules one is for "f" and "i" together, which are two grapheme clusters.
    expect(normalize(false)).toBe("fi a");
    expect(normalize(true)).toBe("\ufb01 a");
  });

  it("takes 100 off the scores of numbers that end in a comma", () => {
    const vocab = [
      ["1,", -3],
      ["a1,", -4],
      [",", -5],
      ["a,", -6],
      ["1", -7],
      ["\u00b2,", -8],
    ] as const;
    expect(demoteNumberCommas(vocab).map(([, score]) => score)).toEqual([-103, -104, -5, -6, -7, -108]);
  });
});
