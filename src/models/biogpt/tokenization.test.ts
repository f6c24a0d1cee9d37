import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BioGptTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("BioGptTokenizer, $name", (recorded) => {
  itMatchesPython(BioGptTokenizer, recorded);
});
