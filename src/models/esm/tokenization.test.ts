import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { EsmTokenizer } from "./tokenization.js";

const cases = recordedTokenizers(import.meta.url);

describe.each(cases)("EsmTokenizer, $name", (recorded) => {
  // In Python, tokens that are added one call after another share an id.
  itMatchesPython(EsmTokenizer, recorded, { added: false });
});

describe("EsmTokenizer", () => {
  it("adds special tokens, each with an id of its own", () => {
    const tokenizer = EsmTokenizer.fromFiles(filesOf(cases[0]!));
    const { length } = tokenizer;
    expect([tokenizer.add_tokens("<a>"), tokenizer.add_tokens(["<b>", "<a>"])]).toEqual([1, 1]);
    expect(tokenizer.encode("MK<b><a>", { add_special_tokens: false }).slice(2)).toEqual([
      length + 1,
      length,
    ]);
    expect(tokenizer.all_special_tokens).toContain("<b>");
  });
});
