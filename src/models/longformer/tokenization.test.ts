import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { LongformerTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("LongformerTokenizer, $name", (recorded) => {
  itMatchesPython(LongformerTokenizer, recorded);
});
