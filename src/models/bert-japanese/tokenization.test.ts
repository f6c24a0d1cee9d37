import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BertJapaneseTokenizer } from "./tokenization.js";

const cases = recordedTokenizers(import.meta.url);

describe.each(cases)("BertJapaneseTokenizer, $name", (recorded) => {
  itMatchesPython(BertJapaneseTokenizer, recorded);
});

describe("BertJapaneseTokenizer", () => {
  it("refuses the morphological analysers that there are none of here", () => {
    for (const word_tokenizer_type of ["mecab", "sudachi", "jumanpp"]) {
      const make = () => BertJapaneseTokenizer.fromFiles(filesOf(cases[0]!), { word_tokenizer_type });
      expect(make).toThrow(new RegExp(`"${word_tokenizer_type}" is a morphological analyser`));
    }
    const odd = () =>
      BertJapaneseTokenizer.fromFiles(filesOf(cases[0]!), { subword_tokenizer_type: "bytes" });
    expect(odd).toThrow(/one of wordpiece, character, sentencepiece, not "bytes"/);
  });
});
