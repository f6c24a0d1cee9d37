import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { XLNetTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("XLNetTokenizer, $name", (recorded) => {
  itMatchesPython(XLNetTokenizer, recorded);
});
