import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { GPTSw3Tokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("GPTSw3Tokenizer, $name", (recorded) => {
  itMatchesPython(GPTSw3Tokenizer, recorded);
});
