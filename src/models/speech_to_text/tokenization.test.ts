import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { Speech2TextTokenizer } from "./tokenization.js";

const cases = recordedTokenizers<Record<"first" | "after", [text: string, ids: number[]][]> | null>(
  import.meta.url,
);

describe.each(cases)("Speech2TextTokenizer, $name", (recorded) => {
  itMatchesPython(Speech2TextTokenizer, recorded);
});

describe("Speech2TextTokenizer", () => {
  it("begins texts with their language", () => {
    const recorded = cases.at(-1)!;
    const { first, after } = recorded.extra!;
    const tokenizer = Speech2TextTokenizer.fromFiles(filesOf(recorded));
    tokenizer.tgt_lang = "pt";
    for (const [text, ids] of first) expect(tokenizer(text).input_ids, text).toEqual(ids);
    tokenizer.tgt_lang = "de";
    for (const [text, ids] of after) expect(tokenizer(text).input_ids, text).toEqual(ids);
    expect(() => {
      tokenizer.tgt_lang = "xx";
    }).toThrow(/does not know the language "xx"; known: pt, fr/);
  });
});
