import { describe, expect, it } from "vitest";
import {
  filesOf,
  itMatchesPython,
  type RecordedTokenizer,
  recordedTokenizers,
} from "../../../tests/support/recorded-tokenizer.js";
import { MarianTokenizer } from "./tokenization.js";

interface Extra {
  targets: [text: string, ids: number[]][];
  labels: [text: string, columns: object][];
  normalized: [text: string, normalized: string][];
  source: [ids: number[], text: string][];
  codes: string[];
}

describe.each(recordedTokenizers<Extra>(import.meta.url))("MarianTokenizer, $name", (recorded) => {
  itMatchesPython(MarianTokenizer, recorded);

  it("reads texts of the target language, and writes those of the source language", () => {
    const tokenizer = MarianTokenizer.fromFiles(filesOf(recorded));
    const { targets, labels, normalized, source, codes } = recorded.extra;
    for (const [text, ids] of targets)
      expect(tokenizer(null, { text_target: text }).input_ids, text).toEqual(ids);
    const text_target = recorded.calls[1]!.text;
    for (const [text, columns] of labels)
      expect({ ...tokenizer(text, { text_target }) }, text).toEqual(columns);
    for (const [text, expected] of normalized) expect(tokenizer.normalize(text)).toBe(expected);
    for (const [ids, text] of source)
      expect(tokenizer.decode(ids, { use_source_tokenizer: true })).toBe(text);
    expect(tokenizer.supported_language_codes).toEqual(codes);
  });
});

describe("MarianTokenizer", () => {
  const { files } = recordedTokenizers(import.meta.url)[0]!;

  it("names the file that it lacks, and the option that it does not support", () => {
    const { "target.spm": _, ...rest } = files;
    const without = filesOf({ files: rest } as RecordedTokenizer);
    expect(() => MarianTokenizer.fromFiles(without)).toThrow(/MarianTokenizer needs target.spm; found/);
    const sampled = { sp_model_kwargs: { enable_sampling: true } };
    const all = filesOf({ files } as RecordedTokenizer);
    expect(() => MarianTokenizer.fromFiles(all, sampled)).toThrow(/sp_model_kwargs.enable_sampling/);
  });
});
