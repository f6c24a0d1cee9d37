import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { FNetTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("FNetTokenizer, $name", (recorded) => {
  itMatchesPython(FNetTokenizer, recorded);
});
