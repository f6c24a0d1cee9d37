import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { RoFormerTokenizer } from "./tokenization.js";

const recordings = recordedTokenizers(import.meta.url);

describe.each(recordings)("RoFormerTokenizer, $name", (recorded) => {
  itMatchesPython(RoFormerTokenizer, recorded);
});

describe("RoFormerTokenizer", () => {
  const vocab = "[PAD] [UNK] [CLS] [SEP] [MASK] 今 天 气 非 常 好 非常 a ##b c++ 年 股".split(" ");
  const tokenizer = RoFormerTokenizer.fromVocab(vocab.join("\n"));

  it("cuts what needs no dictionary", () => {
    expect(tokenizer.tokenize("今天 天气好")).toEqual(["今", "天", "天", "气", "好"]);
    expect(tokenizer.tokenize("ab年C++a非好")).toEqual(["a", "##b", "年", "c++", "a", "非", "好"]);
  });

  it("refuses what does", () => {
    expect(() => tokenizer.tokenize("今天天气非常好")).toThrow(/"非常".*jieba/);
    expect(() => tokenizer.tokenize("7b 4s店")).toThrow(/"4s店".*jieba/);
  });

  it("refuses what only Python's slow tokenizer knows", () => {
    const files = filesOf(recordings[0]!);
    expect(() => RoFormerTokenizer.fromFiles(files, { never_split: ["a"] })).toThrow(/never_split/);
    expect(() => RoFormerTokenizer.fromFiles(files, { do_basic_tokenize: false })).toThrow(
      /do_basic_tokenize/,
    );
  });
});
