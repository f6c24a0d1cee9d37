import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { XLMRobertaTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("XLMRobertaTokenizer, $name", (recorded) => {
  itMatchesPython(XLMRobertaTokenizer, recorded);
});
