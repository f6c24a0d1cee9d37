import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { DebertaV2Tokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("DebertaV2Tokenizer, $name", (recorded) => {
  itMatchesPython(DebertaV2Tokenizer, recorded);
});
