import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { DebertaTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("DebertaTokenizer, $name", (recorded) => {
  itMatchesPython(DebertaTokenizer, recorded);
});
