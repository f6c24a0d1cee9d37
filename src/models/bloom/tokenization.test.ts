import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BloomTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("BloomTokenizer, $name", (recorded) => {
  itMatchesPython(BloomTokenizer, recorded);
});
