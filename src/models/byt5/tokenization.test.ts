import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { ByT5Tokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("ByT5Tokenizer, $name", (recorded) => {
  itMatchesPython(ByT5Tokenizer, recorded);
});
