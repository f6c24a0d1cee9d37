import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { Wav2Vec2CTCTokenizer } from "./tokenization.js";

const cases = recordedTokenizers<{ after: [text: string, ids: number[]][] } | null>(import.meta.url);

describe.each(cases)("Wav2Vec2CTCTokenizer, $name", (recorded) => {
  itMatchesPython(Wav2Vec2CTCTokenizer, recorded);
});

describe("Wav2Vec2CTCTokenizer", () => {
  it("changes the language of its vocabulary", () => {
    const recorded = cases.at(-1)!;
    const tokenizer = Wav2Vec2CTCTokenizer.fromFiles(filesOf(recorded));
    expect(() => tokenizer.set_target_lang("xxx")).toThrow(/one of eng, fra, not "xxx"/);
    tokenizer.set_target_lang("fra");
    for (const [text, ids] of recorded.extra!.after) expect(tokenizer(text).input_ids, text).toEqual(ids);
    const plain = Wav2Vec2CTCTokenizer.fromFiles(filesOf(cases[0]!));
    expect(() => plain.set_target_lang("eng")).toThrow(/one vocabulary and none for the language "eng"/);
  });

  it("says when a word was heard", () => {
    const tokenizer = Wav2Vec2CTCTokenizer.fromFiles(filesOf(cases[0]!));
    const steps = "<pad> H H <pad> I | | Y <pad> O O U".split(" ");
    const heard = tokenizer.decode(tokenizer.convert_tokens_to_ids(steps), { output_word_offsets: true });
    expect(heard).toEqual({
      text: "HI YOU",
      word_offsets: [
        { word: "HI", start_offset: 1, end_offset: 5 },
        { word: "YOU", start_offset: 7, end_offset: 12 },
      ],
    });
  });
});
