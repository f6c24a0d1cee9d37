import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { RetriBertTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("RetriBertTokenizer, $name", (recorded) => {
  itMatchesPython(RetriBertTokenizer, recorded);
});
