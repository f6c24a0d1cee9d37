import { describe } from "vitest";
import { itMatchesPython, recordedTokenizers } from "../../../tests/support/recorded-tokenizer.js";
import { BertGenerationTokenizer } from "./tokenization.js";

describe.each(recordedTokenizers(import.meta.url))("BertGenerationTokenizer, $name", (recorded) => {
  itMatchesPython(BertGenerationTokenizer, recorded);
});
