import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import type { Conversation } from "../../tokenizers/pretrained/index.js";
import { CodeLlamaTokenizer, type InfillingOptions } from "./tokenization.js";

interface Extra {
  infilled: [text: string, options: InfillingOptions, ids: number[]][];
  called: [text: string, ids: number[]][];
  tokens: [text: string, tokens: string[]][];
  batch: number[][];
  parts: [name: string, value: string | number][];
  conversations: [conversation: Conversation, text: string | null][];
}

const cases = recordedTokenizers<Extra | null>(import.meta.url);

describe.each(cases)("CodeLlamaTokenizer, $name", (recorded) => {
  itMatchesPython(CodeLlamaTokenizer, recorded);
});

describe("CodeLlamaTokenizer", () => {
  const extra = cases[0]!.extra!;
  const make = (config = {}) => CodeLlamaTokenizer.fromFiles(filesOf(cases[0]!), config);

  it("tells the model what is around a gap", () => {
    const tokenizer = make();
    for (const [text, options, ids] of extra.infilled)
      expect(tokenizer.encode_plus(text, options).input_ids, JSON.stringify([text, options])).toEqual(ids);
    for (const [text, ids] of extra.called) expect(tokenizer(text).input_ids, text).toEqual(ids);
    for (const [text, tokens] of extra.tokens) expect(tokenizer.tokenize(text), text).toEqual(tokens);
    expect(tokenizer(extra.called.map(([text]) => text)).input_ids).toEqual(extra.batch);
  });

  it("aligns tokens with the parts around a gap", () => {
    const [before, after] = ["def f():", "return 1"];
    const encoded = make()(before, { suffix: after, return_offsets_mapping: true });
    const sequences = encoded.sequence_ids();
    const pieces = encoded.offset_mapping!.map(([start, end], i) =>
      sequences[i] == null ? "" : [before, after][sequences[i]]!.slice(start, end),
    );
    expect(pieces.join("")).toBe(before + after);
    expect(encoded.encodings[0]!.offsets).toEqual(encoded.offset_mapping);
  });

  it("has the tokens of the parts", () => {
    const tokenizer = make() as unknown as Record<string, unknown>;
    for (const [name, value] of extra.parts) expect(tokenizer[name], name).toBe(value);
  });

  it("writes conversations as Llama 2 reads them", () => {
    for (const [conversation, text] of extra.conversations) {
      const write = () => make().apply_chat_template(conversation, { tokenize: false });
      if (text === null) expect(write).toThrow(/roles/);
      else expect(write()).toBe(text);
    }
  });

  it("refuses two gaps, gaps of several texts, and gaps without the tokens for them", () => {
    expect(() => make()("a <FILL_ME> b <FILL_ME> c")).toThrow(/one gap at most/);
    expect(() => make()(["a"], { suffix: "b" })).toThrow(/single text/);
    expect(() => make({ middle_token: null })("a <FILL_ME> b")).toThrow(/middle_token/);
  });
});
