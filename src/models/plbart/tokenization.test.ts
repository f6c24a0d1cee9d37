import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { PLBartTokenizer } from "./tokenization.js";

interface Extra {
  targets: [text: string, ids: number[]][];
  labels: [text: string, columns: object][];
}

const cases = recordedTokenizers<Extra | null>(import.meta.url);

describe.each(cases)("PLBartTokenizer, $name", (recorded) => {
  itMatchesPython(PLBartTokenizer, recorded);
});

describe("PLBartTokenizer", () => {
  const [recorded] = cases;
  const tokenizer = PLBartTokenizer.fromFiles(filesOf(recorded!));

  it("ends texts by their language", () => {
    const { targets, labels } = recorded!.extra!;
    for (const [text, ids] of targets)
      expect(tokenizer(null, { text_target: text }).input_ids, text).toEqual(ids);
    const text_target = recorded!.calls[1]!.text;
    for (const [text, columns] of labels)
      expect({ ...tokenizer(text, { text_target }) }, text).toEqual(columns);
  });

  it("refuses a language that it does not know", () => {
    expect(() => {
      tokenizer.src_lang = "php";
    }).toThrow(/does not know the language "php"; known: __java__/);
  });
});
