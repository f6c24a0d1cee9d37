import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { RobertaTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("RobertaTokenizer, $name", (recorded) => {
  itMatchesPython(RobertaTokenizer, recorded);
});
