import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { ReformerTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("ReformerTokenizer, $name", (recorded) => {
  itMatchesPython(ReformerTokenizer, recorded);
});
