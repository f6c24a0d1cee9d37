import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { PhobertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("PhobertTokenizer, $name", (recorded) => {
  itMatchesPython(PhobertTokenizer, recorded);
});
