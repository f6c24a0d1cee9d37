import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { M2M100Tokenizer } from "./tokenization.js";

interface Extra {
  targets: [text: string, ids: number[]][];
  labels: [text: string, columns: object][];
  languages: Record<string, number>;
  after: [text: string, ids: number[]][];
}

const cases = recordedTokenizers<Extra | null>(import.meta.url);

describe.each(cases)("M2M100Tokenizer, $name", (recorded) => {
  itMatchesPython(M2M100Tokenizer, recorded);
});

describe("M2M100Tokenizer", () => {
  const [recorded] = cases;
  const { targets, labels, languages, after } = recorded!.extra!;
  const make = () => M2M100Tokenizer.fromFiles(filesOf(recorded!));

  it("frames texts by their language", () => {
    const tokenizer = make();
    for (const [text, ids] of targets)
      expect(tokenizer(null, { text_target: text }).input_ids, text).toEqual(ids);
    const text_target = recorded!.calls[1]!.text;
    for (const [text, columns] of labels)
      expect({ ...tokenizer(text, { text_target }) }, text).toEqual(columns);
    for (const [language, id] of Object.entries(languages)) expect(tokenizer.get_lang_id(language)).toBe(id);
    tokenizer.src_lang = "fr";
    for (const [text, ids] of after) expect(tokenizer(text).input_ids, text).toEqual(ids);
  });

  it("refuses a language that it does not know", () => {
    const tokenizer = make();
    expect(() => tokenizer.get_lang_id("xx")).toThrow(/does not know the language "xx"; known: af, am/);
    tokenizer.tgt_lang = null;
    expect(() => tokenizer(null, { text_target: "a" })).toThrow(/tgt_lang/);
  });
});
