import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { TransfoXLTokenizer } from "./tokenization.js";

const cases = recordedTokenizers(import.meta.url);

describe.each(cases)("TransfoXLTokenizer, $name", (recorded) => {
  itMatchesPython(TransfoXLTokenizer, recorded);
});

describe("TransfoXLTokenizer", () => {
  it("reads vocab.txt alone", () => {
    const files = filesOf(cases[0]!);
    files.delete("vocab.txt");
    expect(() => TransfoXLTokenizer.fromFiles(files)).toThrow(/vocab.pkl and vocab.bin are not read/);
    files.set("vocab.txt", "a\nb\n");
    expect(() => TransfoXLTokenizer.fromFiles(files)).toThrow(/no <unk>/);
  });

  it("takes characters where there is no delimiter", () => {
    const tokenizer = TransfoXLTokenizer.fromFiles(filesOf(cases[0]!), { delimiter: "" });
    expect(tokenizer.tokenize(" ab c ")).toEqual(["a", "b", " ", "c"]);
  });
});
