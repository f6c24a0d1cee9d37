import { describe } from "vitest";
import { recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { itMatchesPythonWithWords, type RecordedWords } from "../../../tests/support/recorded-words.js";
import { LayoutLMv3Tokenizer } from "./tokenization.js";

const recordings = recordedTokenizers(import.meta.url) as unknown as RecordedWords[];

describe.each(recordings)("LayoutLMv3Tokenizer, $name", (recorded) => {
  itMatchesPythonWithWords(LayoutLMv3Tokenizer, recorded);
});
