import { describe } from "vitest";
import { recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { itMatchesPythonWithWords, type RecordedWords } from "../../../tests/support/recorded-words.js";
import { LayoutXLMTokenizer } from "./tokenization.js";

const recordings = recordedTokenizers(import.meta.url) as unknown as RecordedWords[];

describe.each(recordings)("LayoutXLMTokenizer, $name", (recorded) => {
  itMatchesPythonWithWords(LayoutXLMTokenizer, recorded);
});
