import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { spellNumbers } from "./numbers.js";
import { SpeechT5Tokenizer } from "./tokenization.js";

const cases = recordedTokenizers<{ normalized: [text: string, spelled: string][] } | null>(import.meta.url);

describe.each(cases)("SpeechT5Tokenizer, $name", (recorded) => {
  itMatchesPython(SpeechT5Tokenizer, recorded);
});

describe("SpeechT5Tokenizer", () => {
  it("spells numbers out", () => {
    for (const [text, spelled] of cases[1]!.extra!.normalized) expect(spellNumbers(text), text).toBe(spelled);
    expect(spellNumbers("-$1,250.50 or 13%")).toBe(
      "minus one thousand two hundred and fifty point five zero dollars or thirteen percent",
    );
    expect(() => spellNumbers("1".repeat(37))).toThrow(/36 digits/);
  });

  it("does so for one call", () => {
    const tokenizer = SpeechT5Tokenizer.fromFiles(filesOf(cases[0]!));
    expect(tokenizer.tokenize("7 ate", { normalize: true })).toEqual(tokenizer.tokenize("seven ate"));
    const ids = tokenizer("7 ate", { normalize: true } as object).input_ids;
    expect(ids).toEqual(tokenizer("seven ate").input_ids);
  });
});
