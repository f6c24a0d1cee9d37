import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BartphoTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("BartphoTokenizer, $name", (recorded) => {
  itMatchesPython(BartphoTokenizer, recorded);
});
