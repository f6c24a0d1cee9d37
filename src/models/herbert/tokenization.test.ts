import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { HerbertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("HerbertTokenizer, $name", (recorded) => {
  itMatchesPython(HerbertTokenizer, recorded);
});
