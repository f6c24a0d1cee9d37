import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { Speech2Text2Tokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("Speech2Text2Tokenizer, $name", (recorded) => {
  itMatchesPython(Speech2Text2Tokenizer, recorded);
});
