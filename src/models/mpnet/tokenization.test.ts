import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { MPNetTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("MPNetTokenizer, $name", (recorded) => {
  itMatchesPython(MPNetTokenizer, recorded);
});
