import { describe, expect, it } from "vitest";
import { filesOf, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { itMatchesPythonWithWords, type RecordedWords } from "../../../tests/support/recorded-words.js";
import { MarkupLMTokenizer } from "./tokenization.js";

const recordings = recordedTokenizers(import.meta.url) as unknown as RecordedWords[];

describe.each(recordings)("MarkupLMTokenizer, $name", (recorded) => {
  itMatchesPythonWithWords(MarkupLMTokenizer, recorded);
});

describe("MarkupLMTokenizer", () => {
  const files = filesOf(recordings[0]!);
  const tokenizer = MarkupLMTokenizer.fromFiles(files);

  it("numbers the elements of a path", () => {
    expect(tokenizer.get_xpath_seq("/html/body/div/li[1]/div/span[2]")).toEqual([
      [0, 1, 2, 3],
      [0, 0, 0, 1],
    ]);
    expect(tokenizer.get_xpath_seq("html/x[2000]")).toEqual([
      [0, 6, 7, 7],
      [0, 1000, 1001, 1001],
    ]);
    expect(() => tokenizer.get_xpath_seq("/html/li[last()]")).toThrow(/last/);
  });

  it("says what does not fit", () => {
    const call = (text: unknown, options: object) => () =>
      tokenizer(text as string[], options as { xpaths: [] });
    expect(call(["the"], {})).toThrow(/xpaths are needed/);
    expect(call(["the"], { xpaths: [7] })).toThrow(/xpaths\[0\] must be a path/);
    expect(call("the", { xpaths: ["/html"] })).toThrow(/list of words/);
    expect(() => MarkupLMTokenizer.fromFiles(files, { trim_offsets: true })).toThrow(/trim_offsets/);
    expect(() => MarkupLMTokenizer.fromFiles(files, { tags_dict: undefined })).toThrow(/tags_dict/);
  });
});
