import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { VitsTokenizer } from "./tokenization.js";

const cases = recordedTokenizers(import.meta.url);

describe.each(cases)("VitsTokenizer, $name", (recorded) => {
  itMatchesPython(VitsTokenizer, recorded);
});

describe("VitsTokenizer", () => {
  it("refuses to make phonemes", () => {
    const tokenizer = VitsTokenizer.fromFiles(filesOf(cases[0]!), { phonemize: true });
    expect(() => tokenizer("a")).toThrow(/phonemize: true needs the Python package phonemizer/);
  });

  it("normalizes for one call", () => {
    const tokenizer = VitsTokenizer.fromFiles(filesOf(cases[2]!));
    expect(tokenizer.tokenize("AB", { normalize: true })).toEqual(["_", "a", "_", "b", "_"]);
  });
});
