import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { XLMTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("XLMTokenizer, $name", (recorded) => {
  itMatchesPython(XLMTokenizer, recorded);
});
