import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { LayoutLMTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("LayoutLMTokenizer, $name", (recorded) => {
  itMatchesPython(LayoutLMTokenizer, recorded);
});
