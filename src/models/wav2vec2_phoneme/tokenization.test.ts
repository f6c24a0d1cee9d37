import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { Wav2Vec2PhonemeCTCTokenizer } from "./tokenization.js";

const cases = recordedTokenizers(import.meta.url);

describe.each(cases)("Wav2Vec2PhonemeCTCTokenizer, $name", (recorded) => {
  itMatchesPython(Wav2Vec2PhonemeCTCTokenizer, recorded);
});

describe("Wav2Vec2PhonemeCTCTokenizer", () => {
  it("refuses to make phonemes, and decodes all the same", () => {
    const tokenizer = Wav2Vec2PhonemeCTCTokenizer.fromFiles(filesOf(cases[0]!), { do_phonemize: true });
    expect(() => tokenizer("hello")).toThrow(/do_phonemize: true needs the Python package phonemizer/);
    const ids = tokenizer("l oʊ", { do_phonemize: false, add_special_tokens: false } as object).input_ids;
    expect(tokenizer.decode(ids)).toBe("l oʊ");
  });
});
