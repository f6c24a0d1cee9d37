import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BertweetTokenizer } from "./tokenization.js";

const cases = recordedTokenizers(import.meta.url);

describe.each(cases)("BertweetTokenizer, $name", (recorded) => {
  itMatchesPython(BertweetTokenizer, recorded);
});

describe("BertweetTokenizer", () => {
  it("refuses to normalize tweets", () => {
    const tokenizer = BertweetTokenizer.fromFiles(filesOf(cases[0]!), { normalization: true });
    expect(() => tokenizer("a tweet")).toThrow(/normalization: true needs rules for tweets/);
  });
});
