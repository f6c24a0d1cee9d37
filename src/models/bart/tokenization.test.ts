import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BartTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("BartTokenizer, $name", (recorded) => {
  itMatchesPython(BartTokenizer, recorded);
});
