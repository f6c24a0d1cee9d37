import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { CTRLTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("CTRLTokenizer, $name", (recorded) => {
  itMatchesPython(CTRLTokenizer, recorded);
});
