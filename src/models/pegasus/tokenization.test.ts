import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { PegasusTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("PegasusTokenizer, $name", (recorded) => {
  itMatchesPython(PegasusTokenizer, recorded);
});
