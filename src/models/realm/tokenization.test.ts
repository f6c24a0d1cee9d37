import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { type CandidateOptions, RealmTokenizer } from "./tokenization.js";

type Call = [texts: string[][], options: CandidateOptions, expected: object];

describe.each(recordedTokenizers<Call[]>(import.meta.url))("RealmTokenizer, $name", (recorded) => {
  itMatchesPython(RealmTokenizer, recorded);

  it("encodes candidates for each text", () => {
    const tokenizer = RealmTokenizer.fromFiles(filesOf(recorded));
    for (const [texts, options, expected] of recorded.extra) {
      expect(tokenizer.batch_encode_candidates(texts, options)).toEqual(expected);
    }
    const tensors = tokenizer.batch_encode_candidates([["a", "b"]], { max_length: 6, return_tensors: true });
    expect(tensors.input_ids.shape).toEqual([1, 2, 6]);
  });

  it("refuses pairs for other texts than there are", () => {
    const tokenizer = RealmTokenizer.fromFiles(filesOf(recorded));
    const call = () => tokenizer.batch_encode_candidates([["a"]], { max_length: 6, text_pair: [] });
    expect(call).toThrow(/candidates for 1 texts, and pairs for 0/);
  });
});
