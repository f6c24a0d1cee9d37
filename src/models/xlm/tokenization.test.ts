import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { XLMTokenizer } from "./tokenization.js";

interface Extra {
  languages: [language: string, text: string, tokens: string[]][];
  bypassed: [text: string, tokens: string[]][];
}

const cases = recordedTokenizers<Extra | null>(import.meta.url);

describe.each(cases)("XLMTokenizer, $name", (recorded) => {
  itMatchesPython(XLMTokenizer, recorded);
});

describe("XLMTokenizer", () => {
  const [recorded, limited] = cases;
  const { languages, bypassed } = recorded!.extra!;
  const tokenizer = XLMTokenizer.fromFiles(filesOf(recorded!));

  it("finds the words of a language", () => {
    for (const [lang, text, tokens] of languages) {
      expect(tokenizer.tokenize(text, { lang }), `${lang}: ${text}`).toEqual(tokens);
    }
    for (const [text, tokens] of bypassed) {
      expect(tokenizer.tokenize(text, { bypass_tokenizer: true }), text).toEqual(tokens);
    }
    const options: object = { lang: "fr", add_special_tokens: false };
    const tokens = tokenizer.tokenize("l\u2019\u00e9t\u00e9", { lang: "fr" });
    expect(tokenizer("l\u2019\u00e9t\u00e9", options).input_ids).toEqual(
      tokenizer.convert_tokens_to_ids(tokens),
    );
  });

  it("refuses languages that it has no words of", () => {
    for (const [lang, name] of [
      ["zh", "jieba"],
      ["th", "pythainlp"],
      ["ja", "Mykytea"],
    ] as const) {
      expect(() => tokenizer.tokenize("a", { lang })).toThrow(new RegExp(`"${lang}" by its package ${name}`));
    }
    const known = XLMTokenizer.fromFiles(filesOf(limited!));
    expect(() => known.tokenize("a", { lang: "de" })).toThrow(
      /does not know the language "de"; known: en, fr/,
    );
  });
});
