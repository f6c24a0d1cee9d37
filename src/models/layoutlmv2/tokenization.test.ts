import { describe, expect, it } from "vitest";
import { filesOf, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { itMatchesPythonWithWords, type RecordedWords } from "../../../tests/support/recorded-words.js";
import { LayoutLMv2Tokenizer } from "./tokenization.js";

const recordings = recordedTokenizers(import.meta.url) as unknown as RecordedWords[];

describe.each(recordings)("LayoutLMv2Tokenizer, $name", (recorded) => {
  itMatchesPythonWithWords(LayoutLMv2Tokenizer, recorded);
});

describe("LayoutLMv2Tokenizer", () => {
  const files = filesOf(recordings[1]!);
  const boxes = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ];

  it("says what does not fit", () => {
    const tokenizer = LayoutLMv2Tokenizer.fromFiles(files);
    const call = (text: unknown, options: object) => () =>
      tokenizer(text as string[], options as { boxes: [] });
    expect(call("the fox", { boxes })).toThrow(/list of words/);
    expect(call(["the"], { boxes })).toThrow(/as many as its words, 1, not 2/);
    expect(call(["the", "fox"], {})).toThrow(/boxes are needed/);
    expect(call(["the", "fox"], { boxes: [[1, 2, 3], boxes[1]] })).toThrow(/boxes\[0\] must be four numbers/);
    expect(call(["the", "fox"], { boxes, word_labels: [1] })).toThrow(/word_labels/);
    expect(call(["the", "fox"], { boxes, word_labels: [1, "a"] })).toThrow(/word_labels\[1\].*"a"/);
    expect(call([["the", "fox"]], { boxes })).toThrow(/boxes must be a list for each of the 1 texts/);
    expect(call(["who?"], { boxes, text_pair: [["the"], ["fox"]] })).toThrow(/1 questions/);
    expect(call(["the", "fox"], { boxes, is_split_into_words: false })).toThrow(/is_split_into_words/);
    expect(call(["the", "fox"], { boxes, text_target: "a" })).toThrow(/text_target/);
    expect(() => LayoutLMv2Tokenizer.fromFiles(files, { sep_token_box: [1] })).toThrow(/sep_token_box/);
  });

  it("labels as its fields say now", () => {
    const tokenizer = LayoutLMv2Tokenizer.fromFiles(files);
    const options = { boxes, word_labels: [3, 4] };
    expect(tokenizer(["thex", "fox"], options).labels).toEqual([
      -100, 3, -100, -100, -100, 4, -100, -100, -100,
    ]);
    tokenizer.only_label_first_subword = false;
    tokenizer.pad_token_label = -1;
    expect(tokenizer(["thex", "fox"], options).labels).toEqual([-1, 3, 3, 3, 3, 4, 4, 4, -1]);
    expect(tokenizer.encode(["thex"], { boxes: [boxes[0]] } as object)).toHaveLength(6);
    const again = LayoutLMv2Tokenizer.fromFiles(tokenizer.toFiles());
    expect([again.only_label_first_subword, again.pad_token_label]).toEqual([false, -1]);
  });
});
