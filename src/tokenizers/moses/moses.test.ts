import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MosesDetokenizer, MosesPunctNormalizer, MosesTokenizer } from "./index.js";

// What sacremoses said: tests/reference/tokenizers/record_python_text.py.

interface Case {
  language: string;
  text: string;
  normalized: string;
  tokens: string[];
  dashes: string[];
  mixed: string[];
  joined: string;
  rejoined: string;
}

const file = new URL("./fixtures/moses.json.gz", import.meta.url);
const cases = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as Case[];
const languages = [...new Set(cases.map(({ language }) => language))];

describe.each(languages)("Moses for the language %s", (language) => {
  const own = cases.filter((one) => one.language === language);

  it("normalizes punctuation", () => {
    const normalizer = new MosesPunctNormalizer(language);
    for (const { text, normalized } of own)
      expect(normalizer.normalize(text), JSON.stringify(text)).toBe(normalized);
  });

  it("cuts texts into words and signs", () => {
    const tokenizer = new MosesTokenizer(language);
    const options = { aggressive_dash_splits: true, protected: ["<unk>", "<eos>", "fox"] };
    for (const { text, tokens, dashes } of own) {
      expect(tokenizer.tokenize(text), JSON.stringify(text)).toEqual(tokens);
      expect(tokenizer.tokenize(text, options), JSON.stringify(text)).toEqual(dashes);
    }
  });

  it("joins words and signs", () => {
    const detokenizer = new MosesDetokenizer(language);
    for (const { tokens, rejoined, mixed, joined } of own) {
      expect(detokenizer.detokenize(tokens), JSON.stringify(tokens)).toBe(rejoined);
      expect(detokenizer.detokenize(mixed), JSON.stringify(mixed)).toBe(joined);
    }
  });
});

describe("Moses", () => {
  it("refuses what it cannot do", () => {
    expect(() => new MosesDetokenizer("fi")).toThrow(/"fi" is not supported/);
    const many = "fox ".repeat(1001);
    expect(() => new MosesTokenizer().tokenize(many, { protected: ["fox"] })).toThrow(/1001 places/);
  });
});
