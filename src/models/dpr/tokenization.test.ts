import { describe, expect, it } from "vitest";
import { filesOf, itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import {
  DPRContextEncoderTokenizer,
  DPRQuestionEncoderTokenizer,
  DPRReaderTokenizer,
  type DPRSpanPrediction,
  type PassageOptions,
  type ReaderScores,
  type SpanOptions,
} from "./tokenization.js";

interface Extra {
  calls: [questions: string | string[], options: PassageOptions, expected: object][];
  spans: ReaderScores & { input_ids: number[][]; found: [SpanOptions, DPRSpanPrediction[]][] };
}

const [context, question, reader] = recordedTokenizers<Extra>(import.meta.url);

describe("DPRContextEncoderTokenizer", () => itMatchesPython(DPRContextEncoderTokenizer, context!));
describe("DPRQuestionEncoderTokenizer", () => itMatchesPython(DPRQuestionEncoderTokenizer, question!));

describe("DPRReaderTokenizer", () => {
  itMatchesPython(DPRReaderTokenizer, reader!);
  const tokenizer = DPRReaderTokenizer.fromFiles(filesOf(reader!));

  it("encodes a question with passages", () => {
    for (const [questions, options, expected] of reader!.extra.calls) {
      expect({ ...tokenizer.encode_passages(questions, options) }).toEqual(expected);
    }
  });

  it("finds the best spans", () => {
    const { found, input_ids, ...scores } = reader!.extra.spans;
    for (const [options, expected] of found) {
      const spans = tokenizer.decode_best_spans({ input_ids }, scores, options);
      expect(spans.map(({ text }) => text)).toEqual(expected.map(({ text }) => text));
      for (const [i, span] of spans.entries()) {
        expect(span).toEqual({ ...expected[i], span_score: expect.closeTo(expected[i]!.span_score, 9) });
      }
    }
  });

  it("refuses passages without a title each", () => {
    const call = () => tokenizer.encode_passages("Who?", { titles: ["a", "b"], texts: ["c"] });
    expect(call).toThrow(/given are 2, 2 and 1/);
  });
});
