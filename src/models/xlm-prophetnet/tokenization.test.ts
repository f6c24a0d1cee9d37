import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { XLMProphetNetTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("XLMProphetNetTokenizer, $name", (recorded) => {
  itMatchesPython(XLMProphetNetTokenizer, recorded);
});
