import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BarthezTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("BarthezTokenizer, $name", (recorded) => {
  itMatchesPython(BarthezTokenizer, recorded);
});
