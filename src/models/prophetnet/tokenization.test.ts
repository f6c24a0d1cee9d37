import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { ProphetNetTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("ProphetNetTokenizer, $name", (recorded) => {
  itMatchesPython(ProphetNetTokenizer, recorded);
});
